/**
 * How much of a result may be luck: the trades that were made are drawn again and again, with repetition, and the spread
 * of what such draws add up to is the spread the result itself could have had.
 *
 * The interval is the percentile bootstrap of Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
 * Many trades are drawn in blocks of neighbours (Carlstein, Annals of Statistics 14, 1986), which also keeps runs of luck
 * together. Draws of different accounts are independent of each other: what two of them earned from the same move of the
 * market does not cancel out, so that a difference is rather called luck than not. With few trades the interval is too
 * narrow, by about √((n − 1) ÷ n); whoever shows it says so below a number of trades.
 */
import { seededRandom } from '../random.ts'

export type Interval = { low: number; high: number }

export const RESAMPLES = 1_000
/** Part of all resamples that lies in the interval; as much lies below it as above. */
export const INTERVAL_SHARE = 0.9

/** Bounds the work of an account with a long life. */
const BLOCKS_MAX = 250

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Sums of neighbours, at most `BLOCKS_MAX`, of as equal length as the number of values allows. */
const blocksOf = (values: readonly number[]): number[] => {
  if (values.length <= BLOCKS_MAX) return [...values]
  const edge = (block: number): number => Math.floor((block * values.length) / BLOCKS_MAX)
  return Array.from({ length: BLOCKS_MAX }, (_, block) => sum(values.slice(edge(block), edge(block + 1))))
}

const sorted = (totals: readonly number[]): number[] => totals.toSorted((a, b) => a - b)

/**
 * What `results` could have added up to: `RESAMPLES` sums of as many results as there are, drawn with repetition. Results
 * are in order of time; none give sums of zero. The same seed gives the same sums, in the same order.
 */
export const resampledTotals = (results: readonly number[], seed: number): number[] => {
  const blocks = blocksOf(results)
  const random = seededRandom(seed)
  return Array.from({ length: RESAMPLES }, () => {
    let total = 0
    for (let drawn = 0; drawn < blocks.length; drawn += 1)
      total += blocks[Math.floor(random.next() * blocks.length)] as number
    return total
  })
}

/** What the first could have more than the second; their totals come from different seeds. */
export const resampledDifference = (first: readonly number[], second: readonly number[]): number[] =>
  first.map((total, index) => total - (second[index] ?? 0))

/** The middle `INTERVAL_SHARE` of the totals. It holds `estimate`, the result itself, in any case. */
export const intervalOf = (totals: readonly number[], estimate: number): Interval => {
  const inOrder = sorted(totals)
  const outside = Math.floor(((1 - INTERVAL_SHARE) / 2) * inOrder.length)
  const low = inOrder[outside] ?? estimate
  const high = inOrder[inOrder.length - 1 - outside] ?? estimate
  return { low: Math.min(low, estimate), high: Math.max(high, estimate) }
}

/** Share of all pairs of totals in which that of `first` is higher, ties by half; one half where one has none. */
export const probabilityAbove = (first: readonly number[], second: readonly number[]): number => {
  if (first.length === 0 || second.length === 0) return 0.5
  const other = sorted(second)
  let below = 0
  let notAbove = 0
  let higher = 0
  for (const total of sorted(first)) {
    while (below < other.length && (other[below] as number) < total) below += 1
    while (notAbove < other.length && (other[notAbove] as number) <= total) notAbove += 1
    higher += (below + notAbove) / 2
  }
  return higher / (first.length * other.length)
}
