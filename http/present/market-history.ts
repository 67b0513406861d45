/** Prices as they were asked for, and indicators over the candles that are kept. */
import { z } from '@hono/zod-openapi'
import type { Mark } from '../../actors/market.ts'
import type { Candle } from '../../domain/candle.ts'
import type { NamedLine } from '../../domain/indicators/over-candles.ts'
import { atr, bollinger, ema, macd, rsi, volumeAverage } from '../../domain/indicators/spec.ts'
import { concise } from './concise.ts'
import { Price, presentPrice, priceExample } from './market.ts'
import { iso, listOf, moment, number, text } from './shape.ts'

export const SyncedPrice = z
  .strictObject({
    ...Price.shape,
    age_seconds: number('Since then, by the clock of the market; `null` before the first price.').nullable(),
  })
  .openapi('SyncedPrice')

/** `now`: clock of the market, epoch ms. */
export const presentSynced = (
  symbol: string,
  mark: Mark | null,
  now: number,
): z.infer<typeof SyncedPrice> => ({
  ...presentPrice(symbol, mark),
  age_seconds: mark === null ? null : Math.max(0, now - mark.at) / 1000,
})
export const syncedExample: z.infer<typeof SyncedPrice> = { ...priceExample, age_seconds: 12.5 }

const line = (spec: NamedLine['spec'], name = 'value'): NamedLine => ({ spec, line: name })

/** By the name it has in the answer. */
export const HISTORY_LINES = {
  ema20: line(ema(20)),
  ema50: line(ema(50)),
  macd: line(macd(), 'macd'),
  macd_signal: line(macd(), 'signal'),
  macd_histogram: line(macd(), 'histogram'),
  rsi7: line(rsi(7)),
  rsi14: line(rsi(14)),
  atr3: line(atr(3)),
  atr14: line(atr(14)),
  bollinger_upper: line(bollinger(), 'upper'),
  bollinger_lower: line(bollinger(), 'lower'),
  volume_average: line(volumeAverage(20)),
} as const satisfies Record<string, NamedLine>

type Values = Record<keyof typeof HISTORY_LINES, number | null>

const known = (description: string) => number(description).nullable()

export const IndicatorPoint = z
  .strictObject({
    opened_at: moment('Open of the candle; the values are those after its close.'),
    close: number('Its close.'),
    volume: number('Its volume, in base quantity.'),
    ema20: known('EMA 20.'),
    ema50: known('EMA 50.'),
    macd: known('EMA 12 − EMA 26.'),
    macd_signal: known('EMA 9 of it.'),
    macd_histogram: known('Their difference.'),
    rsi7: known('RSI 7.'),
    rsi14: known('RSI 14, 0 to 100.'),
    atr3: known('ATR 3.'),
    atr14: known('ATR 14, in price.'),
    bollinger_upper: known('Mean of 20 and two deviations.'),
    bollinger_lower: known('Mean of 20 less two deviations.'),
    volume_average: known('Average volume of 20.'),
  })
  .openapi('IndicatorPoint')

export const presentPoint = (candle: Candle, values: Values): z.infer<typeof IndicatorPoint> =>
  concise({
    opened_at: iso(candle.openAt),
    close: candle.close,
    volume: candle.volume,
    ema20: values.ema20,
    ema50: values.ema50,
    macd: values.macd,
    macd_signal: values.macd_signal,
    macd_histogram: values.macd_histogram,
    rsi7: values.rsi7,
    rsi14: values.rsi14,
    atr3: values.atr3,
    atr14: values.atr14,
    bollinger_upper: values.bollinger_upper,
    bollinger_lower: values.bollinger_lower,
    volume_average: values.volume_average,
  })

export const IndicatorList = z.strictObject({
  ...listOf(IndicatorPoint).shape,
  asset: text('Canonical name.'),
  timeframe: text('Length of each candle.'),
  kept_from: moment('Open of the oldest candle that is kept, from which everything is computed.').nullable(),
})
export const indicatorsExample: z.infer<typeof IndicatorList> = {
  items: [
    {
      opened_at: '2026-01-02T02:55:00.000Z',
      close: 45_100.5,
      volume: 12.5,
      ema20: 45_020.1,
      ema50: 44_980.4,
      macd: 35.2,
      macd_signal: 30.1,
      macd_histogram: 5.1,
      rsi7: 61.4,
      rsi14: 58.2,
      atr3: 82.1,
      atr14: 75.9,
      bollinger_upper: 45_210.7,
      bollinger_lower: 44_830.3,
      volume_average: 11.8,
    },
  ],
  total: 1,
  next: null,
  asset: 'BTC',
  timeframe: '5m',
  kept_from: '2025-12-31T08:20:00.000Z',
}
