/** The known name a misspelt one was probably meant to be. */

/** Levenshtein distance with swapped neighbours counted as one edit (optimal string alignment). */
export const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      const replaced = (last[column - 1] as number) + (same ? 0 : 1)
      let best = Math.min((last[column] as number) + 1, (current[column - 1] as number) + 1, replaced)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) best = Math.min(best, (beforeLast[column - 2] as number) + 1)
      current.push(best)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] as number
}

/** The candidate closest to `name`, if close enough to be a slip of the hand (a third of its length); else `null`. */
export const nearest = (name: string, candidates: readonly string[]): string | null => {
  const limit = Math.max(2, Math.floor(name.length / 3))
  let best: { candidate: string; distance: number } | null = null
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= limit && (best === null || distance < best.distance)) best = { candidate, distance }
  }
  return best?.candidate ?? null
}
