/** A fill that was not ours went through zero: the position was short in our books, and protected by a stop that sells. */
import { expect, test } from 'vitest'
import { money, quantity } from '../../domain/units.ts'
import { fillOf, PositionStage } from '../machines/given.ts'

test('a position that was turned over from outside is closed', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  const turned = fillOf(stage.request('stop'), {
    clientOrderId: null,
    quantity: quantity(3),
    reason: 'external',
  })
  stage.send({ type: 'fill.received', fill: turned, order: null })
  expect(stage.book).toMatchObject({ direction: 'short', quantity: '2' })
  expect(stage.state()).toBe('closing.exiting')
  expect(stage.request('exit')).toMatchObject({ side: 'buy', quantity: '2', reduceOnly: true })
})

test('it is two trades, each with its own quantity', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  const turned = fillOf(stage.request('stop'), { clientOrderId: null, quantity: quantity(4), fee: money(1) })
  stage.send({ type: 'fill.received', fill: turned, order: null })
  stage.execute('exit')
  stage.sweep()
  expect(stage.state()).toBe('cooldown')
  const trades = stage.reported('trade.closed').map(report => report.trade)
  expect(trades).toMatchObject([
    {
      positionId: 'main-BTC-1',
      side: 'long',
      quantity: '1',
      exitPrice: '98',
      fees: '0.25',
      exitReason: 'external',
    },
    {
      positionId: 'main-BTC-2',
      side: 'short',
      quantity: '3',
      entryPrice: '98',
      exitPrice: '100',
      fees: '0.75',
    },
  ])
  expect(stage.reported('fill.booked').map(report => report.realised)).toEqual(['0', '-2', '-6'])
})

test('a stranger to the other side, while the old orders are swept, is a life of its own', () => {
  const stage = new PositionStage()
  stage.enter()
  stage.fill('stop')
  expect(stage.state()).toBe('closing.sweeping')
  const stranger = fillOf(stage.request('stop'), {
    clientOrderId: null,
    quantity: quantity(2),
    reason: 'external',
  })
  stage.send({ type: 'fill.received', fill: stranger, order: null })
  expect(stage.positionContext().ids.positionId).toBe('main-BTC-2')
  expect(stage.reported('trade.closed')).toMatchObject([
    { trade: { positionId: 'main-BTC-1', quantity: '1' } },
  ])
  expect(stage.request('exit')).toMatchObject({ side: 'buy', quantity: '2', reduceOnly: true })
})
