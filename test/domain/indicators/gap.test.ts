/** Missing candles: no indicator is fed across them, on any timeframe, whenever it was asked for. */
import { expect, test } from 'vitest'
import { MarketBook } from '../../../domain/indicators/market-book.ts'
import { atr, ema, type IndicatorSpec, rsi } from '../../../domain/indicators/spec.ts'
import { fromCloses, walk } from '../candle-fixtures.ts'

const SPECS: IndicatorSpec[] = [ema(5), ema(20), rsi(14), atr(14)]
const CANDLES = walk(300, 7)
/** Candles 150 to 152 are missing. */
const BEFORE = CANDLES.slice(0, 150)
const AFTER = CANDLES.slice(153)

const bookOf = (specs: readonly IndicatorSpec[] = SPECS): MarketBook => {
  const book = new MarketBook('BTC', '1m')
  for (const spec of specs) book.require(spec, '1m')
  return book
}

test('behind a gap an indicator is what it is after a start there, and nothing before it is warm', () => {
  const book = bookOf()
  const fresh = bookOf()
  for (const candle of BEFORE) book.push(candle)
  for (const spec of SPECS) expect(book.view('1m').value(spec), spec.name).not.toBeNull()
  AFTER.forEach((candle, index) => {
    book.push(candle)
    fresh.push(candle)
    for (const spec of SPECS) {
      expect(book.view('1m').value(spec), `${spec.name} ${index}`).toBe(fresh.view('1m').value(spec))
      expect(book.view('1m').missing(spec)).toBe(fresh.view('1m').missing(spec))
    }
    if (index === 0) {
      for (const spec of SPECS) expect(book.view('1m').missing(spec)).toBe('insufficient_history')
    }
  })
})

test('an average does not cross another one over a gap', () => {
  const [fast, slow] = [ema(2), ema(4)]
  const book = bookOf([fast, slow])
  const falling = fromCloses(Array.from({ length: 20 }, (_, index) => 100 - index))
  const rising = fromCloses(Array.from({ length: 30 }, (_, index) => 80 + 2 * index)).slice(22)
  const view = book.view('1m')
  const crossed = (): boolean => {
    const [now, then] = [0, 1].map(back => {
      const [a, b] = [view.value(fast, undefined, back), view.value(slow, undefined, back)]
      return a === null || b === null ? null : a - b
    })
    return now != null && then != null && now > 0 && then <= 0
  }
  for (const candle of [...falling, ...rising]) {
    book.push(candle)
    expect(crossed()).toBe(false)
  }
})

test('an indicator asked for late has forgotten what lay before the gap, like one asked for in time', () => {
  const early = bookOf()
  const late = bookOf([])
  for (const candle of [...BEFORE, ...AFTER.slice(0, 17)]) {
    early.push(candle)
    late.push(candle)
  }
  for (const spec of SPECS) {
    late.require(spec, '1m')
    expect(late.view('1m').value(spec), spec.name).toBe(early.view('1m').value(spec))
  }
  expect(early.view('1m').value(ema(5))).not.toBeNull()
  expect(early.view('1m').value(ema(20))).toBeNull()
})

test('a longer timeframe leaves out the candle with the gap, and starts anew behind it', () => {
  const spec = { ...ema(5), timeframe: '5m' } as const
  const book = bookOf([spec])
  const view = book.view('1m')
  for (const candle of BEFORE) book.push(candle)
  expect(view.value(spec)).not.toBeNull()
  const warmAt = AFTER.findIndex(candle => {
    book.push(candle)
    return (
      candle.openAt % 300_000 === 240_000 &&
      view.value(spec) !== null &&
      book.closed('5m')?.openAt === candle.openAt - 240_000
    )
  })
  expect(book.closed('5m')?.openAt).toBeGreaterThan((BEFORE.at(-1)?.openAt ?? 0) + 300_000)
  // The old value stands until the next whole candle; from then on there is none for four candles.
  expect(warmAt).toBe(2 + 5 * 5 - 1)
})

test('without a gap nothing starts anew', () => {
  const book = bookOf()
  let nulls = 0
  CANDLES.forEach((candle, index) => {
    book.push(candle)
    if (index > 30 && book.view('1m').value(ema(20)) === null) nulls += 1
  })
  expect(nulls).toBe(0)
})
