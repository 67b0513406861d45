import { describe, expect, it } from 'vitest'
import type { Candle } from '../../../domain/candle.ts'
import { MarketBook } from '../../../domain/indicators/market-book.ts'
import { INTERVAL_MS } from '../../../domain/interval.ts'
import { registerSignal } from '../../../domain/signals/registry.ts'
import { defineSignal } from '../../../domain/signals/signal.ts'
import { createStrategy, isStrategyFile } from '../../../domain/strategies/registry.ts'
import type { PositionView, Proposal, Strategy } from '../../../domain/strategy.ts'
import { walk } from '../candle-fixtures.ts'
import { SIGNALS, strategySettings } from '../strategy-settings.ts'

const position = (direction: 'long' | 'short'): PositionView => ({
  direction,
  quantity: 1,
  entryPrice: 100,
  stopPrice: null,
  targetPrice: null,
  openedAt: 0,
})

const proposals = (
  strategy: Strategy,
  candles: readonly Candle[],
  held: PositionView | null = null,
): Proposal[] => {
  const book = new MarketBook('BTC', '1h')
  for (const spec of strategy.indicators('1h')) book.require(spec, '1h')
  return candles.map(candle => {
    book.push(candle)
    return strategy.propose({
      at: candle.openAt + INTERVAL_MS['1h'],
      symbol: 'BTC',
      interval: '1h',
      candle,
      market: book.view('1h'),
      position: held,
      account: { equity: 10_000, positionsOpen: held === null ? 0 : 1 },
    })
  })
}

const hours = (seed: number, drift: number) => walk(300, seed, { drift, step: 0.006, interval: '1h' })

/** A signal whose score is its parameter, to put strategies to an exact score. */
registerSignal(
  defineSignal({
    name: 'exact',
    parameters: { level: 0 },
    indicators: () => ({}),
    score: (_market, _indicators, { level }) => level,
  }),
)
const off = {
  rsi: { ...SIGNALS.rsi, enabled: false },
  movingAverage: { ...SIGNALS.movingAverage, enabled: false },
  macd: { ...SIGNALS.macd, enabled: false },
}
const scoring = (level: number, held: PositionView | null = null, changes = {}) =>
  proposals(
    createStrategy(
      strategySettings({ signals: { ...off, exact: { enabled: true, weight: 1, level } }, ...changes }),
    ),
    hours(1, 0).slice(0, 1),
    held,
  )[0] as Proposal

describe('strategy registry', () => {
  it('an unknown name is refused with the known ones', () => {
    expect(() => createStrategy(strategySettings({ name: 'sginals' }))).toThrow(
      'Strategy sginals is unknown; known are signals, analysts, or the path of a .ts or .js file',
    )
    expect(() => createStrategy(strategySettings({ name: 'toString' }))).toThrow(
      'Strategy toString is unknown',
    )
  })

  it('files are told by their ending', () => {
    expect(['examples/ema-cross.ts', 'mine.js', 'signals', 'signals.json'].map(isStrategyFile)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

describe('signals strategy', () => {
  it('a score exactly at the entry threshold proposes, with the stop and size left to the rules', () => {
    expect(scoring(0.4)).toEqual({
      symbol: 'BTC',
      action: 'buy',
      allocation: null,
      sizeFactor: 1,
      leverage: null,
      stop: null,
      target: null,
      closeFraction: null,
      confidence: 70,
      score: 0.4,
      exitPlan: expect.any(String),
      rationale: 'Score 0.4000 (HOT) = exact 0.400 × 1',
    })
    expect(scoring(-0.4).action).toBe('sell')
    expect(scoring(0.39)).toMatchObject({
      action: 'hold',
      score: 0.39,
      rationale: 'score below entry at 0.4 (confidence 70 %)',
    })
  })

  it('size follows the temperature, and frozen takes none', () => {
    const easy = { entryScore: 0.01, confidenceMin: 50 }
    expect(scoring(0.3, null, easy).sizeFactor).toBe(1)
    expect(scoring(0.2, null, easy).sizeFactor).toBe(0.75)
    expect(scoring(0.1, null, easy).sizeFactor).toBe(0.5)
    expect(scoring(0.02, null, easy)).toMatchObject({
      action: 'hold',
      rationale: 'temperature is FROZEN, which takes no size',
    })
  })

  it('in a position it proposes the opposite side on the same evidence, and nothing on its own side', () => {
    expect(scoring(-0.5, position('long'))).toMatchObject({ action: 'sell', score: -0.5 })
    expect(scoring(0.5, position('short'))).toMatchObject({ action: 'buy', score: 0.5 })
    expect(scoring(0.5, position('long'))).toMatchObject({
      action: 'hold',
      rationale: 'position is open on this side',
    })
    expect(scoring(-0.39, position('long')).action).toBe('hold')
  })

  it('a close score closes at once what it stands against, exactly at the limit; off by default', () => {
    const held = [position('long'), position('short')]
    for (const [score, isClosed] of [
      [-0.3, [true, false]],
      [0.3, [false, true]],
      [-0.299, [false, false]],
    ] as const) {
      const on = held.map(each => scoring(score, each, { closeScore: 0.3 }).action === 'close')
      expect(on).toEqual(isClosed)
      expect(held.map(each => scoring(score, each).action)).toEqual(['hold', 'hold'])
    }
    expect(scoring(-0.9, position('long'), { closeScore: 0.3 })).toMatchObject({
      action: 'close',
      closeFraction: null,
      score: -0.9,
      rationale: 'Turned against the position: Score -0.9000 (HOT) = exact -0.900 × 1',
    })
    expect(scoring(-0.9, null, { closeScore: 0.3 }).action).toBe('sell')
  })

  it('holds without a score while a signal is warming up', () => {
    const all = proposals(createStrategy(strategySettings()), hours(1, 0.002).slice(0, 40))
    for (const each of all.slice(0, 33)) {
      expect(each).toMatchObject({ action: 'hold', score: null, confidence: null })
      expect(each.rationale).toContain('insufficient_history')
    }
    expect(all[33]?.score).not.toBeNull()
  })

  it('settings that cannot be used are refused with every problem', () => {
    const signals = { ...SIGNALS, rsi: { ...SIGNALS.rsi, weight: 0.7 }, macd: { ...SIGNALS.macd, fast: 30 } }
    expect(() => createStrategy(strategySettings({ signals }))).toThrow(
      /macd: fast must be below slow.*may sum to 1 at most/,
    )
  })

  it('two bots with different settings treat one market differently', () => {
    const bold = proposals(
      createStrategy(strategySettings({ entryScore: 0.1, confidenceMin: 50 })),
      hours(3, 0),
    )
    const shy = proposals(createStrategy(strategySettings({ entryScore: 0.9 })), hours(3, 0))
    expect(bold.some(each => each.action !== 'hold')).toBe(true)
    expect(shy.every(each => each.action === 'hold')).toBe(true)
  })
})

describe('analysts strategy', () => {
  const analysts = createStrategy(strategySettings({ name: 'analysts' }))

  it('buys a strong rise and sells a strong fall, with words and a confidence of 70 or more', () => {
    const rise = proposals(analysts, hours(2, 0.004)).at(-1)
    const fall = proposals(analysts, hours(2, -0.004)).at(-1)
    expect(rise).toMatchObject({ action: 'buy', sizeFactor: 1 })
    expect(fall?.action).toBe('sell')
    expect(rise?.rationale).toMatch(/^Score \+\d/)
    for (const each of [rise, fall]) {
      expect(each?.confidence).toBeGreaterThanOrEqual(70)
      expect(each?.confidence).toBeCloseTo(50 + 50 * Math.abs(each?.score ?? 0), 9)
    }
  })

  it('acts exactly where |score| is 0.4 or more, on every candle', () => {
    const all = proposals(analysts, walk(600, 8, { step: 0.02, interval: '1h' })).slice(199)
    expect(new Set(all.map(each => each.action)).size).toBe(3)
    for (const each of all) expect(each.action === 'hold').toBe(Math.abs(each.score ?? 0) < 0.4)
  })

  it('a long is asked to turn on a strong fall', () => {
    expect(proposals(analysts, hours(2, -0.004), position('long')).at(-1)?.action).toBe('sell')
    expect(proposals(analysts, hours(2, 0.004), position('long')).at(-1)?.action).toBe('hold')
  })

  it('holds with the reason until 200 candles are there', () => {
    const all = proposals(analysts, hours(2, 0.004))
    expect(all.slice(0, 199).every(each => each.rationale.startsWith('insufficient_history'))).toBe(true)
    expect(all[199]?.score).not.toBeNull()
  })

  it('the same market gives the same proposals', () => {
    expect(proposals(analysts, hours(5, 0.001))).toEqual(proposals(analysts, hours(5, 0.001)))
  })
})
