/** What `/ws/market-data` tells: the market of an asset as decisions see it, and what strategies make of it. */
import { z } from '@hono/zod-openapi'
import type { LatestSignal } from '../../actors/decision-memory.ts'
import type { MarketSummary } from '../../actors/engine-view.ts'
import { temperatureOf, type TemperatureSettings } from '../../domain/signals/temperature.ts'
import { concise, conciseNumber } from './concise.ts'
import { choice, isoOrNull, moment, number, text } from './shape.ts'

const known = (description: string) => number(description).nullable()
const series = (description: string) => z.array(z.number().nullable()).openapi({ description })

export const MarketData = z.strictObject({
  asset: text('Canonical name, e.g. `BTC`.'),
  interval: text(
    'Decision candle the indicators are of; an asset that is decided on several has one event for each.',
  ),
  price: known('Latest mark price; `null` before the first.'),
  price_change_3m_pct: known('Change over three minutes; `null` where candles are longer.'),
  indicators: z
    .strictObject({
      ema20: known('EMA 20 of the intraday candles.'),
      macd: z.strictObject({
        macd: known('EMA 12 − EMA 26.'),
        signal: known('EMA 9 of it.'),
        histogram: known('Their difference.'),
      }),
      rsi14: known('RSI 14, 0 to 100.'),
    })
    .openapi({ description: 'Of closed candles; `null` while too few are known.' }),
  funding_rate: known('Per 8 hours, positive when longs pay; `null` only on spot.'),
  open_interest: known('Always `null`: no feed of this version tells it.'),
  intraday: z.strictObject({
    timeframe: text('5 minutes, or the decision interval where the feed has no 5-minute candles.'),
    mid_prices: series('Closes, oldest first.'),
    ema20: series('EMA 20.'),
    macd: series('MACD 12 26.'),
    rsi7: series('RSI 7.'),
    rsi14: series('RSI 14.'),
  }),
  long_term: z
    .strictObject({
      timeframe: text('4 hours.'),
      ema20: known('EMA 20.'),
      ema50: known('EMA 50.'),
      atr3: known('ATR 3.'),
      atr14: known('ATR 14.'),
      volume_current: known('Volume of the last candle.'),
      volume_average: known('Average volume of 20.'),
      macd: series('MACD 12 26.'),
      rsi14: series('RSI 14.'),
    })
    .nullable()
    .openapi({ description: '`null` where candles cannot be merged to 4 hours.' }),
  timestamp: moment('When the price was seen.').nullable(),
})

export const SignalData = z.strictObject({
  asset: text('Canonical name.'),
  strategy: text('Who says it.'),
  action: choice(['buy', 'sell', 'close', 'hold'], 'What it says.'),
  score: number('−1 (strong sell) to 1 (strong buy).'),
  confidence: number('0 to 100.').nullable(),
})

export const TemperatureData = z.strictObject({
  asset: text('Canonical name.'),
  score: number('−1 to 1.'),
  temperature: choice(['FROZEN', 'COOL', 'WARM', 'HOT'], 'How much the score says.'),
  previous: choice(
    ['FROZEN', 'COOL', 'WARM', 'HOT'],
    'What it was at the decision before; `null` at the first of a process.',
  ).nullable(),
})

export const presentMarket = (market: MarketSummary): z.infer<typeof MarketData> =>
  concise({
    asset: market.symbol,
    interval: market.now.timeframe,
    price: market.price,
    price_change_3m_pct: market.change3m === null ? null : market.change3m * 100,
    indicators: {
      ema20: market.intraday.ema20.at(-1) ?? null,
      macd: {
        macd: market.now.macd.macd,
        signal: market.now.macd.signal,
        histogram: market.now.macd.histogram,
      },
      rsi14: market.now.rsi14,
    },
    funding_rate: market.fundingRate,
    open_interest: market.openInterest?.latest ?? null,
    intraday: {
      timeframe: market.intraday.timeframe,
      mid_prices: [...market.intraday.midPrices],
      ema20: [...market.intraday.ema20],
      macd: [...market.intraday.macd],
      rsi7: [...market.intraday.rsi7],
      rsi14: [...market.intraday.rsi14],
    },
    long_term: presentLongTerm(market.longTerm),
    timestamp: isoOrNull(market.priceAt),
  })

const presentLongTerm = (longTerm: MarketSummary['longTerm']): z.infer<typeof MarketData>['long_term'] =>
  longTerm === null
    ? null
    : {
        timeframe: '4h',
        ema20: longTerm.ema20,
        ema50: longTerm.ema50,
        atr3: longTerm.atr3,
        atr14: longTerm.atr14,
        volume_current: longTerm.volumeCurrent,
        volume_average: longTerm.volumeAverage,
        macd: [...longTerm.macd],
        rsi14: [...longTerm.rsi14],
      }

export const HeldSignal = z.strictObject({ account_id: text('Account it is of.'), ...SignalData.shape })
export const HeldTemperature = z.strictObject({
  account_id: text('Account it is of.'),
  ...TemperatureData.shape,
})

export const presentSignal = (signal: LatestSignal): z.infer<typeof SignalData> => ({
  asset: signal.symbol,
  strategy: signal.strategy,
  action: signal.action,
  score: conciseNumber(signal.score),
  confidence: conciseNumber(signal.confidence),
})

export const presentTemperature = (
  { symbol: asset, score, scoreBefore }: LatestSignal,
  settings: TemperatureSettings,
): z.infer<typeof TemperatureData> => ({
  asset,
  score: conciseNumber(score),
  temperature: temperatureOf(score, settings),
  previous: scoreBefore === null ? null : temperatureOf(scoreBefore, settings),
})
