/** Holes in a candle series. */
import { type DataProblem, isoTime } from './data-error.ts'

export type Gap = {
  /** Open of the first missing candle. */
  from: number
  /** Open of the next candle there is. */
  to: number
  /** Number of missing candles. */
  missing: number
  /** Line of the candle after the gap. */
  line: number
}

/**
 * Gaps between consecutive candles. Row `i` stands on `lines[i]`; rows refused in between are problems already and are
 * not counted as missing a second time.
 */
export const findGaps = (openAt: Float64Array, stepMs: number, lineOf: (index: number) => number): Gap[] => {
  const gaps: Gap[] = []
  for (let index = 1; index < openAt.length; index++) {
    const before = openAt[index - 1] as number
    const at = openAt[index] as number
    if (at - before === stepMs) continue
    const refused = lineOf(index) - lineOf(index - 1) - 1
    const missing = (at - before) / stepMs - 1 - refused
    if (missing > 0) gaps.push({ from: before + stepMs, to: at, missing, line: lineOf(index) })
  }
  return gaps
}

export const gapProblem = (file: string, gap: Gap): DataProblem => ({
  file,
  line: gap.line,
  kind: 'gap',
  message:
    `${gap.missing} candle${gap.missing === 1 ? '' : 's'} missing from ${isoTime(gap.from)} to ${isoTime(gap.to)}; ` +
    'fetch them again, choose a range without the gap, or allow gaps',
})
