/**
 * A position that doubted its books while its account was reconciling made it ask the venue again from the start. Where
 * the venue answered more slowly than the doubts came, every answer was dropped, and the account never left `reconciling`.
 */
import { expect, test } from 'vitest'
import { AccountStage } from '../machines/given-account.ts'

test('doubts while reconciling wait for the answer that is on its way', () => {
  const stage = new AccountStage().holding()
  stage.command('resumed')
  const asked = stage.call('reconcileAccount')
  for (let count = 0; count < 5; count += 1) {
    stage.pass(1_000)
    stage.send({ type: 'position.doubted', symbol: 'BTC', reason: 'fills_missing' })
  }
  expect(asked.state).toBe('open')
  expect(stage.open('reconcileAccount')).toEqual([asked])
  stage.reconcile([
    { symbol: 'BTC', quantity: stage.positionContext('position:BTC').book.quantity, direction: 'long' },
  ])
  expect(stage.state()).toBe('protected')
})

test('a doubt at rest still asks the venue', () => {
  const stage = new AccountStage().holding()
  stage.send({ type: 'position.doubted', symbol: 'BTC', reason: 'fills_missing' })
  expect(stage.state()).toBe('reconciling')
  expect(stage.open('reconcileAccount')).toHaveLength(1)
})
