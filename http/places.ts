/** Places of streams: as many as there are, and no more than half of them for one token. */
import { Problem } from './problem.ts'

export type Places = {
  /** Takes one for this token, and returns how to leave it. @throws Problem `streams_exceeded`. */
  take(fingerprint: string): () => void
}

/** Where no token is asked for, everybody has the same fingerprint, and there is nobody to keep places free for. */
const NOBODY = 'none'

/** Most places of one token, of so many. */
const ownMost = (most: number): number => Math.ceil(most / 2)

/** What has a place, in the words of a refusal: `event streams`, which `are open`. */
export type Placed = { name: string; state: string }

export const createPlaces = (most: number, { name, state }: Placed): Places => {
  const noPlace = (taken: string, served: string): Problem =>
    new Problem('streams_exceeded', {
      detail: `${taken} ${state}, which is the most ${served}.`,
      remedy: 'Close one of them, or ask again later.',
      headers: { 'Retry-After': '30' },
    })
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(fingerprint) {
      if (all >= most) throw noPlace(`${most} ${name}`, 'this engine serves')
      const own = taken.get(fingerprint) ?? 0
      if (fingerprint !== NOBODY && own >= ownMost(most)) {
        throw noPlace(`${ownMost(most)} ${name} of this token`, 'one token may have')
      }
      all += 1
      taken.set(fingerprint, own + 1)
      let isLeft = false
      return () => {
        if (isLeft) return
        isLeft = true
        all -= 1
        const left = (taken.get(fingerprint) ?? 1) - 1
        if (left > 0) taken.set(fingerprint, left)
        else taken.delete(fingerprint)
      }
    },
  }
}
