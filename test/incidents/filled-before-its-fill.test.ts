/** When the venue's answer said "filled" before its stream told the fill (any restart does this), the entry was abandoned,
 * and the fill that followed was taken for a stranger's and closed at market. */
import { expect, test } from 'vitest'
import { price, quantity } from '../../domain/units.ts'
import { fillOf, PositionStage, reconciled } from '../machines/given.ts'
import { AccountStage, buy } from '../machines/given-account.ts'

test('an entry that is filled waits for its fill, and is protected with it', () => {
  const stage = new PositionStage()
  stage.approve()
  stage.say.filled(stage.call('submitOrder', 'entry'))
  expect(stage.state()).toBe('ordering.awaiting')
  expect(stage.reported('position.doubted')).toMatchObject([{ symbol: 'BTC', reason: 'fills_missing' }])
  stage.fill('entry')
  expect(stage.state()).toBe('protecting.stopping')
  expect(stage.request('stop')).toMatchObject({ quantity: '1', clientOrderId: 'main-BTC-1-s1' })
})

test('while no fill comes the venue is asked again and again', () => {
  const stage = new PositionStage()
  stage.approve()
  stage.say.filled(stage.call('submitOrder', 'entry'))
  stage.pass(3_000)
  expect(stage.reported('position.doubted')).toHaveLength(4)
  stage.send(reconciled({ quantity: quantity(0), direction: null, price: null }))
  expect(stage.state()).toBe('idle')
})

test('an entry that filled while the engine was down is taken over with its plan', () => {
  const stage = new AccountStage().ready()
  stage.cycle(buy())
  const fill = fillOf(stage.sent('entry')[0] as never, { at: stage.at })
  stage.restart()
  stage.say.filled(stage.call('lookupOrder'))
  expect(stage.state('position:BTC')).toBe('ordering.awaiting')
  stage.reconcile(
    [{ symbol: 'BTC', direction: 'long', quantity: quantity(1), entryPrice: price(100) }],
    [fill],
  )
  stage.serve()
  expect(stage.state('position:BTC')).toBe('protected.holding')
  expect(stage.state()).toBe('protected')
  expect(stage.sent('exit')).toEqual([])
})

test('a close asked for meanwhile is not forgotten', () => {
  const stage = new PositionStage()
  stage.approve()
  stage.say.filled(stage.call('submitOrder', 'entry'))
  stage.close()
  stage.restart()
  stage.fill('entry')
  expect(stage.state()).toBe('closing.exiting')
})
