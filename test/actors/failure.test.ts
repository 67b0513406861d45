import { expect, test } from 'vitest'
import type { Fact } from '../../domain/fact.ts'
import { equityOf } from '../../domain/ledger.ts'
import { dec, ZERO_MONEY } from '../../domain/units.ts'
import { tradesOf } from './given.ts'
import { runWithFailure } from './given-failure.ts'

for (const state of [
  'deciding',
  'protecting.stopping',
  'protected.holding',
  'closing.sweeping',
  'cooldown',
]) {
  test(`an account that fails on entering ${state} comes back, and the others do not notice`, async () => {
    const victim = 'momentum'
    const calm = await runWithFailure(null, state, 0)
    const { facts, system, settings } = await runWithFailure(victim, state, 3)
    const failed = facts.filter(fact => fact.type === 'account.failed')
    expect(failed.map(fact => fact.accountId)).toEqual([victim])
    const others = (all: Fact[]) => tradesOf(all).filter(trade => trade.accountId !== victim)
    expect(others(facts)).toEqual(others(calm.facts))
    const failedAt = failed[0]?.at ?? 0
    expect(
      tradesOf(facts).filter(trade => trade.accountId === victim && trade.entryAt > failedAt).length,
    ).toBeGreaterThan(0)

    // Our books and the venue's agree to the last digit (P4, P6), and every open position has its stop.
    for (const { id, assets } of settings.accounts) {
      const { context } = system.desk.actor(id).getSnapshot()
      const venue = system.venue.exchange(id)
      expect(dec(equityOf(context.ledger, ZERO_MONEY)).minus(venue.account().balance).toFixed(), id).toBe('0')
      for (const symbol of assets) {
        const theirs = venue.positions().find(each => each.symbol === symbol)
        expect(context.positions[symbol]?.quantity ?? '0', symbol).toBe(theirs?.quantity ?? '0')
        if (theirs === undefined) continue
        const stops = venue
          .openOrders()
          .filter(order => order.symbol === symbol && order.type === 'stop_market')
        expect(stops.length, symbol).toBeGreaterThan(0)
      }
    }
  })
}
