/** Long work in slices: between them clients, timers and answers have their turn. */
import { setImmediate as turn } from 'node:timers/promises'

/** Real time of one slice: well below what anybody at a screen, or a deadline, would notice. */
const SLICE_MS = 10

/** Works through what may pause wherever it yields. */
export const inSlices = async (work: Iterable<void>): Promise<void> => {
  let from = performance.now()
  for (const _ of work) {
    if (performance.now() - from < SLICE_MS) continue
    await turn()
    from = performance.now()
  }
}
