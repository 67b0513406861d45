/** Recorded questions asked again: what the rules would have said, and what the answers would have come to, on paper. */
import { beforeAll, describe, expect, test } from 'vitest'
import { Engine } from '../../../actors/engine.ts'
import { type ReplayOptions, replayDecisions } from '../../../actors/model/replay-decisions.ts'
import { loadTemplate } from '../../../actors/model/template.ts'
import { recordedModel } from '../../../adapters/model/recorded-model.ts'
import type { Model, ModelRequest } from '../../../domain/model/port.ts'
import type { EngineSettings } from '../../../domain/settings.ts'
import { dec } from '../../../domain/units.ts'
import { cut, givenOptions, givenSeries, givenSource, givenStore, START } from '../given.ts'
import { decisions, modelSettings, said, scripted } from './given-model.ts'

const SERIES = givenSeries(7, 260)
const HOUR_MS = 3_600_000

const settings = (name: 'llm' | 'hybrid' = 'llm'): EngineSettings =>
  modelSettings({}, account => {
    account.strategy.name = name
    account.strategy.entryScore = 0.1
    account.strategy.confidenceMin = 0
    account.cooldownIntervals = 1
    account.cooldownMsMin = 0
  })

/** Buys small, and leaves on every tenth question. */
const trader = () =>
  scripted((request, index) =>
    said(
      decisions(request, (_asset, actions) => {
        if (actions.includes('close')) return { action: index % 10 === 9 ? 'close' : 'hold', confidence: 95 }
        return index % 3 === 0 ? { action: 'buy', confidence: 70 } : { action: 'hold' }
      }),
    ),
  )

const record = async (
  given: EngineSettings,
  model: Model = trader(),
  act?: (engine: Engine, steps: number) => void,
) => {
  const store = givenStore()
  let steps = 0
  const engine: Engine = await Engine.open({
    ...(await givenOptions(given, SERIES)),
    models: new Map(given.accounts.map(each => [each.id, model])),
    store,
    onError: error => {
      throw error
    },
    onStep: () => {
      steps += 1
      act?.(engine, steps)
    },
  })
  await engine.run()
  engine.close()
  return store
}

const replayOf = (
  given: EngineSettings,
  reader: ReplayOptions['reader'],
  model: Model,
  changes: Partial<ReplayOptions> & { prompt?: string } = {},
) => {
  const { prompt, ...rest } = changes
  return replayDecisions({
    settings: given,
    accounts: given.accounts,
    reader,
    from: null,
    to: null,
    limit: 1_000,
    horizonMs: HOUR_MS,
    askerOf: account => {
      if (account.model === null) throw new Error('The account asks no model')
      const template = prompt === undefined ? null : loadTemplate(prompt)
      return { model, settings: account.model, name: 'other', template }
    },
    recorded: recordedModel,
    openFeed: () => Promise.resolve({ source: givenSource(SERIES), startAt: START, warmSteps: 0 }),
    onNote: text => {
      throw new Error(text)
    },
    ...rest,
  })
}

let store: Awaited<ReturnType<typeof record>>
beforeAll(async () => {
  store = await record(settings())
})

describe('the same answers again', () => {
  test('agree everywhere, and the rules say what they said', async () => {
    const result = await replayOf(settings(), store, trader())
    expect(result.questions).toBeGreaterThan(200)
    const { comparison } = result
    expect(comparison).toMatchObject({ agreementPercent: 100, notRebuilt: 0 })
    for (const { recorded, replayed, decisionId } of result.decisions) {
      expect([replayed.verdict?.outcome, replayed.verdict?.code], decisionId).toEqual([
        recorded.outcome,
        recorded.code,
      ])
    }
    const outcomes = new Set(result.decisions.map(each => each.recorded.outcome))
    expect(outcomes).toContain('approved')
    expect(outcomes).toContain('closing')
    expect(comparison.replayed.bill).toEqual(comparison.recorded.bill)
    expect(
      dec(comparison.replayed.net).plus(comparison.replayed.bill.costUsd).eq(comparison.replayed.pnl),
    ).toBe(true)
  })

  test('an entry that stop or target ended earns alone what the recorded trade earned', async () => {
    const { decisions: rows } = await replayOf(settings(), store, trader(), { horizonMs: 100 * HOUR_MS })
    const { items } = await store.trades({ limit: 200 })
    const byPlan = items.filter(each => each.exitReason === 'stop' || each.exitReason === 'target')
    expect(byPlan.length, 'a market that stops nobody out proves nothing').toBeGreaterThan(3)
    for (const trade of byPlan) {
      const row = rows.find(each => each.decisionId === trade.decisionId)
      expect(row?.replayed.paper).toMatchObject({
        exitReason: trade.exitReason,
        isFilled: true,
        isOpen: false,
      })
      expect(Number(row?.replayed.paper?.pnl)).toBeCloseTo(Number(trade.pnl), 6)
    }
  })
})

test('decisions that waited for orders in flight are known again, the last one too', async () => {
  const given = settings()
  given.paper.latencyMs = 250
  const slow = await record(given)
  const { items } = await slow.interactions({ limit: 1_000, oldestFirst: true })
  const late = items.flatMap(({ at, candleAt }, index) => (at > candleAt ? [index + 1] : []))
  expect(late.length, 'a venue that answers at once proves nothing').toBeGreaterThan(1)
  // Another wish than the recorded one, which only the state can judge.
  const seller = scripted(request =>
    said(decisions(request, (_asset, actions) => ({ action: actions.includes('sell') ? 'sell' : 'hold' }))),
  )
  for (const limit of late.slice(0, 3)) {
    const { comparison, questions } = await replayOf(given, slow, seller, { limit })
    expect(questions).toBe(limit)
    expect(comparison.notRebuilt, `${limit} questions`).toBe(0)
  }
})

describe('other answers', () => {
  test('a model that always holds costs its questions and earns nothing', async () => {
    const silent = scripted(request => said(decisions(request, () => ({ action: 'hold' }))))
    const { comparison, decisions: rows } = await replayOf(settings(), store, silent)
    expect(silent.requests.every(each => each.model === 'other')).toBe(true)
    expect(comparison.replayed).toMatchObject({ trades: 0, pnl: '0' })
    expect(Number(comparison.replayed.net)).toBeCloseTo(-0.001 * silent.requests.length, 9)
    expect(comparison.agreementPercent).toBeLessThan(90)
    expect(rows.every(each => each.replayed.verdict?.outcome === 'held')).toBe(true)
  })

  test('entries are judged by the limits of that moment, and what passes is played to its horizon', async () => {
    const eager = scripted(request =>
      said(
        decisions(request, (_asset, actions) =>
          actions.includes('close') ? { action: 'hold' } : { action: 'sell', allocation_usd: 100_000 },
        ),
      ),
    )
    const { decisions: rows } = await replayOf(settings(), store, eager)
    const approved = rows.filter(each => each.replayed.verdict?.outcome === 'approved')
    expect(approved.length).toBeGreaterThan(10)
    for (const { replayed } of approved) {
      const { plan } = replayed.verdict ?? {}
      const worth = Number(plan?.quantity) * Number(plan?.referencePrice)
      expect(worth, 'cut to the share of equity that one position may have').toBeLessThan(10_000)
      expect(replayed.paper).not.toBeNull()
    }
    expect(
      approved.some(each => each.replayed.paper?.exitReason === 'signal'),
      'left at the horizon',
    ).toBe(true)
  })

  test('an answer that cannot be read says why, decides nothing, and its cost counts', async () => {
    const { decisions: rows, comparison } = await replayOf(
      settings(),
      store,
      scripted(() => said('I would buy.')),
      {
        limit: 3,
      },
    )
    expect(rows[0]?.replayed).toMatchObject({ words: null, verdict: null, paper: null })
    expect(rows[0]?.replayed.problem).toMatch(/JSON/)
    expect(comparison).toMatchObject({ compared: 0, agreementPercent: null })
    expect(comparison.replayed.bill).toMatchObject({ calls: 3, costUsd: '0.003' })
  })
})

describe('which questions are asked', () => {
  test('those of a time, oldest first, and no more than the limit', async () => {
    const [from, to] = [START + 6 * HOUR_MS, START + 8 * HOUR_MS]
    const quiet = scripted(request => said(decisions(request, () => ({ action: 'hold' }))))
    const {
      questions,
      more,
      decisions: rows,
    } = await replayOf(settings(), store, quiet, { from, to, limit: 10 })
    expect(questions).toBe(10)
    expect(more).toBeGreaterThan(5)
    expect(rows.every(each => each.candleAt >= from && each.candleAt < to)).toBe(true)
    expect(rows.map(each => each.candleAt)).toEqual(
      rows.map(each => each.candleAt).toSorted((one, other) => one - other),
    )
  })

  test('in the words of another prompt, with the recorded document', async () => {
    const quiet = scripted(request => said(decisions(request, () => ({ action: 'hold' }))))
    await replayOf(settings(), store, quiet, { prompt: 'arena', limit: 2 })
    const { items } = await store.interactions({ limit: 1, oldestFirst: true })
    const documentIn = (request: ModelRequest | undefined) =>
      /\{\s*"context_version".*\n\}/s.exec(request?.messages[1]?.content ?? '')?.[0]
    const [before, now] = [items[0]?.request, quiet.requests[0]]
    expect(documentIn(now)).toBe(documentIn(before))
    expect(documentIn(now)?.length).toBeGreaterThan(1_000)
    expect(now?.messages[0]?.content).not.toBe(before?.messages[0]?.content)
    expect(now?.format).toEqual(before?.format)
  })
})

describe('a state that is not known', () => {
  test('after somebody has paused the account, is not guessed', async () => {
    const given = settings()
    const interfered = await record(given, trader(), (engine, steps) => {
      if (steps === 100)
        void engine.command(['main'], { name: 'pause', reason: null }, { by: 'test', wait: false })
      if (steps === 110)
        void engine.command(['main'], { name: 'resume', reason: null }, { by: 'test', wait: false })
    })
    const eager = scripted(request =>
      said(decisions(request, (_asset, actions) => ({ action: actions.includes('sell') ? 'sell' : 'hold' }))),
    )
    const { decisions: rows, comparison } = await replayOf(given, interfered, eager)
    const pausedAt = START + 100 * 300_000
    expect(rows.filter(each => each.candleAt < pausedAt).every(isRebuilt)).toBe(true)
    const later = rows.filter(
      each => each.candleAt > pausedAt + HOUR_MS && each.replayed.words?.action === 'sell',
    )
    expect(later.length).toBeGreaterThan(5)
    expect(comparison.notRebuilt).toBeGreaterThan(5)
    for (const { replayed } of later.filter(each => !isRebuilt(each))) {
      expect(replayed).toMatchObject({ verdict: { code: 'state_not_known', plan: null }, paper: null })
    }
  })

  test('where the market is not there any more, the recorded verdicts of the same answers are all there is', async () => {
    const notes: string[] = []
    const { decisions: rows, comparison } = await replayOf(settings(), store, trader(), {
      openFeed: () => Promise.resolve({ source: givenSource(cut(SERIES, 20)), startAt: START, warmSteps: 0 }),
      onNote: text => notes.push(text),
    })
    expect(comparison.notRebuilt).toBe(0)
    const entry = rows.find(
      each => each.recorded.outcome === 'approved' && each.candleAt > START + 3 * HOUR_MS,
    )
    expect(entry?.replayed).toMatchObject({ verdict: { outcome: 'approved', plan: null }, paper: null })
  })
})

const isRebuilt = (row: { replayed: { verdict: { outcome: string } | null } }): boolean =>
  row.replayed.verdict?.outcome !== 'not_rebuilt'

test('of a hybrid the rules and the other model decide together', async () => {
  const given = settings('hybrid')
  const agreeing = () =>
    scripted(request => {
      const content = request.messages[1]?.content ?? ''
      const wanted = new Map(
        [...content.matchAll(/^\{"asset":"(\w+)","action":"(\w+)"/gm)].map(([, asset, action]) => [
          asset,
          action,
        ]),
      )
      return said(
        decisions(request, (asset, actions) => {
          const action = wanted.get(asset) ?? 'hold'
          return { action: actions.includes(action) ? action : 'hold' }
        }),
      )
    })
  const recorded = await record(given, agreeing())
  const { comparison } = await replayOf(given, recorded, agreeing())
  expect(comparison.decisions).toBeGreaterThan(3)
  expect(comparison).toMatchObject({ agreementPercent: 100, notRebuilt: 0 })
  const vetoing = scripted(request => said(decisions(request, () => ({ action: 'hold' }))))
  const vetoed = await replayOf(given, recorded, vetoing)
  expect(vetoed.comparison.replayed.trades).toBe(0)
})
