import { expect, test } from 'vitest'
import type { DecideInput } from '../../machines/account/context.ts'
import { AccountStage } from './given-account.ts'

test('a question carries the account’s own books of that moment', () => {
  const stage = new AccountStage().ready()
  stage.candle()
  stage.analysed()
  const input = stage.call('decide').input as DecideInput
  expect(input).toMatchObject({
    accountId: 'main',
    symbols: stage.account.cycle.due,
    at: stage.account.cycle.dueAt,
  })
  expect(input.standing).toEqual({
    balance: '1000',
    marginFree: '1000',
    deposits: '1000',
    dayStartEquity: '1000',
    peakEquity: '1000',
    tradesToday: 0,
    entriesStopped: null,
  })
})

test('a question says why entries are refused, so that nobody is asked for what cannot be', () => {
  const stage = new AccountStage().ready()
  stage.send({ type: 'account.stop_entries' })
  stage.candle()
  stage.analysed()
  const { standing } = stage.call('decide').input as DecideInput
  expect(standing.entriesStopped).toBe('entries stopped by hand')
})

test('a question after a trade counts it, and its result is in the balance', () => {
  const stage = new AccountStage().holding()
  stage.stopOut()
  stage.candle()
  stage.analysed()
  const { standing } = stage.call('decide').input as DecideInput
  expect(standing).toMatchObject({ balance: '995', deposits: '1000', tradesToday: 1, peakEquity: '1000' })
})
