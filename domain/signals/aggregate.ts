/** One score from many: the weighted sum of signal scores. */
const SCALE = 1e12

/**
 * Σ score × weight from a sum added up in binary: 0.5 × 0.4 + −1 × 0.6 is −0.4, not −0.39999999999999997. Rounded to 12 places, which
 * takes away the binary error (some 1e-16 per term), so that a sum standing exactly on a threshold meets it.
 */
export const scoreNumber = (binarySum: number): number =>
  // Adding 0 turns −0 into 0.
  Math.round(binarySum * SCALE) / SCALE + 0
