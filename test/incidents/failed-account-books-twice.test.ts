/**
 * The simulator (seeds 19, 22, 39, 64): an account that failed started again from a state older than its journal, so that
 * a fill was booked twice; meanwhile its positions, which XState leaves running, went on booking into a dead account
 * (seed 130).
 */
import { expect, test } from 'vitest'
import { walletBalance } from '../../domain/ledger.ts'
import { addMoney, dec, subtractMoney, ZERO_MONEY } from '../../domain/units.ts'
import { runWithFailure } from '../actors/given-failure.ts'

const VICTIM = 'momentum'

for (const [state, count] of [
  ['protecting.stopping', 2],
  ['protecting.aiming', 3],
  ['closing.sweeping', 2],
  ['cooldown', 4],
] as const) {
  test(`the ledger is the sum of the journal after a failure on entering ${state}`, async () => {
    const { facts, system } = await runWithFailure(VICTIM, state, count)
    const own = facts.filter(fact => fact.accountId === VICTIM)
    const failedAt = own.find(fact => fact.type === 'account.failed')?.at ?? 0
    const trades = own.flatMap(fact => (fact.type === 'fill.booked' ? [fact.fill.tradeId] : []))
    expect(new Set(trades).size).toBe(trades.length)

    const { ledger } = system.desk.actor(VICTIM).getSnapshot().context
    let sum = dec(10_000)
    for (const fact of own) {
      if (fact.type === 'fill.booked') sum = sum.plus(subtractMoney(fact.realised, fact.fill.fee))
      else if (fact.type === 'funding.booked') sum = sum.minus(fact.paid)
      else if (fact.type === 'deposit.booked') sum = sum.plus(addMoney(ZERO_MONEY, fact.amount))
    }
    expect(dec(walletBalance(ledger)).minus(sum).abs().lt('1e-9')).toBe(true)

    // Nothing was booked between its failure and its restart.
    const restartAt = own.find(fact => fact.type === 'account.failed')?.restartAt ?? 0
    expect(own.filter(fact => fact.at > failedAt && fact.at < restartAt).map(fact => fact.type)).toEqual([])
  })
}
