/** Indicators at each of some candles, for those who look back further than the values that are kept. */
import type { Candle } from '../candle.ts'
import type { Interval } from '../interval.ts'
import type { IndicatorSpec } from './spec.ts'
import { Timeframe } from './timeframe.ts'

export type NamedLine = { spec: IndicatorSpec; line: string }

/**
 * One row per candle, oldest first as they are given, with the value of each line after it; `null` while it warms up.
 * Folded from the first of these candles on, and anew behind a gap.
 */
export const indicatorsOver = <Name extends string>(
  candles: readonly Candle[],
  interval: Interval,
  lines: Readonly<Record<Name, NamedLine>>,
): { candle: Candle; values: Record<Name, number | null> }[] => {
  const frame = new Timeframe(interval)
  const readers = (Object.keys(lines) as Name[]).map(name => {
    const { spec, line } = lines[name]
    const history = frame.require(spec)
    return { name, history, index: history.lines.indexOf(line) }
  })
  return candles.map(candle => {
    frame.push(candle)
    const values = {} as Record<Name, number | null>
    for (const { name, history, index } of readers) {
      const value = history.at(index, 0)
      values[name] = Number.isNaN(value) ? null : value
    }
    return { candle, values }
  })
}
