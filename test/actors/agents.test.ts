/** Agents, what they said and what it was worth, read from what a run leaves in the store. */
import { describe, expect, test } from 'vitest'
import { agentFilter, agentNames, agentsOf, agentsView } from '../../actors/agents-view.ts'
import { Engine } from '../../actors/engine.ts'
import { History } from '../../actors/history.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { signalsView } from '../../actors/signals-view.ts'
import { tradeGroupsView } from '../../actors/trade-groups-view.ts'
import { MemoryStore } from '../../adapters/store/memory-store.ts'
import { DAY_MS } from '../../domain/interval.ts'
import type { AccountSettings } from '../../domain/settings.ts'
import { batchOf, Journal, proposalOf, STARTED_AT } from '../contracts/journal.ts'
import { callOf } from '../contracts/store/interactions.ts'
import { givenSeries, givenSettings, givenSource, givenStore, START } from './given.ts'

const account = (id: string, strategy: string, model: string | null = null): AccountSettings =>
  ({
    id,
    interval: '1h',
    strategy: { name: strategy },
    model: model === null ? null : { name: model, fallbacks: [] },
  }) as unknown as AccountSettings

const ACCOUNTS = [
  account('rules', 'signals'),
  account('asks', 'llm', 'openai/gpt-5'),
  account('both', 'hybrid', 'openai/gpt-5'),
]
const untimed = () => ({ runs: 0, totalMs: 0 })

const givenLives = async (): Promise<MemoryStore> => {
  const store = new MemoryStore()
  const rules = new Journal('rules')
  rules.decide('r1')
  const failed = proposalOf({ action: 'hold', rationale: 'strategy_failed: no' })
  rules.decide('r2', { outcome: 'held', code: 'strategy_failed', proposal: failed })
  rules.decide('r3', { outcome: 'held', proposal: proposalOf({ action: 'hold' }) })
  const asks = new Journal('asks')
  asks.decide('a1', { strategy: 'llm' })
  asks.add({ type: 'model.called', call: callOf('asks', 1) })
  const late = callOf('asks', 2, { outcome: 'failed', problem: 'timeout: nothing in 25 s' })
  asks.add({ type: 'model.called', call: { ...late, reply: { ...late.reply, latencyMs: 25_000 } } })
  const both = new Journal('both')
  both.decide('b1', { strategy: 'hybrid' })
  both.add({ type: 'model.called', call: callOf('both', 1, { outcome: 'rejected', problem: 'shape' }) })
  await store.write(batchOf(...rules.facts, ...asks.facts, ...both.facts))
  return store
}

describe('agents', () => {
  test('are strategies and models, with runs, errors and durations of what is stored', async () => {
    const reader = await givenLives()
    const timing = (id: string) => (id === 'rules' ? { runs: 4, totalMs: 2 } : untimed())
    const rows = await agentsView({ reader, timing, now: STARTED_AT + 60_000 }, agentsOf(ACCOUNTS))
    expect(rows).toMatchObject([
      { name: 'hybrid', kind: 'rules', accountIds: ['both'], runs: 1, errors: 0, durationMs: null },
      { name: 'openai/gpt-5', kind: 'model', accountIds: ['asks', 'both'], runs: 3, errors: 2 },
      { name: 'signals', kind: 'rules', accountIds: ['rules'], runs: 3, errors: 1, durationMs: 0.5 },
    ])
    expect(rows[1]?.durationMs).toBeCloseTo((1_234.5 + 25_000 + 1_234.5) / 3, 6)
    expect(rows.map(each => each.executions24h)).toEqual([1, 3, 3])
    expect(rows[1]?.lastError).toEqual({ at: STARTED_AT + 3_000, message: 'timeout: nothing in 25 s' })
    expect(rows[2]?.lastError?.message).toBe('strategy_failed: no')
    expect(rows[2]?.lastRunAt).toBe(STARTED_AT + 3_000)
  })

  test('of accounts that are not asked for are not there', async () => {
    const reader = await givenLives()
    const accounts = ACCOUNTS.filter(each => each.id === 'both')
    const rows = await agentsView({ reader, timing: untimed, now: STARTED_AT + 60_000 }, agentsOf(accounts))
    expect(rows).toMatchObject([
      { name: 'hybrid', runs: 1 },
      { name: 'openai/gpt-5', accountIds: ['both'], runs: 1, errors: 1 },
    ])
    expect(agentsOf([])).toEqual([])
  })

  test('have not run in the last 24 hours when nothing was said in them', async () => {
    const reader = await givenLives()
    const now = STARTED_AT + 2 * DAY_MS
    const rows = await agentsView({ reader, timing: untimed, now }, agentsOf(ACCOUNTS))
    expect(rows.map(each => each.executions24h)).toEqual([0, 0, 0])
    expect(rows.map(each => each.durationMs)).toEqual([null, null, null])
  })
})

test('the duration of a model is that of its own calls, however often a busier one was called since (D-42)', async () => {
  const reader = new MemoryStore()
  const journal = new Journal('asks')
  const call = (nth: number, model: string, latencyMs: number) => {
    const { request, reply } = callOf('asks', nth)
    const changes = { request: { ...request, model }, reply: { ...reply, latencyMs } }
    journal.add({ type: 'model.called', call: callOf('asks', nth, changes) })
  }
  for (let nth = 1; nth <= 20; nth++) call(nth, 'rare', 50)
  for (let nth = 21; nth <= 540; nth++) call(nth, 'busy', nth <= 40 ? 9_999 : 100)
  await reader.write(batchOf(...journal.facts))
  const agents = ['busy', 'rare'].map(name => ({ name, kind: 'model' as const, accountIds: ['asks'] }))
  const rows = await agentsView({ reader, timing: untimed, now: STARTED_AT + DAY_MS }, agents)
  expect(rows).toMatchObject([
    { name: 'busy', executions24h: 520, durationMs: 100 },
    { name: 'rare', executions24h: 20, durationMs: 50 },
  ])
})

describe('the name of an agent', () => {
  test('is that of the model where it decides alone, and the strategy otherwise', () => {
    const nameOf = agentNames(ACCOUNTS)
    expect(nameOf({ accountId: 'asks', strategy: 'llm' })).toBe('openai/gpt-5')
    expect(nameOf({ accountId: 'both', strategy: 'hybrid' })).toBe('hybrid')
    expect(nameOf({ accountId: 'asks', strategy: 'signals' })).toBe('signals')
    expect(nameOf({ accountId: 'gone', strategy: 'llm' })).toBe('llm')
  })

  test('finds its decisions, within what the asker sees', async () => {
    const reader = await givenLives()
    const idsOf = async (agent: string | undefined, seen: string[] | undefined) => {
      const { accountId, ...rest } = agentFilter(ACCOUNTS, agent, seen)
      const filter = accountId === undefined ? rest : { ...rest, accountId }
      return (await reader.decisions({ ...filter, limit: 9 })).items.map(each => each.decisionId)
    }
    expect((await idsOf(undefined, undefined)).toSorted()).toEqual(['a1', 'b1', 'r1', 'r2', 'r3'])
    expect(await idsOf('openai/gpt-5', undefined)).toEqual(['a1'])
    expect(await idsOf('hybrid', undefined)).toEqual(['b1'])
    expect(await idsOf('llm', undefined)).toEqual(['a1'])
    expect(await idsOf('openai/gpt-5', ['rules'])).toEqual([])
    expect(await idsOf('signals', ['both'])).toEqual([])
    expect(await idsOf('nobody', undefined)).toEqual([])
  })
})

describe('the worth of signals', () => {
  test('is read from the newest decisions, and says how many these are', async () => {
    const journal = new Journal('rules')
    const hour = 3_600_000
    for (const [index, price] of ['100', '102', '101', '101'].entries()) {
      const action = index === 0 ? 'buy' : 'hold'
      journal.decide(`d${index}`, {
        candleAt: STARTED_AT + index * hour,
        price: price as never,
        proposal: proposalOf({ action }),
      })
    }
    const reader = new MemoryStore()
    await reader.write(batchOf(...journal.facts))
    const sources = { reader, accounts: ACCOUNTS }
    const all = await signalsView(sources, { limit: 100 }, 1)
    expect(all).toMatchObject({ decisions: 4, since: STARTED_AT, truncated: false })
    expect(all.quality).toMatchObject([{ agent: 'signals', symbol: 'BTC', buys: 1 }])
    expect(all.quality[0]?.signals).toEqual({ measured: 1, hitRatePercent: 100, meanMovePercent: 2 })
    const some = await signalsView(sources, { limit: 3 }, 1)
    expect(some).toMatchObject({ decisions: 3, since: STARTED_AT + hour, truncated: true })
    expect(some.quality[0]?.buys).toBe(0)
  })
})

describe('a running engine', () => {
  test('knows its agents, what they took, when its accounts began, and who decided on its trades', async () => {
    const settings = givenSettings()
    const [first] = settings.accounts as [AccountSettings]
    const strategies = new Map(await loadStrategies(settings.accounts))
    const calm = strategies.get(first.id)
    if (calm === undefined) throw new Error('no strategy')
    const badAt = START + 300 * 300_000
    strategies.set(first.id, {
      ...calm,
      propose: view => {
        if (view.at === badAt && view.symbol === 'BTC') throw new Error('divided by nothing')
        return calm.propose(view)
      },
    })
    const store = givenStore()
    const errors: unknown[] = []
    const engine = await Engine.open({
      settings,
      source: givenSource(givenSeries(7, 900)),
      strategies,
      store,
      startAt: START,
      warmSteps: 0,
      wall: { now: () => 0 },
      onError: error => errors.push(error),
    })
    await engine.run()
    const { now } = engine.status()
    const timing = (id: string) => engine.insight.timing(id)
    const rows = await agentsView({ reader: store, timing, now }, agentsOf(settings.accounts))
    expect(rows.map(each => each.name)).toEqual(['analysts', 'ema-cross.ts', 'signals'])
    const signals = rows.find(each => each.name === 'signals')
    expect(signals).toMatchObject({
      errors: 1,
      lastError: { message: 'strategy_failed: divided by nothing' },
    })
    for (const row of rows) {
      expect(row.runs).toBeGreaterThan(200)
      expect(row.executions24h).toBeLessThan(row.runs)
      expect(row.durationMs).toBeGreaterThan(0)
    }
    const { items } = await store.decisions({ limit: 1_000 })
    const holdOf = (strategy: string) =>
      items.find(each => each.strategy === strategy && each.proposal.action === 'hold')?.proposal.rationale
    expect(holdOf('signals')).toMatch(/^[^:]+: Score -?\d.* = rsi -?\d/)
    expect(holdOf('analysts')).toMatch(/: Score [+−]\d+\.\d: /)
    for (const { id } of settings.accounts) {
      expect(engine.measured(id).beganAt).toBe(START)
      const groups = await tradeGroupsView(engine, id, 'strategy', {})
      expect(groups.reduce((sum, { metrics }) => sum + metrics.trades, 0)).toBe(
        engine.closedTrades(id).length,
      )
      expect(groups.map(each => each.key)).not.toContain('unknown')
    }
    engine.close()
    const history = new History()
    await history.load(store)
    expect(settings.accounts.map(each => history.began(each.id)?.at)).toEqual([START, START, START])
    expect(errors).toEqual([])
  }, 60_000)
})
