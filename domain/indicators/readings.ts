/** What a value of an indicator tells a trader, in one word. Warming up (`null`) tells nothing. */

export type Zone = 'overbought' | 'oversold' | 'neutral'
export type Trend = 'bullish' | 'bearish' | 'neutral'
export type Call = 'buy' | 'sell' | 'none'

const zone = (value: number | null, low: number, high: number): Zone | null => {
  if (value === null) return null
  return value > high ? 'overbought' : value < low ? 'oversold' : 'neutral'
}

const signOf = (value: number | null): Trend | null => {
  if (value === null) return null
  return value > 0 ? 'bullish' : value < 0 ? 'bearish' : 'neutral'
}

/** Above 70 overbought, below 30 oversold (Wilder, New Concepts in Technical Trading Systems, 1978). */
export const rsiZone = (value: number | null): Zone | null => zone(value, 30, 70)

/** Above 50 gains outweigh losses. */
export const rsiTrend = (value: number | null): Trend | null => signOf(value === null ? null : value - 50)

/** The histogram's sign: the MACD line above its signal line is bullish, and it flips on the candle they cross. */
export const macdTrend = (histogram: number | null): Trend | null => signOf(histogram)

/** K and D both above 80 or both below 20. */
export const kdjZone = (k: number | null, d: number | null): Zone | null => {
  const [first, second] = [zone(k, 20, 80), zone(d, 20, 80)]
  if (first === null || second === null) return null
  return first === second ? first : 'neutral'
}

/** K crossing D upward calls a buy, downward a sell; `before` are the values of the candle before. */
export const kdjCall = (
  now: { k: number | null; d: number | null },
  before: { k: number | null; d: number | null },
): Call | null => {
  if (now.k === null || now.d === null || before.k === null || before.d === null) return null
  if (now.k > now.d && before.k <= before.d) return 'buy'
  return now.k < now.d && before.k >= before.d ? 'sell' : 'none'
}
