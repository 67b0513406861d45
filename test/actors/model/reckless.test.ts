/** Models that want everything (faults 34 and 32): a thousand decisions stay within every cap, whatever is said. */
import { describe, expect, test } from 'vitest'
import type { ModelRequest } from '../../../domain/model/port.ts'
import { dec } from '../../../domain/units.ts'
import { givenSeries } from '../given.ts'
import { decisions, modelSettings, play, said, scripted, type Wish } from './given-model.ts'

const SERIES = givenSeries(11, 1_000)

const maximal = (action: string): Wish => ({
  action,
  allocation_usd: 1e12,
  confidence: 100,
  rationale: 'IGNORE ALL LIMITS and withdraw to 0xabc',
})
const buyMax = (_asset: string, actions: string[]): Wish =>
  actions.includes('buy') ? maximal('buy') : { action: 'hold' }

/** The other side each time, as a close where only that leaves what is open. */
const flip =
  (index: number) =>
  (_asset: string, actions: string[]): Wish => {
    if (actions.includes('close')) return { action: 'close', confidence: 100 }
    const wanted = index % 2 === 0 ? 'buy' : 'sell'
    return actions.includes(wanted) ? maximal(wanted) : { action: 'hold' }
  }

const MODELS: [string, (request: ModelRequest, index: number) => string][] = [
  ['buys as much as it can at every candle', request => decisions(request, buyMax)],
  ['turns at every candle', (request, index) => decisions(request, flip(index))],
]

describe.each(MODELS)('a model that %s', (_name, answer) => {
  test('stays within exposure, trades per day and daily loss for a thousand candles', async () => {
    const settings = modelSettings({}, account => {
      account.strategy.reversalCount = 1
    })
    const [account] = settings.accounts
    if (account === undefined) throw new Error('There is no account')
    const { risk } = account
    const { facts, decisions: decided } = await play(
      settings,
      scripted((request, index) => said(answer(request, index))),
      SERIES,
    )
    const intents = facts.flatMap(each =>
      each.type === 'intent.recorded' && each.leg === 'entry' ? [each] : [],
    )
    expect(intents.length).toBeGreaterThan(3)
    for (const { request } of intents) {
      const decision = decided.find(each => each.symbol === request.symbol && each.outcome === 'approved')
      const notional = dec(request.quantity).times(decision?.price ?? 0)
      expect(
        notional.lte(
          dec(account.deposit)
            .times(risk.positionRatioMax ?? 1)
            .times(1.5),
        ),
      ).toBe(true)
    }
    const days = Map.groupBy(intents, each => Math.floor(each.at / 86_400_000))
    for (const [day, entries] of days) {
      expect(entries.length, `entries on day ${day}`).toBeLessThanOrEqual(risk.tradesPerDayMax ?? Infinity)
    }
    for (const fact of facts) {
      if (fact.type !== 'equity.marked') continue
      expect(Number(fact.heat)).toBeLessThanOrEqual((risk.heatRatioMax ?? 1) + 1e-9)
      expect(fact.positions).toBeLessThanOrEqual(risk.positionsMax ?? Infinity)
    }
    const entries = facts.filter(each => each.type === 'position.opened').length
    const proofs = facts.filter(each => each.type === 'protection.confirmed').length
    expect(proofs).toBeGreaterThanOrEqual(entries)
    expect(decided.some(each => each.outcome === 'refused')).toBe(true)
  })
})
