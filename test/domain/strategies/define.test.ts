import { describe, expect, it } from 'vitest'
import type { Candle } from '../../../domain/candle.ts'
import { MarketBook } from '../../../domain/indicators/market-book.ts'
import type { PositionView, Proposal, Strategy } from '../../../domain/strategy.ts'
import emaCross from '../../../examples/ema-cross.ts'
import { defineStrategy, ema, macd, rsi } from '../../../strategy.ts'
import { walk } from '../candle-fixtures.ts'

const LONG: PositionView = {
  direction: 'long',
  quantity: 1,
  entryPrice: 100,
  stopPrice: 98,
  targetPrice: null,
  openedAt: 0,
}

const run = (
  strategy: Strategy,
  candles: readonly Candle[],
  position: PositionView | null = null,
): Proposal[] => {
  const book = new MarketBook('ETH', '1m')
  for (const spec of strategy.indicators('1m')) book.require(spec, '1m')
  return candles.map(candle => {
    book.push(candle)
    const account = { equity: 1000, positionsOpen: 0 }
    const at = candle.openAt + 60_000
    return strategy.propose({
      at,
      symbol: 'ETH',
      interval: '1m',
      candle,
      market: book.view('1m'),
      position,
      account,
    })
  })
}

/** EMA seeded with the mean of its first n, NaN before: written out, nothing shared with the engine. */
const seededEma = (closes: readonly number[], n: number): number[] => {
  let value = closes.slice(0, n).reduce((sum, close) => sum + close, 0) / n
  return closes.map((close, index) => {
    if (index >= n) value = (close - value) * (2 / (n + 1)) + value
    return index >= n - 1 ? value : Number.NaN
  })
}

const wilderRsi = (closes: readonly number[], n: number): number[] => {
  let gain = 0
  let loss = 0
  return closes.map((close, index) => {
    const change = close - (closes[index - 1] ?? close)
    const up = Math.max(change, 0)
    const down = Math.max(-change, 0)
    if (index <= n) {
      gain += up / n
      loss += down / n
    } else {
      gain = (gain * (n - 1) + up) / n
      loss = (loss * (n - 1) + down) / n
    }
    return index < n ? Number.NaN : 100 - 100 / (1 + gain / loss)
  })
}

describe('ema-cross example', () => {
  it('trades exactly where an independent reading of its rules does', () => {
    const candles = walk(3000, 11, { step: 0.02 })
    const closes = candles.map(candle => candle.close)
    const fast = seededEma(closes, 9)
    const slow = seededEma(closes, 21)
    const strength = wilderRsi(closes, 14)
    const expected = closes.map((_, index) => {
      const [f, s, fBefore, sBefore] = [
        fast[index],
        slow[index],
        fast[index - 1],
        slow[index - 1],
      ] as number[]
      const rsiNow = strength[index] as number
      if ((f as number) > (s as number) && (fBefore as number) <= (sBefore as number) && rsiNow < 70)
        return 'buy'
      if ((f as number) < (s as number) && (fBefore as number) >= (sBefore as number) && rsiNow > 30)
        return 'sell'
      return 'hold'
    })
    const actual = run(emaCross, candles).map(each => each.action)
    expect(actual).toEqual(expected)
    expect(actual.filter(action => action === 'buy').length).toBeGreaterThan(20)
    expect(actual.filter(action => action === 'sell').length).toBeGreaterThan(20)
  })

  it('asks for 1,000 with a stop of 2 % and a target of 4 %', () => {
    const entry = run(emaCross, walk(300, 11, { step: 0.02 })).find(each => each.action === 'buy')
    expect(entry).toEqual({
      symbol: 'ETH',
      action: 'buy',
      allocation: '1000',
      sizeFactor: 1,
      leverage: null,
      stop: { ratio: 0.02 },
      target: { ratio: 0.04 },
      closeFraction: null,
      confidence: null,
      score: null,
      exitPlan: '',
      rationale: 'EMA 9 crossed above EMA 21',
    })
  })

  it('holds in a position', () => {
    const all = run(emaCross, walk(300, 11, { step: 0.02 }), LONG)
    expect(new Set(all.map(each => each.action))).toEqual(new Set(['hold']))
  })
})

describe('defineStrategy', () => {
  it('decide is asked from the candle on which every indicator has a value and a previous one', () => {
    const asked: number[] = []
    const strategy = defineStrategy({
      name: 'watch',
      indicators: { fast: ema(3), trend: macd(2, 5, 3) },
      decide: ({ candle, ind, hold }) => {
        asked.push(candle.openAt)
        const histogram = ind.trend.line('histogram')
        expect(histogram.value).toBeCloseTo(ind.trend.line('macd').value - ind.trend.line('signal').value, 12)
        expect(ind.fast.series(2)).toEqual([ind.fast.previous, ind.fast.value])
        return hold('watching')
      },
    })
    const candles = walk(12, 1)
    const all = run(strategy, candles)
    // MACD 2/5/3 has its signal line on candle 7, so the previous one is there on candle 8.
    expect(asked).toEqual(candles.slice(7).map(candle => candle.openAt))
    expect(all[6]?.rationale).toContain('insufficient_history')
    expect(all[7]).toMatchObject({ symbol: 'ETH', action: 'hold', rationale: 'watching' })
  })

  it('context shows candles, position, account and time of the view', () => {
    const candles = walk(3, 1)
    const seen: unknown[] = []
    const strategy = defineStrategy({
      name: 'look',
      indicators: {},
      decide: ({ at, symbol, interval, candle, candles: last, position, account, hold }) => {
        seen.push([at, symbol, interval, candle, last(2), position, account])
        return hold()
      },
    })
    run(strategy, candles, LONG)
    expect(seen.at(-1)).toEqual([
      (candles[2] as Candle).openAt + 60_000,
      'ETH',
      '1m',
      candles[2],
      candles.slice(1),
      LONG,
      { equity: 1000, positionsOpen: 0 },
    ])
  })

  const answering = (decide: Parameters<typeof defineStrategy>[0]['decide']) =>
    run(defineStrategy({ name: 'mine', indicators: {}, decide }), walk(1, 1))[0]

  it('close takes all or a fraction', () => {
    expect(answering(({ close }) => close())).toMatchObject({ action: 'close', closeFraction: null })
    expect(answering(({ close }) => close({ fraction: 0.5, reason: 'half out' }))).toMatchObject({
      action: 'close',
      closeFraction: 0.5,
      rationale: 'half out',
    })
  })

  it.each([
    {
      answer: { allocation: -5 },
      says: 'Strategy answered with allocation -5; it must be an amount above 0',
    },
    { answer: { allocation: 'many' }, says: 'allocation many' },
    {
      answer: { stop: { ratio: 0 } },
      says: 'stop ratio 0; it must be a distance above 0, such as 0.02 for 2 %',
    },
    { answer: { target: { ratio: Number.NaN } }, says: 'target ratio NaN' },
    { answer: { confidence: 101 }, says: 'confidence 101; it must be from 0 to 100' },
    { answer: { score: -2 }, says: 'score -2; it must be from -1 to 1' },
    { answer: { sizeFactor: 0 }, says: 'sizeFactor 0; it must be above 0 and at most 1' },
    { answer: { leverage: 0 }, says: 'leverage 0; it must be from 1' },
  ])('an answer that cannot be meant is refused: $says', ({ answer, says }) => {
    expect(() => answering(({ short }) => short(answer))).toThrow(says)
  })

  it('answering with nothing is refused in words', () => {
    const silent = (() => undefined) as unknown as Parameters<typeof defineStrategy>[0]['decide']
    expect(() => answering(silent)).toThrow("Strategy mine answered with nothing; return hold('why') to wait")
  })

  it('a definition that cannot work is refused when it is made', () => {
    const decide = () => {
      throw new Error('never asked')
    }
    expect(() => defineStrategy({ name: ' ', indicators: {}, decide })).toThrow('A strategy needs a name')
    expect(() => defineStrategy({ name: 'mine', indicators: { strength: rsi(0) }, decide })).toThrow(
      'Strategy mine, indicator strength: Indicator rsi(0): length must be a whole number from 2 to 500, got 0',
    )
  })
})
