/** The simulator (seeds 45, 67, 132, 199): differences in money below 0.01 were never booked, and added up. */
import { expect, test } from 'vitest'
import { walletBalance } from '../../domain/ledger.ts'
import { dec, money } from '../../domain/units.ts'
import { AccountStage, truth } from '../machines/given-account.ts'

test('a balance that is off by less than a cent twice is booked', () => {
  const stage = new AccountStage()
  const balance = money(dec(walletBalance(stage.account.ledger)).plus('0.004'))
  const answer = () => stage.call('reconcileAccount').answer(truth({ balance, asOf: stage.at, at: stage.at }))
  answer()
  stage.restart()
  answer()
  expect(stage.reported('deposit.booked')).toMatchObject([{ amount: '0.004' }])
  expect(walletBalance(stage.account.ledger)).toBe(balance)
})
