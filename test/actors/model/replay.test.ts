/** A recorded life runs again from its calls with the model off, and is the same life (P11). */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Engine } from '../../../actors/engine.ts'
import { CassetteModel } from '../../../adapters/model/cassette-model.ts'
import type { CandleSeries } from '../../../domain/candle.ts'
import type { ModelCall } from '../../../domain/model/call.ts'
import { canonicalJson } from '../../../domain/model/canonical.ts'
import type { Model } from '../../../domain/model/port.ts'
import type { EngineSettings } from '../../../domain/settings.ts'
import { givenOptions, givenSeries, givenStore } from '../given.ts'
import { buying, decisions, failed, modelSettings, said } from './given-model.ts'

const SERIES = givenSeries(7, 120)
const directory = mkdtempSync(join(tmpdir(), 'latch-replay-'))
let tapes = 0

/** The calls as a file, in the order of keys that a database gives them, and nobody behind it. */
const cassetteOf = (calls: readonly ModelCall[]): Model => {
  tapes += 1
  const file = join(directory, `${tapes}.jsonl`)
  writeFileSync(file, calls.map(call => `${canonicalJson(call)}\n`).join(''))
  return new CassetteModel(file, null)
}

/** Trades, fails now and then, and is slow: a life with everything in it. */
const moody = (): Model => {
  let count = 0
  return {
    ask: request => {
      count += 1
      const nth = count
      return new Promise(resolve =>
        setImmediate(() => {
          if (nth % 17 === 0) return resolve(failed('unavailable'))
          if (nth % 11 === 0) return resolve(said('Let me think\0 about it \ud83d.'))
          const close = nth % 5 === 0
          if (!close) return resolve(buying(request))
          resolve(
            said(
              decisions(request, (_asset, actions) =>
                actions.includes('close') ? { action: 'close', confidence: 95 } : { action: 'hold' },
              ),
            ),
          )
        }),
      )
    },
  }
}

const runEngine = async (settings: EngineSettings, model: Model, series: CandleSeries[]) => {
  const store = givenStore()
  const errors: unknown[] = []
  const engine = await Engine.open({
    ...(await givenOptions(settings, series)),
    models: new Map(settings.accounts.map(each => [each.id, model])),
    store,
    onError: error => errors.push(error),
  })
  await engine.run()
  const hash = engine.journalHash()
  const performance = await engine.performance(settings.accounts[0]?.id ?? '')
  const accounts = engine.accounts()
  engine.close()
  const calls: ModelCall[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await store.interactions({
      limit: 50,
      oldestFirst: true,
      ...(cursor === undefined ? {} : { cursor }),
    })
    calls.push(...page.items)
    if (page.next === null) break
    cursor = page.next
  }
  return { hash, calls, errors, store, performance, accounts }
}

const two = (name: 'llm' | 'replay', latencyMs = 0): EngineSettings => {
  const settings = modelSettings()
  settings.paper.latencyMs = latencyMs
  const [first] = settings.accounts
  if (first === undefined) throw new Error('There is no account')
  settings.accounts = ['main', 'rival'].map(id => ({
    ...first,
    id,
    cooldownIntervals: 1,
    cooldownMsMin: 0,
    strategy: { ...first.strategy, name },
  }))
  return settings
}

test.each([0, 250])(
  'a recorded run of two accounts replays to the same journal hash, with %i ms of latency',
  async latencyMs => {
    const recorded = await runEngine(two('llm', latencyMs), moody(), SERIES)
    expect(recorded.errors).toEqual([])
    expect(recorded.calls.length).toBeGreaterThan(150)
    expect(new Set(recorded.calls.map(each => each.outcome))).toEqual(
      new Set(['accepted', 'rejected', 'failed']),
    )
    const replayed = await runEngine(two('replay', latencyMs), cassetteOf(recorded.calls), SERIES)
    expect(replayed.calls.filter(each => !each.reply.ok && each.reply.failure === 'not_recorded')).toEqual([])
    expect(replayed.hash).toBe(recorded.hash)
  },
)

test('a replay of another market finds questions that were never asked, and holds', async () => {
  const recorded = await runEngine(two('llm'), moody(), SERIES)
  const other = await runEngine(two('replay'), cassetteOf(recorded.calls), givenSeries(8, 30))
  const { items } = await other.store.decisions({ limit: 200 })
  expect(items.every(each => each.outcome === 'held')).toBe(true)
  expect(items.some(each => each.code === 'model_not_recorded')).toBe(true)
  expect(other.hash).not.toBe(recorded.hash)
})

test('what models cost is netted in the result and the summary, and counted on after a restart', async () => {
  const { performance, accounts, calls } = await runEngine(two('llm'), moody(), SERIES)
  const mine = calls.filter(each => each.cycleId.startsWith('main-'))
  const cost = mine.filter(each => each.reply.usage !== null).length * 0.001
  expect(Number(performance['modelCostUsd'])).toBeCloseTo(cost, 9)
  expect(performance).toMatchObject({ modelCalls: mine.length })
  expect(Number(performance['netPnl']) - Number(performance['netPnlAfterModel'])).toBeCloseTo(cost, 9)
  const [main] = accounts
  expect(Number(main?.equity) - Number(main?.equityAfterModel)).toBeCloseTo(cost, 9)
})
