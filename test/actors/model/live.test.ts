/** Models on live wiring: the same life as at once, and what a model says too late is dropped and paid for. */
import { expect, test } from 'vitest'
import { runBacktest } from '../../../actors/backtest.ts'
import { loadStrategies } from '../../../actors/load-strategy.ts'
import type { Fact } from '../../../domain/fact.ts'
import type { Model } from '../../../domain/model/port.ts'
import { givenSeries, givenSource, START } from '../given.ts'
import { givenLive, thinking } from './given-live.ts'
import { buying, decisions, modelSettings, play, readRun, said, scripted } from './given-model.ts'

const SERIES = givenSeries(7, 60)
/** Opens, closes with conviction, opens again. */
const trading = (request: Parameters<typeof buying>[0]) =>
  said(
    decisions(request, (_asset, actions) =>
      actions.includes('close')
        ? { action: 'close', confidence: 95 }
        : { action: actions.includes('buy') ? 'buy' : 'hold' },
    ),
  )

test('a model that answers later makes the same calls, decisions and trades as one that answers at once', async () => {
  const edit = modelSettings({}, account => {
    account.cooldownIntervals = 0
    account.cooldownMsMin = 0
    account.reconcileMs = null
  })
  const sync = await play(edit, scripted(trading), SERIES)
  const later: Model = {
    ask: request => new Promise(resolve => setImmediate(() => resolve(trading(request)))),
  }
  const floor = await givenLive(edit, later, SERIES)
  await floor.driver.run()
  const live = readRun(floor.facts)
  expect(floor.errors).toEqual([])
  expect(live.calls).toEqual(sync.calls)
  expect(live.decisions).toEqual(sync.decisions)
  const trades = sync.facts.filter(each => each.type === 'trade.closed')
  expect(trades.length).toBeGreaterThan(1)
  expect(floor.facts.filter(each => each.type === 'trade.closed').map(each => each.trade)).toEqual(
    trades.map(each => each.trade),
  )
})

test('a backtest waits for a model that answers later, and ends as with one that answers at once', async () => {
  const settings = modelSettings()
  const sync = await play(settings, scripted(trading), SERIES)
  const later: Model = {
    ask: request => new Promise(resolve => setImmediate(() => resolve(trading(request)))),
  }
  const facts: Fact[] = []
  const result = await runBacktest({
    settings,
    source: givenSource(SERIES),
    strategies: await loadStrategies(settings.accounts),
    models: new Map([['main', later]]),
    startAt: START,
    onFact: fact => facts.push(fact),
  })
  expect(readRun(facts).calls).toEqual(sync.calls)
  expect(readRun(facts).decisions).toEqual(sync.decisions)
  expect(result.accounts[0]).toMatchObject({ strategy: 'llm' })
  expect(Number(result.accounts[0]?.modelCostUsd)).toBeCloseTo(sync.calls.length * 0.001, 9)
})

test.each([0, 250])(
  'an account that is flattened while its model thinks does not wait, drops the answer and pays for it (latency %i ms)',
  async latencyMs => {
    const { model, asked, answer } = thinking(20, buying)
    const settings = modelSettings()
    settings.paper.latencyMs = latencyMs
    const floor = await givenLive(settings, model, SERIES)
    const ended = floor.driver.run()
    const request = await asked
    expect(floor.state()).toBe('deciding')
    const [panic] = await floor.control.command(['main'], { name: 'panic', reason: null }, { by: 'test' })
    expect(panic).toMatchObject({ done: true, remaining: [] })
    expect(['halted', 'reconciling'], 'flat, and being compared').toContain(floor.state())
    const before = floor.facts.length
    const costBefore = floor.system.advisors.spend.total('main').costUsd
    answer(said(decisions(request, () => ({ action: 'hold', rationale: 'too late' }))))
    await ended
    const { calls, decisions: decided } = readRun(floor.facts)
    const late = floor.facts.slice(before).filter(each => each.type === 'model.called')
    expect(late, 'it is in the log').toHaveLength(1)
    expect(calls.at(-1)?.reply.text).toContain('too late')
    expect(Number(floor.system.advisors.spend.total('main').costUsd)).toBeCloseTo(
      Number(costBefore) + 0.001,
      12,
    )
    expect(decided.some(each => each.proposal.rationale === 'too late')).toBe(false)
    expect(decided.filter(each => each.candleAt === calls.at(-1)?.candleAt).map(each => each.code)).toEqual([
      'called_off',
      'called_off',
    ])
    expect(floor.facts.slice(before).some(each => /^(intent|fill)\.|^position\.opened/.test(each.type))).toBe(
      false,
    )
  },
)

test('a flat account is halted at once although its model is thinking', async () => {
  const { model, asked, answer } = thinking(1, buying)
  const floor = await givenLive(modelSettings(), model, SERIES)
  const ended = floor.driver.run()
  const request = await asked
  const [told] = await floor.control.command(['main'], { name: 'panic', reason: null }, { by: 'test' })
  expect(told).toMatchObject({ done: true })
  expect(floor.state()).toBe('halted')
  answer(buying(request))
  await ended
  const { decisions: decided } = readRun(floor.facts)
  expect(decided.map(each => each.code)).toEqual(['called_off', 'called_off'])
  expect(floor.facts.some(each => each.type === 'intent.recorded')).toBe(false)
})

test('a kill while the model thinks costs a decision and nothing else: stops stand, and the next cycle is normal', async () => {
  const { model, asked } = thinking(20, buying)
  const floor = await givenLive(modelSettings(), model, SERIES)
  void floor.driver.run()
  await asked
  const stops = async () => await floor.system.desk.seat('main').exchange.openOrders()
  expect((await stops()).filter(order => order.reduceOnly).length).toBeGreaterThan(0)
  floor.system.desk.resync('main')
  for (let turn = 0; turn < 50 && floor.state() !== 'protected'; turn += 1) {
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(floor.state()).toBe('protected')
  expect((await stops()).filter(order => order.reduceOnly).length).toBeGreaterThan(0)
  floor.driver.leave('for the test')
})
