/** Places of streams: as many as there are, and no more than half of them for one token. */

export type Places = {
  /** Takes one for this token; returns how to leave it, or why there is none: `full` for all, `own` for this token. */
  take(fingerprint: string): (() => void) | 'full' | 'own'
}

/** Where no token is asked for, everybody has the same fingerprint, and there is nobody to keep places free for. */
const NOBODY = 'none'

/** Most places of one token, of so many. */
export const ownMost = (most: number): number => Math.ceil(most / 2)

export const createPlaces = (most: number): Places => {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(fingerprint) {
      if (all >= most) return 'full'
      const own = taken.get(fingerprint) ?? 0
      if (fingerprint !== NOBODY && own >= ownMost(most)) return 'own'
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
