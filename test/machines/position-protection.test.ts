import { describe, expect, test } from 'vitest'
import { price, quantity } from '../../domain/units.ts'
import { fillOf, PositionStage, reconciled } from './given.ts'

const protection = (stage: PositionStage) => stage.positionContext().protection

describe('the stop', () => {
  const given = () => {
    const stage = new PositionStage()
    stage.approve({ target: null })
    stage.accept('entry')
    stage.fill('entry')
    return stage
  }

  test('refused because it would trigger: closed at market now', () => {
    const stage = given()
    stage.say.refused(stage.call('submitOrder', 'stop'), 'would_trigger_immediately')
    expect(stage.state()).toBe('closing.exiting')
    stage.execute('exit')
    expect(stage.reported('trade.closed')).toMatchObject([{ trade: { exitReason: 'stop_refused' } }])
  })

  test('refused otherwise: tried again until the naked deadline, then closed at market', () => {
    const stage = given()
    const openedAt = stage.at
    while (stage.state().startsWith('protecting')) {
      for (const call of stage.open('submitOrder')) stage.say.refused(call, 'price_unknown')
      stage.pass(100)
    }
    expect(stage.at - openedAt).toBe(5_000)
    expect(stage.sent('stop').length).toBeGreaterThan(3)
    expect(stage.state()).toBe('closing.exiting')
    stage.execute('exit')
    const [closed] = stage.reported('trade.closed') as unknown as { trade: { nakedSeconds: number } }[]
    expect(closed?.trade).toMatchObject({ exitReason: 'naked_deadline', nakedSeconds: 5 })
  })

  test('without an answer at all: closed at market at the naked deadline', () => {
    const stage = given()
    stage.pass(4_999)
    expect(stage.state()).toBe('protecting.stopping')
    stage.pass(1)
    expect(stage.state()).toBe('closing.exiting')
  })

  test('accepted but not found at the venue: asked for again', () => {
    const stage = given()
    stage.prompt('readProtection', null)
    stage.accept('stop')
    expect(stage.state()).toBe('protecting.proving')
    stage.call('readProtection').answer({ confirmed: false, at: stage.at })
    expect(stage.state()).toBe('protecting.waiting')
    stage.pass(1_000)
    stage.accept('stop')
    stage.call('readProtection').fail(new Error('timed out'))
    expect(stage.state()).toBe('protecting.waiting')
    expect(stage.sent('stop')).toHaveLength(2)
  })

  test('cancelled from outside: placed again, and the naked time is measured', () => {
    const stage = given()
    stage.accept('stop')
    expect(stage.state()).toBe('protected.holding')
    stage.tell('stop', { status: 'cancelled', reason: 'user' })
    expect(stage.state()).toBe('protecting.stopping')
    stage.pass(700)
    stage.accept('stop')
    expect(stage.state()).toBe('protected.holding')
    expect(stage.reported('protection.confirmed')).toMatchObject([{ nakedMs: 0 }, { nakedMs: 700 }])
  })

  test('lost while the target is awaited: placed again', () => {
    const stage = new PositionStage()
    stage.approve()
    stage.accept('entry')
    stage.fill('entry')
    stage.accept('stop')
    expect(stage.state()).toBe('protecting.aiming')
    stage.tell('stop', { status: 'expired' })
    expect(stage.state()).toBe('protecting.stopping')
    expect(protection(stage).nakedSince).toBe(stage.at)
  })

  test('filled: the target still standing is swept', () => {
    const stage = new PositionStage()
    stage.enter()
    stage.fill('stop')
    expect(stage.state()).toBe('closing.sweeping')
    expect(stage.legs).toEqual(['target'])
    stage.say.known(stage.call('cancelOrder', 'target'), { status: 'cancelled' })
    expect(stage.state()).toBe('cooldown')
    expect(stage.reported('trade.closed')).toMatchObject([{ trade: { exitReason: 'stop', pnl: '-2' } }])
  })
})

describe('the target', () => {
  test.each(['refused', 'silent'])('%s: protected all the same', how => {
    const stage = new PositionStage()
    stage.approve()
    stage.accept('entry')
    stage.fill('entry')
    stage.accept('stop')
    if (how === 'refused') stage.say.refused(stage.call('submitOrder', 'target'))
    else stage.pass(5_000)
    expect(stage.state()).toBe('protected.holding')
    expect(stage.legs).toContain('stop')
  })

  test('lost from outside leaves the position protected', () => {
    const stage = new PositionStage()
    stage.enter()
    stage.tell('target', { status: 'cancelled' })
    expect(stage.state()).toBe('protected.holding')
    expect(stage.legs).toEqual(['stop'])
  })
})

describe('the exit', () => {
  test('refused: asked for again with a new id until it fills', () => {
    const stage = new PositionStage()
    stage.enter({ target: null })
    stage.close()
    for (const id of ['x1', 'x2', 'x3']) {
      expect(stage.request('exit').clientOrderId).toBe(`main-BTC-1-${id}`)
      stage.say.unreachable(stage.call('submitOrder', 'exit'))
      expect(stage.state()).toBe('closing.waiting')
      stage.pass(1_000)
    }
    stage.fill('exit')
    expect(stage.state()).toBe('closing.sweeping')
  })

  test('of a part keeps the rest protected by a stop of its size, and a full one follows', () => {
    const stage = new PositionStage()
    stage.enter({ target: null })
    stage.close(0.4)
    expect(stage.state()).toBe('protected.holding')
    expect(stage.request('exit')).toMatchObject({ quantity: '0.4', reduceOnly: true })
    stage.execute('exit')
    expect(stage.state()).toBe('protecting.stopping')
    stage.accept('stop')
    stage.say.known(stage.call('cancelOrder', 'stop'), { status: 'cancelled' })
    expect(stage.state()).toBe('protected.holding')
    expect(stage.request('stop').quantity).toBe('0.6')

    stage.close()
    expect(stage.request('exit').quantity).toBe('0.6')
    stage.execute('exit')
    stage.say.known(stage.call('cancelOrder', 'stop'), { status: 'cancelled' })
    expect(stage.state()).toBe('cooldown')
    expect(stage.reported('trade.closed')).toMatchObject([{ trade: { quantity: '1', partials: [{}, {}] } }])
  })

  test('of all, asked for while a part is in flight, follows the part', () => {
    const stage = new PositionStage()
    stage.enter({ target: null })
    stage.close(0.4)
    stage.close()
    expect(stage.state()).toBe('closing.exiting')
    expect(stage.sent('exit')).toHaveLength(1)
    stage.execute('exit')
    expect(stage.request('exit').quantity).toBe('0.6')
  })

  test('that crosses the stop is swept with it', () => {
    const stage = new PositionStage()
    stage.enter({ target: null })
    stage.close()
    stage.fill('stop')
    stage.say.refused(stage.call('submitOrder', 'exit'), 'reduce_only_rejected')
    expect(stage.state()).toBe('cooldown')
    expect(stage.book.quantity).toBe('0')
  })
})

describe('what was not asked for', () => {
  test('a liquidation ends the life with its reason, and the orders are swept', () => {
    const stage = new PositionStage()
    stage.enter()
    const fill = fillOf(stage.request('stop'), {
      clientOrderId: null,
      reason: 'liquidation',
      price: price(60),
    })
    stage.send({ type: 'fill.received', fill, order: null })
    expect(stage.state()).toBe('closing.sweeping')
    stage.sweep()
    expect(stage.state()).toBe('cooldown')
    expect(stage.reported('trade.closed')).toMatchObject([
      { trade: { exitReason: 'liquidation', pnl: '-40' } },
    ])
  })

  test('a position found at the venue is taken over and closed', () => {
    const stage = new PositionStage()
    stage.send(reconciled({ quantity: quantity(2), direction: 'short', price: price(100) }))
    expect(stage.state()).toBe('closing.exiting')
    expect(stage.request('exit')).toMatchObject({ side: 'buy', quantity: '2', reduceOnly: true })
    expect(stage.reported('reconcile.differed')).toMatchObject([{ ours: 'flat 0', theirs: 'short 2' }])
  })

  test('a position that is gone at the venue is closed in our books', () => {
    const stage = new PositionStage()
    stage.enter()
    stage.send(reconciled({ quantity: quantity(0), direction: null, price: null }))
    stage.sweep()
    expect(stage.state()).toBe('cooldown')
    expect(stage.reported('trade.closed')).toMatchObject([{ trade: { exitReason: 'external' } }])
  })

  test('agreement with the venue changes nothing', () => {
    const stage = new PositionStage()
    stage.enter()
    stage.send(reconciled({ quantity: quantity(1), direction: 'long', price: price(100) }))
    expect(stage.reported('reconcile.differed')).toEqual([])
  })

  test('funding is booked on the position that pays it', () => {
    const stage = new PositionStage()
    stage.enter({ target: null })
    stage.send({ type: 'funding.paid', rate: 0.0001, paid: '0.25' })
    expect(stage.book.funding).toBe('0.25')
    stage.fill('stop')
    expect(stage.reported('trade.closed')).toMatchObject([{ trade: { funding: '0.25', pnl: '-2.25' } }])
  })

  test('new settings hold from now on', () => {
    const stage = new PositionStage()
    stage.send({
      type: 'settings.changed',
      settings: { ...stage.positionContext().settings, cooldownMs: 5 },
    })
    stage.enter({ target: null })
    stage.fill('stop')
    expect(stage.positionContext().timing.until).toBe(stage.at + 5)
  })
})
