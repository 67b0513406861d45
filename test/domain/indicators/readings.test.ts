import { expect, test } from 'vitest'
import { kdjCall, kdjZone, macdTrend, rsiTrend, rsiZone } from '../../../domain/indicators/readings.ts'

test('RSI above 70 is overbought, below 30 oversold, and 50 is neutral', () => {
  expect([70.01, 70, 50, 30, 29.99].map(rsiZone)).toEqual([
    'overbought',
    'neutral',
    'neutral',
    'neutral',
    'oversold',
  ])
  expect([50.1, 50, 49.9].map(rsiTrend)).toEqual(['bullish', 'neutral', 'bearish'])
})

test('the MACD trend flips with the sign of the histogram', () => {
  expect([0.1, 0, -0.1].map(macdTrend)).toEqual(['bullish', 'neutral', 'bearish'])
})

test('KDJ is in a zone when K and D agree, and calls on the candle they cross', () => {
  expect(kdjZone(85, 81)).toBe('overbought')
  expect(kdjZone(85, 79)).toBe('neutral')
  expect(kdjZone(15, 19)).toBe('oversold')
  expect(kdjCall({ k: 51, d: 50 }, { k: 49, d: 50 })).toBe('buy')
  expect(kdjCall({ k: 49, d: 50 }, { k: 51, d: 50 })).toBe('sell')
  expect(kdjCall({ k: 52, d: 50 }, { k: 51, d: 50 })).toBe('none')
})

test('nothing is read from an indicator that is warming up', () => {
  expect([rsiZone(null), rsiTrend(null), macdTrend(null), kdjZone(50, null)]).toEqual(Array(4).fill(null))
  expect(kdjCall({ k: 1, d: 2 }, { k: null, d: 2 })).toBe(null)
})
