import { describe, expect, test } from 'vitest'
import { runBacktest } from '../../../actors/backtest.ts'
import { loadStrategies } from '../../../actors/load-strategy.ts'
import { Memory } from '../../../actors/model/memory.ts'
import { MemoryStore } from '../../../adapters/store/memory-store.ts'
import type { Fact, FactBody } from '../../../domain/fact.ts'
import { performanceOf } from '../../../domain/performance/performance.ts'
import { hold } from '../../../domain/strategy.ts'
import { money, price, quantity } from '../../../domain/units.ts'
import { givenSeries, givenSettings, givenSource, START } from '../given.ts'

const { performance } = givenSettings()
const IDS = ['momentum', 'analysts', 'cross']

const life = (...bodies: FactBody[]): Memory => {
  const memory = new Memory(['momentum'], performance)
  bodies.forEach((body, index) =>
    memory.note({ seq: index + 1, at: START + index, accountId: 'momentum', ...body }),
  )
  return memory
}
const decided = (
  decisionId: string,
  exitPlan: string,
  outcome: 'approved' | 'held' = 'approved',
): FactBody => ({
  type: 'decision.recorded',
  decision: {
    decisionId,
    symbol: 'BTC',
    strategy: 'llm',
    candleAt: START,
    price: null,
    proposal: { ...hold('BTC', `why ${decisionId}`), exitPlan },
    outcome,
    code: null,
    limit: null,
    actual: null,
    risk: [],
  },
})
const opened = (positionId: string, decisionId: string): FactBody => ({
  type: 'position.opened',
  positionId,
  symbol: 'BTC',
  side: 'long',
  quantity: quantity('1'),
  entryPrice: price('100'),
  decisionId,
})
const protectedAt = (positionId: string, stop: string): FactBody => ({
  type: 'protection.confirmed',
  positionId,
  symbol: 'BTC',
  stopPrice: price(stop),
  targetPrice: null,
  stopOrderId: 's',
  targetOrderId: null,
  nakedMs: 0,
})

/** Facts of three accounts by rules over a generated market. */
const played = await (async (): Promise<Fact[]> => {
  const settings = givenSettings()
  const facts: Fact[] = []
  await runBacktest({
    settings,
    source: givenSource(givenSeries(7, 1_500)),
    strategies: await loadStrategies(settings.accounts),
    startAt: START,
    onFact: fact => facts.push(fact),
  })
  return facts
})()

const memoryOf = (facts: readonly Fact[]): Memory => {
  const memory = new Memory(IDS, performance)
  for (const fact of facts) memory.note(fact)
  return memory
}
const shown = (memory: Memory) =>
  IDS.map(id => {
    const { decisions, fills, trades, openings, sum } = memory.of(id)
    return { decisions, fills, trades, openings: [...openings], sum, performance: memory.performance(id) }
  })

describe('the memory of an account', () => {
  test('keeps its last ten decisions, oldest first', () => {
    const memory = life(...Array.from({ length: 12 }, (_, index) => decided(`${index}`, '', 'held')))
    expect(memory.of('momentum').decisions.map(each => each.rationale)).toEqual(
      Array.from({ length: 10 }, (_, index) => `why ${index + 2}`),
    )
  })

  test('knows how a position was opened: its plan and its first stop, wherever that stands later', () => {
    const memory = life(
      decided('d1', 'Out below 90.'),
      opened('p1', 'd1'),
      protectedAt('p1', '95'),
      protectedAt('p1', '99'),
      decided('d2', 'Another plan.', 'held'),
    )
    expect(memory.of('momentum').openings.get('BTC')).toEqual({
      positionId: 'p1',
      decisionId: 'd1',
      firstStop: '95',
      exitPlan: 'Out below 90.',
    })
  })

  test('claims no plan for a position that another decision opened', () => {
    const memory = life(decided('d1', 'Mine.'), opened('p1', 'somebody'), protectedAt('p0', '95'))
    expect(memory.of('momentum').openings.get('BTC')).toMatchObject({ exitPlan: '', firstStop: null })
  })

  test('takes no notice of an account that is not told of it', () => {
    const memory = life()
    memory.note({
      seq: 1,
      at: START,
      accountId: 'other',
      type: 'deposit.booked',
      amount: money('1'),
      reason: 'x',
    })
    expect(() => memory.of('other')).toThrow('nothing is remembered of account other')
  })

  test('counts as performance counts, of all trades and of the days that are over', () => {
    const memory = memoryOf(played)
    for (const id of IDS) {
      const own = played.filter(fact => fact.accountId === id)
      const trades = own.flatMap(fact => (fact.type === 'trade.closed' ? [fact.trade] : []))
      const equity = own.flatMap(fact =>
        fact.type === 'equity.marked' ? [{ at: fact.at, equity: fact.equity }] : [],
      )
      const today = Math.ceil((equity.at(-1)?.at ?? 0) / 86_400_000)
      const over = equity.filter(({ at }) => Math.ceil(at / 86_400_000) < today)
      const whole = performanceOf({
        equity: over,
        flows: [],
        trades,
        settings: performance,
        opening: '10000',
      })
      expect(memory.performance(id)).toEqual({
        trades: whole.trades,
        winRatePercent: whole.winRatePercent,
        netPnl: whole.netPnl,
        profitFactor: whole.profitFactor,
        expectancyR: whole.expectancyR,
        sharpe: whole.sharpe,
        days: whole.days,
      })
      expect(memory.of(id).trades).toEqual(trades.slice(-100))
    }
    expect(IDS.some(id => memory.performance(id).trades > 3)).toBe(true)
    expect(memory.performance('momentum').days).toBeGreaterThan(2)
  })

  test('is the same read from the store as heard fact by fact, at any moment of the life', async () => {
    const opening = played.findLastIndex(fact => fact.type === 'position.opened')
    for (const length of [0, 1, Math.floor(played.length / 3), opening + 30, played.length]) {
      const facts = played.slice(0, length)
      const store = new MemoryStore()
      await store.write({ facts, snapshots: [], documents: [] })
      const loaded = new Memory(IDS, performance)
      await loaded.load(store)
      expect(shown(loaded)).toEqual(shown(memoryOf(facts)))
      for (const fact of played.slice(length)) loaded.note(fact)
      expect(shown(loaded)).toEqual(shown(memoryOf(played)))
    }
  })
})
