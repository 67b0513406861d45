/** Indicators over a list of candles are the ones that are folded as candles come in. */
import { expect, test } from 'vitest'
import { MarketBook } from '../../../domain/indicators/market-book.ts'
import { indicatorsOver } from '../../../domain/indicators/over-candles.ts'
import { atr, ema, macd, rsi } from '../../../domain/indicators/spec.ts'

const candle = (index: number) => {
  const close = 100 + 5 * Math.sin(index / 3) + index / 10
  return {
    openAt: index * 60_000,
    open: close - 1,
    high: close + 2,
    low: close - 2,
    close,
    volume: 10 + index,
  }
}
const LINES = {
  ema20: { spec: ema(20), line: 'value' },
  signal: { spec: macd(), line: 'signal' },
  rsi14: { spec: rsi(14), line: 'value' },
  atr14: { spec: atr(14), line: 'value' },
}

test('each value is that of a market that has just seen its candle', () => {
  const candles = Array.from({ length: 60 }, (_, index) => candle(index))
  const book = new MarketBook('BTC', '1m')
  for (const { spec } of Object.values(LINES)) book.require(spec, '1m')
  const rows = indicatorsOver(candles, '1m', LINES)
  expect(rows).toHaveLength(60)
  rows.forEach(({ candle: seen, values }, index) => {
    expect(seen).toBe(candles[index])
    book.push(seen)
    const view = book.view('1m')
    for (const [name, { spec, line }] of Object.entries(LINES)) {
      expect(values[name as keyof typeof LINES], `${name} of candle ${index}`).toBe(view.value(spec, line))
    }
  })
  expect(rows[0]?.values.rsi14).toBeNull()
  expect(rows.at(-1)?.values.rsi14).toBeTypeOf('number')
})

test('behind a gap they warm up anew', () => {
  const candles = [...Array.from({ length: 30 }, (_, index) => candle(index)), candle(40)]
  const rows = indicatorsOver(candles, '1m', LINES)
  expect(rows[29]?.values.rsi14).toBeTypeOf('number')
  expect(rows[30]?.values.rsi14).toBeNull()
})

test('no candles have no values', () => {
  expect(indicatorsOver([], '1m', LINES)).toEqual([])
})
