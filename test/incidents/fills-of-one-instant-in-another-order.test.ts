/**
 * The simulator (seed 377): an entry and an exit filled in one instant and were told in another order. Average prices and
 * balances differed from the venue's by amounts that cancel out, and were booked as a payment.
 */
import { expect, test } from 'vitest'
import { walletBalance } from '../../domain/ledger.ts'
import { dec, money, price } from '../../domain/units.ts'
import { AccountStage, truth } from '../machines/given-account.ts'

test('profit that moved between balance and entry price is no payment', () => {
  const stage = new AccountStage().holding()
  const { quantity, entryPrice } = stage.account.positions['BTC'] as { quantity: string; entryPrice: string }
  const shifted = dec(entryPrice).plus('0.001')
  const balance = money(dec(walletBalance(stage.account.ledger)).plus(dec('0.001').times(quantity)))
  const theirs = { symbol: 'BTC', direction: 'long', quantity, entryPrice: price(shifted), leverage: 2 }
  for (let count = 0; count < 2; count += 1) {
    stage.restart()
    stage.serve()
    const answer = truth({ balance, positions: [theirs], asOf: stage.at, at: stage.at })
    stage.call('reconcileAccount').answer(answer)
  }
  expect(stage.reported('deposit.booked')).toEqual([])
})
