/** What an account does with a model beside its rules: hybrid, signals in its place, one asset by lot. */
import { describe, expect, test } from 'vitest'
import { drawn } from '../../../actors/model/draw.ts'
import { strategyLabel } from '../../../domain/deliberate.ts'
import { INTERVAL_MS } from '../../../domain/interval.ts'
import { givenSeries, START } from '../given.ts'
import {
  buying,
  decisions,
  failed,
  holding,
  legalIn,
  modelSettings,
  play,
  said,
  scripted,
} from './given-model.ts'

const SERIES = givenSeries(7, 400)

describe('one asset by lot', () => {
  const FOUR = ['BTC', 'ETH', 'SOL', 'XRP']
  const draws = (seed: number) =>
    Array.from({ length: 1_000 }, (_, index) => drawn(seed, START + index * 180_000, FOUR))

  test('each of four comes up in 1,000 draws within 5 points of a quarter, the same for the same seed', () => {
    for (const seed of [1, 7, 42, 20_251_120]) {
      const seen = draws(seed)
      for (const symbol of FOUR) {
        const share = seen.filter(each => each === symbol).length / seen.length
        expect(Math.abs(share - 0.25), `${symbol} of seed ${seed}`).toBeLessThan(0.05)
      }
      expect(draws(seed)).toEqual(seen)
    }
    expect(draws(1)).not.toEqual(draws(2))
  })

  test('is the only one the model is asked about; the others hold and say so', async () => {
    const model = scripted(holding)
    const { decisions: decided } = await play(
      modelSettings({ randomSymbolSeed: 7 }),
      model,
      givenSeries(7, 30),
    )
    const asked = model.requests.map(each => legalIn(each).map(one => one.asset))
    expect(asked.every(each => each.length === 1)).toBe(true)
    expect(new Set(asked.flat())).toEqual(new Set(['BTC', 'ETH']))
    expect(decided.filter(each => each.code === 'not_drawn')).toHaveLength(30)
    expect(decided).toHaveLength(60)
  })
})

describe('signals in place of a model that cannot be asked', () => {
  test('decide where the account says so, with the reason in front of theirs', async () => {
    const model = scripted(() => failed('model_not_found'))
    const { decisions: decided, facts } = await play(modelSettings({ otherwise: 'signals' }), model, SERIES)
    expect(model.requests).toHaveLength(1)
    expect(
      decided.every(each => each.proposal.rationale.startsWith('model_') || each.code === 'no_legal_action'),
    ).toBe(true)
    expect(decided.some(each => each.outcome === 'approved')).toBe(true)
    expect(facts.some(each => each.type === 'position.opened')).toBe(true)
    const held = decided.at(-1)
    expect(held?.proposal.rationale).toMatch(/^model_off: first: model_not_found; signals decide instead: /)
  })

  test('never decide where it does not', async () => {
    const { facts } = await play(
      modelSettings(),
      scripted(() => failed('timeout')),
      SERIES,
    )
    expect(facts.some(each => each.type === 'intent.recorded')).toBe(false)
  })
})

describe('hybrid', () => {
  const hybrid = () =>
    modelSettings({}, account => {
      account.strategy.name = 'hybrid'
    })

  test('asks only where signals want something or a position is open', async () => {
    const model = scripted(holding)
    const { decisions: decided } = await play(hybrid(), model, SERIES)
    expect(model.requests.length).toBeGreaterThan(0)
    expect(model.requests.length).toBeLessThan(200)
    expect(decided).toHaveLength(800)
    for (const request of model.requests) {
      expect(request.messages[1]?.content).toMatch(
        /The rules of this account propose[^]*"action":"(buy|sell)"/,
      )
    }
  })

  test('does what the model agrees to, in the size of the rules, and nothing it vetoes', async () => {
    const vetoed = await play(hybrid(), scripted(holding), SERIES)
    expect(vetoed.decisions.some(each => each.code === 'model_vetoed')).toBe(true)
    expect(vetoed.facts.some(each => each.type === 'intent.recorded')).toBe(false)
    const agreeing = scripted(request => {
      const proposed = new Map(
        [
          ...(request.messages[1]?.content ?? '').matchAll(
            /\{"asset":"(\w+)","action":"(\w+)","confidence"/g,
          ),
        ].map(each => [each[1], each[2]]),
      )
      return said(
        decisions(request, (asset, actions) => {
          const action = proposed.get(asset) ?? 'hold'
          return {
            action: actions.includes(action) ? action : 'hold',
            allocation_usd: actions.includes(action) && action !== 'hold' ? 1 : 0,
          }
        }),
      )
    })
    const agreed = await play(hybrid(), agreeing, SERIES)
    const approved = agreed.decisions.filter(each => each.outcome === 'approved')
    expect(approved.length).toBeGreaterThan(0)
    for (const each of approved) {
      expect(each.proposal.allocation).toBeNull()
      expect(each.proposal.rationale).toContain('; the model agrees: scripted')
    }
  })

  test('enters nothing that only the model wants', async () => {
    const { decisions: decided, facts } = await play(hybrid(), scripted(buying), SERIES)
    const opened = facts.filter(each => each.type === 'position.opened')
    for (const each of opened) {
      const decision = decided.find(one => one.decisionId === each.decisionId)
      expect(decision?.proposal.rationale).toContain('the model agrees')
    }
  })
})

test('a model account decides on every candle, whatever others are shown', async () => {
  const model = scripted(holding)
  await play(modelSettings(), model, givenSeries(7, 25))
  const closes = model.requests.map(each => /"time":"([^"]+)"/.exec(each.messages[1]?.content ?? '')?.[1])
  expect(closes).toEqual(
    Array.from({ length: 25 }, (_, index) => new Date(START + (index + 1) * INTERVAL_MS['5m']).toISOString()),
  )
})

test('a replay says of itself what the life it replays said', () => {
  expect(['replay', 'llm', 'hybrid', './own/ema.ts'].map(strategyLabel)).toEqual([
    'llm',
    'llm',
    'hybrid',
    'ema.ts',
  ])
})
