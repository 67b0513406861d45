import { expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import type { ClosedTrade, Fact } from '../../domain/fact.ts'
import type { Fill } from '../../domain/order.ts'
import { Decimal, dec } from '../../domain/units.ts'
import { givenSeries, givenSettings, givenSource, START } from './given.ts'

const run = async (seed: number) => {
  const settings = givenSettings(each => {
    each.paper.fundingRate = 0.0004
  })
  const facts: Fact[] = []
  const result = await runBacktest({
    settings,
    source: givenSource(givenSeries(seed, 3_000)),
    strategies: await loadStrategies(settings.accounts),
    startAt: START,
    onFact: fact => facts.push(fact),
  })
  return { settings, facts, result }
}

/** Profit of a trade from nothing but its fills and funding, by plain cash flow. */
const profitOf = (trade: ClosedTrade, fills: readonly Fill[]): string =>
  fills
    .reduce((cash, fill) => {
      const worth = dec(fill.price).times(fill.quantity)
      return (fill.side === 'buy' ? cash.minus(worth) : cash.plus(worth)).minus(fill.fee)
    }, new Decimal(0))
    .minus(trade.funding)
    .toFixed()

for (const seed of [1, 2, 3]) {
  test(`every account's books balance and every trade is the sum of its fills, seed ${seed}`, async () => {
    const { facts, result } = await run(seed)
    for (const account of result.accounts) {
      const { equityStart, equityEnd, realisedPnl, unrealisedPnl, fees, funding } = account
      const sum = dec(equityStart).plus(realisedPnl).plus(unrealisedPnl).minus(fees).minus(funding)
      expect(sum.minus(equityEnd).abs().toNumber(), 'P6').toBeLessThan(1e-8)
      const own = facts.filter(fact => fact.accountId === account.id)
      for (const trade of account.trades) {
        const fills = own.flatMap(fact =>
          fact.type === 'fill.booked' && fact.positionId === trade.positionId ? [fact.fill] : [],
        )
        expect(dec(profitOf(trade, fills)).minus(trade.pnl).abs().toNumber(), trade.positionId).toBeLessThan(
          1e-8,
        )
      }
    }
    expect(result.accounts.flatMap(account => account.trades).length).toBeGreaterThan(20)
    expect(result.nakedSecondsMax).toBeLessThanOrEqual(5)
  })
}

test('no trade is larger than the caps of its account at the time of its decision', async () => {
  const { settings, facts } = await run(5)
  let entries = 0
  for (const account of settings.accounts) {
    let equity = dec(account.deposit)
    for (const fact of facts.filter(each => each.accountId === account.id)) {
      if (fact.type === 'equity.marked') equity = Decimal.max(equity, fact.equity)
      if (fact.type !== 'position.opened') continue
      entries += 1
      // The highest equity so far bounds the equity of the decision from above.
      const worth = dec(fact.quantity).times(fact.entryPrice)
      expect(worth.lte(equity.times(account.risk.positionRatioMax ?? 1).times(1.001)), fact.positionId).toBe(
        true,
      )
    }
  }
  expect(entries).toBeGreaterThan(20)
})

test('every intent has at most one order, and is written before it', async () => {
  const { facts } = await run(6)
  const intents = new Set<string>()
  for (const fact of facts) {
    if (fact.type === 'intent.recorded') {
      expect(intents.has(fact.request.clientOrderId), fact.request.clientOrderId).toBe(false)
      intents.add(fact.request.clientOrderId)
    }
    if (fact.type === 'order.updated') expect(intents.has(fact.order.clientOrderId)).toBe(true)
  }
  expect(intents.size).toBeGreaterThan(50)
})

test('the same seed, settings and candles give the same journal hash, another seed another', async () => {
  const [once, again, other] = [await run(8), await run(8), await run(9)]
  expect(again.result.journalHash).toBe(once.result.journalHash)
  expect(other.result.journalHash).not.toBe(once.result.journalHash)
})
