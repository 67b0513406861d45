/** Indicators written out over whole arrays, sharing nothing with the engine. `null` while warming up. */
import type { Candle } from '../../../domain/candle.ts'

export type Series = (number | null)[]
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const windows = (values: readonly number[], length: number): (number[] | null)[] =>
  values.map((_, index) => (index + 1 < length ? null : values.slice(index + 1 - length, index + 1)))
export const closesOf = (candles: readonly Candle[]) => candles.map(candle => candle.close)

export const smaOf = (values: readonly number[], length: number): Series =>
  windows(values, length).map(window => (window === null ? null : mean(window)))

export const emaOf = (values: readonly number[], length: number, seed: 'first' | 'sma'): Series => {
  const out: Series = []
  let value = seed === 'first' ? (values[0] as number) : mean(values.slice(0, length))
  for (const [index, input] of values.entries()) {
    const starts = seed === 'first' ? 1 : length
    if (index >= starts) value = value + (2 / (length + 1)) * (input - value)
    out.push(index + 1 < length ? null : value)
  }
  return out
}

/** Wilder: mean of the first `length`, then ((n − 1) × previous + value) ÷ n. */
export const wilderOf = (values: readonly number[], length: number): Series => {
  let value = 0
  return values.map((input, index) => {
    if (index + 1 < length) return null
    value = index + 1 === length ? mean(values.slice(0, length)) : ((length - 1) * value + input) / length
    return value
  })
}

export const rsiOf = (closes: readonly number[], length: number): Series => {
  const changes = closes.slice(1).map((close, index) => close - (closes[index] as number))
  const gains = wilderOf(
    changes.map(change => Math.max(change, 0)),
    length,
  )
  const losses = wilderOf(
    changes.map(change => Math.max(-change, 0)),
    length,
  )
  return [
    null,
    ...gains.map((gain, index) => {
      const loss = losses[index] ?? null
      return gain === null || loss === null ? null : (100 * gain) / (gain + loss)
    }),
  ]
}

export const rawStochasticOf = (candles: readonly Candle[], length: number): Series =>
  candles.map((candle, index) => {
    if (index + 1 < length) return null
    const window = candles.slice(index + 1 - length, index + 1)
    const highest = Math.max(...window.map(each => each.high))
    const lowest = Math.min(...window.map(each => each.low))
    return (100 * (candle.close - lowest)) / (highest - lowest)
  })

/** Applies a smoothing to the known tail of a series. */
export const onKnown = (series: Series, smooth: (values: number[]) => Series): Series => {
  const known = series.filter(value => value !== null)
  return [...series.slice(0, series.length - known.length).map(() => null), ...smooth(known)]
}

export const macdOf = (closes: readonly number[]): Record<string, Series> => {
  const slow = emaOf(closes, 26, 'first')
  const fast = emaOf(closes, 12, 'first')
  const macd = slow.map((value, index) => (value === null ? null : (fast[index] as number) - value))
  const signal = onKnown(macd, known => emaOf(known, 9, 'first'))
  return {
    macd,
    signal,
    histogram: signal.map((value, index) => (value === null ? null : (macd[index] as number) - value)),
  }
}

export const adxOf = (candles: readonly Candle[], length: number): Series => {
  const moves = candles.map((candle, index) => {
    const before = candles[index - 1] ?? candle
    return { rise: candle.high - before.high, fall: before.low - candle.low }
  })
  const up = wilderOf(
    moves.map(({ rise, fall }) => (rise > fall && rise > 0 ? rise : 0)),
    length,
  )
  const down = wilderOf(
    moves.map(({ rise, fall }) => (fall > rise && fall > 0 ? fall : 0)),
    length,
  )
  const dx = up.map((value, index) => {
    const other = down[index] ?? null
    return value === null || other === null ? null : (100 * Math.abs(value - other)) / (value + other)
  })
  return onKnown(dx, known => wilderOf(known, length))
}

export const vwapOf = (candles: readonly Candle[]): Series =>
  candles.map((candle, index) => {
    const day = Math.floor(candle.openAt / 86_400_000)
    const today = candles.slice(0, index + 1).filter(each => Math.floor(each.openAt / 86_400_000) === day)
    const volume = today.reduce((sum, each) => sum + each.volume, 0)
    return (
      today.reduce((sum, each) => sum + ((each.high + each.low + each.close) / 3) * each.volume, 0) / volume
    )
  })

export const kdjOf = (candles: readonly Candle[], length: number): Record<string, Series> => {
  let k = 50
  let d = 50
  const rows = rawStochasticOf(candles, length).map(raw => {
    if (raw === null) return null
    k = (2 * k + raw) / 3
    d = (2 * d + k) / 3
    return { k, d, j: 3 * k - 2 * d }
  })
  return {
    k: rows.map(row => row?.k ?? null),
    d: rows.map(row => row?.d ?? null),
    j: rows.map(row => row?.j ?? null),
  }
}

export const trueRanges = (candles: readonly Candle[]) =>
  candles.map((candle, index) => {
    const before = candles[index - 1]?.close ?? candle.close
    return Math.max(candle.high, before) - Math.min(candle.low, before)
  })

export const bollingerOf = (closes: readonly number[]): Record<string, Series> => {
  const bands = windows(closes, 20).map(window => {
    if (window === null) return null
    const middle = mean(window)
    const deviation = Math.sqrt(mean(window.map(value => (value - middle) ** 2)))
    return { upper: middle + 2 * deviation, middle, lower: middle - 2 * deviation }
  })
  return {
    upper: bands.map(band => band?.upper ?? null),
    middle: bands.map(band => band?.middle ?? null),
    lower: bands.map(band => band?.lower ?? null),
  }
}

export const obvOf = (candles: readonly Candle[]): Series => {
  let value = 0
  return candles.map((candle, index) => {
    const before = candles[index - 1]?.close ?? Number.NEGATIVE_INFINITY
    value += Math.sign(candle.close - before) * candle.volume
    return value
  })
}
