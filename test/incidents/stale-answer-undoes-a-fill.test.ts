/** A fill that came while the venue was being asked for its positions was undone by the answer, which was older: the engine
 * believed in a position that was not there, and went on closing it. */
import { expect, test } from 'vitest'
import { price, quantity } from '../../domain/units.ts'
import { AccountStage } from '../machines/given-account.ts'

const long = { symbol: 'BTC', direction: 'long', quantity: quantity(1), entryPrice: price(100) } as const

test('an answer older than the last fill is asked for again', () => {
  const stage = new AccountStage().holding()
  stage.command('resumed')
  const stale = stage.call('reconcileAccount')
  stage.execute('BTC', 'stop')
  expect(stale.state).toBe('dropped')
  stage.reconcile([])
  stage.serve()
  expect(stage.reported('reconcile.differed')).toEqual([])
  expect(stage.state('position:BTC')).toBe('cooldown')
  expect(stage.sent('exit')).toEqual([])
})

test('an answer with nothing newer beside it is believed', () => {
  const stage = new AccountStage().holding()
  stage.command('resumed')
  stage.reconcile([{ ...long, quantity: quantity(2) }])
  expect(stage.reported('reconcile.differed')).toHaveLength(1)
})
