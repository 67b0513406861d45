import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Candle } from '../../../domain/candle.ts'
import { MarketBook } from '../../../domain/indicators/market-book.ts'
import { atr, bollinger, ema, macd, rsi, sma } from '../../../domain/indicators/spec.ts'
import { START, walk } from '../candle-fixtures.ts'

const MINUTE = 60_000

const bookOf = (candles: readonly Candle[], spec = sma(1, '3m')) => {
  const book = new MarketBook('BTC', '1m')
  book.require(spec, '1m')
  for (const candle of candles) book.push(candle)
  return book
}

const merge = (parts: readonly Candle[]): Candle => ({
  openAt: (parts[0] as Candle).openAt,
  open: (parts[0] as Candle).open,
  high: Math.max(...parts.map(part => part.high)),
  low: Math.min(...parts.map(part => part.low)),
  close: (parts.at(-1) as Candle).close,
  volume: parts.reduce((sum, part) => sum + part.volume, 0),
})

describe('merging', () => {
  it('a 3m candle is the merge of its three 1m candles, for any market and any start', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 5 }), (seed, skipped) => {
        const candles = walk(20, seed).slice(skipped)
        const expected = candles.flatMap((candle, index) => {
          const parts = candles.slice(index, index + 3)
          return candle.openAt % (3 * MINUTE) === 0 && parts.length === 3 ? [merge(parts)] : []
        })
        expect(bookOf(candles).view('1m').candles(100, '3m')).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('a longer candle is published exactly when its last base candle closes', () => {
    const book = bookOf([])
    const seen = walk(7, 1).map(candle => {
      book.push(candle)
      return book.closed('3m')?.openAt ?? null
    })
    expect(seen).toEqual([null, null, START, START, START, START + 3 * MINUTE, START + 3 * MINUTE])
  })

  it('a longer candle with a missing base candle is not published, the next whole one is', () => {
    const candles = walk(9, 1)
    for (const missing of [3, 4, 5]) {
      const book = bookOf(candles.filter((_, index) => index !== missing))
      const published = book
        .view('1m')
        .candles(10, '3m')
        .map(candle => (candle.openAt - START) / MINUTE)
      expect(published).toEqual([0, 6])
    }
  })

  it('base candles are left as they came', () => {
    const candles = walk(9, 4)
    const before = structuredClone(candles)
    bookOf(candles)
    expect(candles).toEqual(before)
  })

  it('three timeframes are three separate series', () => {
    const book = new MarketBook('BTC', '1m')
    const specs = [ema(3), ema(3, { timeframe: '5m' }), ema(3, { timeframe: '15m' })]
    for (const spec of specs) book.require(spec, '1m')
    for (const candle of walk(60, 9)) book.push(candle)
    const values = specs.map(spec => book.view('1m').value(spec))
    expect(new Set(values).size).toBe(3)
    expect(values).not.toContain(null)
  })

  it('only required timeframes are merged, and others are refused in words', () => {
    const book = bookOf(walk(20, 1))
    expect(() => book.closed('5m')).toThrow('BTC: nobody required 5m candles')
    expect(() => book.view('1m').candles(1, '5m')).toThrow('require an indicator with timeframe 5m')
  })

  it('a timeframe that base candles do not divide is refused', () => {
    const book = new MarketBook('BTC', '3m')
    expect(() => book.require(rsi(14), '5m')).toThrow('5m candles cannot be merged from 3m candles')
    expect(() => book.require(rsi(14, '1m'), '3m')).toThrow('1m candles cannot be merged from 3m candles')
  })
})

describe('indicators', () => {
  it('ten candles give a null EMA 50 with the reason insufficient_history', () => {
    const book = new MarketBook('BTC', '1m')
    book.require(ema(50), '1m')
    for (const candle of walk(10, 1)) book.push(candle)
    expect(book.view('1m').value(ema(50))).toBeNull()
    expect(book.view('1m').missing(ema(50))).toBe('insufficient_history')
    expect(book.view('1m').series(ema(50), 3)).toEqual([null, null, null])
  })

  it('an indicator with several lines is missing until its last line is there', () => {
    const book = new MarketBook('BTC', '1m')
    book.require(macd(), '1m')
    const view = book.view('1m')
    const candles = walk(34, 1)
    for (const candle of candles.slice(0, 33)) book.push(candle)
    expect(view.value(macd(), 'macd')).not.toBeNull()
    expect(view.missing(macd())).toBe('insufficient_history')
    book.push(candles[33] as Candle)
    expect(view.missing(macd())).toBeNull()
    expect(view.value(macd(), 'signal')).not.toBeNull()
  })

  it('required late equals required early, on base and longer candles', () => {
    const candles = walk(300, 5)
    const specs = [rsi(14), atr(14), ema(21, { seed: 'sma' }), rsi(5, '15m')]
    const early = new MarketBook('BTC', '1m')
    const late = new MarketBook('BTC', '1m')
    for (const spec of specs) early.require(spec, '1m')
    for (const candle of candles) early.push(candle)
    for (const candle of candles.slice(0, 200)) late.push(candle)
    for (const spec of specs) late.require(spec, '1m')
    for (const candle of candles.slice(200)) late.push(candle)
    for (const spec of specs) {
      expect(late.view('1m').series(spec, 64)).toEqual(early.view('1m').series(spec, 64))
      expect(late.view('1m').value(spec)).not.toBeNull()
    }
  })

  it('a series is the values as they were, oldest first, over the ring’s end', () => {
    const book = new MarketBook('BTC', '1m')
    const view = book.view('1m')
    book.require(sma(2), '1m')
    const seen: (number | null)[] = []
    for (const candle of walk(150, 2)) {
      book.push(candle)
      seen.push(view.value(sma(2)))
    }
    expect(view.series(sma(2), 64)).toEqual(seen.slice(-64))
    expect(view.series(sma(2), 10)).toEqual(seen.slice(-10))
    expect(view.value(sma(2), 'value', 63)).toBe(seen.at(-64))
  })

  it('a spec’s own timeframe wins over the decision interval', () => {
    const book = new MarketBook('BTC', '1m')
    book.require(sma(1, '1m'), '5m')
    for (const candle of walk(7, 1)) book.push(candle)
    expect(book.view('5m').value(sma(1, '1m'))).toBe(book.closed('1m')?.close)
    expect(book.view('5m').candles(10)).toHaveLength(1)
  })

  it('questions that cannot be answered are refused in words', () => {
    const book = new MarketBook('BTC', '1m')
    book.require(bollinger(), '1m')
    const view = book.view('1m')
    expect(() => view.value(rsi(14))).toThrow('indicator rsi(14) on 1m was not required')
    expect(() => view.value(bollinger())).toThrow('has the lines upper, middle, lower; name the one to read')
    expect(() => view.value(bollinger(), 'top')).toThrow('top is not one of them')
    expect(() => view.value(bollinger(), 'upper', 64)).toThrow('back must be a whole number from 0 to 63')
    expect(() => view.series(bollinger(), 65, 'upper')).toThrow('count must be a whole number from 0 to 64')
    expect(() => view.candles(513)).toThrow('count must be a whole number from 0 to 512')
  })
})

describe('candles', () => {
  it('the newest 512 are kept, whatever came before', () => {
    const candles = walk(1300, 3)
    const view = bookOf(candles).view('1m')
    expect(view.candles(512)).toEqual(candles.slice(-512))
    expect(view.candles(3)).toEqual(candles.slice(-3))
    expect(bookOf(candles.slice(0, 5)).view('1m').candles(512)).toEqual(candles.slice(0, 5))
  })

  it('a candle that is not newer changes nothing', () => {
    const candles = walk(30, 3)
    const book = bookOf(candles, rsi(14))
    const before = book.view('1m').value(rsi(14))
    expect(book.push({ ...(candles[29] as Candle), close: 1 })).toBe(false)
    expect(book.push(candles[10] as Candle)).toBe(false)
    expect(book.view('1m').value(rsi(14))).toBe(before)
    expect(book.closed('1m')).toEqual(candles[29])
  })

  it.each([
    { wrong: { close: Number.NaN } },
    { wrong: { volume: Number.POSITIVE_INFINITY } },
    { wrong: { openAt: START + 1 } },
    { wrong: { low: 1e9 } },
  ])('a candle with $wrong is refused before it is folded', ({ wrong }) => {
    const book = bookOf([])
    const candle = walk(1, 1)[0] as Candle
    expect(() => book.push({ ...candle, ...wrong })).toThrow('BTC: not a closed 1m candle')
    expect(book.closed('1m')).toBeNull()
  })
})
