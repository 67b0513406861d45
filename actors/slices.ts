/** Long work in slices: between them clients, timers and answers have their turn. */
import { setImmediate as turn } from 'node:timers/promises'

/** Real time of one slice: well below what anybody at a screen, or a deadline, would notice. */
const SLICE_MS = 10

/**
 * Works through what may pause wherever it yields. Where `isUnderWay` says that a part has set something going, that is
 * dealt with in a turn of its own before the next part begins, so that it never mixes with what others set going.
 */
export const inSlices = async (
  work: Iterable<void>,
  isUnderWay: () => boolean = () => false,
): Promise<void> => {
  let from = performance.now()
  for (const _ of work) {
    if (!isUnderWay() && performance.now() - from < SLICE_MS) continue
    await turn()
    from = performance.now()
  }
}
