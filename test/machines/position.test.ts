import { describe, expect, test } from 'vitest'
import type { Fill } from '../../domain/order.ts'
import { price, quantity } from '../../domain/units.ts'
import type { OrderServiceInput } from '../../machines/order/context.ts'
import type { PositionContext } from '../../machines/position/context.ts'
import { fillOf, PositionStage } from './given.ts'

const protection = (stage: PositionStage) => stage.context<PositionContext>().protection

describe('a life', () => {
  test('goes from flat through every state to flat, and ends as one trade', () => {
    const stage = new PositionStage()
    expect(stage.state()).toBe('idle')
    stage.approve()
    expect(stage.state()).toBe('ordering.sent')
    stage.accept('entry')
    stage.fill('entry')
    expect(stage.state()).toBe('protecting.stopping')
    stage.accept('stop')
    expect(stage.state()).toBe('protecting.aiming')
    stage.accept('target')
    expect(stage.state()).toBe('protected.holding')
    expect(stage.request('stop')).toMatchObject({
      triggerPrice: '98',
      reduceOnly: true,
      side: 'sell',
      quantity: '1',
    })
    expect(stage.request('target')).toMatchObject({ triggerPrice: '104', reduceOnly: true })

    stage.fill('target')
    expect(stage.state()).toBe('closing.sweeping')
    stage.say.known(stage.call('cancelOrder', 'stop'), { status: 'cancelled' })
    expect(stage.state()).toBe('cooldown')
    expect(stage.legs).toEqual([])
    const [closed] = stage.reported('trade.closed') as unknown as { trade: Record<string, unknown> }[]
    expect(closed?.trade).toMatchObject({
      pnl: '4',
      exitReason: 'target',
      rMultiple: '2.0000',
      decisionId: 'd1',
    })
  })

  test('a short has its stop above and its target below', () => {
    const stage = new PositionStage()
    stage.enter({ direction: 'short' })
    expect(stage.request('entry').side).toBe('sell')
    expect(stage.request('stop')).toMatchObject({ side: 'buy', triggerPrice: '102' })
    expect(stage.request('target')).toMatchObject({ side: 'buy', triggerPrice: '96' })
  })

  test('an entry without a stop of its own is protected by nothing, and says so by having none', () => {
    const stage = new PositionStage()
    stage.approve({ stop: null, target: null })
    stage.accept('entry')
    stage.fill('entry')
    expect(stage.state()).toBe('protected.holding')
    expect(stage.sent('stop')).toEqual([])
  })

  test('the next life has ids of its own', () => {
    const stage = new PositionStage({ cooldownMs: 0 })
    stage.enter({ target: null })
    stage.fill('stop')
    expect(stage.state()).toBe('idle')
    stage.approve()
    expect(stage.request('entry').clientOrderId).toBe('main-BTC-2-e1')
  })
})

describe('hysteresis and cooldown', () => {
  const signal = (stage: PositionStage, expiresAt: number) =>
    stage.send({
      type: 'entry.signalled',
      direction: 'long',
      since: stage.at,
      until: stage.at + 60_000,
      expiresAt,
    })

  test('a signal that is not repeated is forgotten at the time it shows', () => {
    const stage = new PositionStage()
    signal(stage, stage.at + 600_000)
    expect(stage.state()).toBe('hysteresis')
    expect(stage.context<PositionContext>().timing.until).toBe(stage.at + 600_000)
    stage.pass(599_999)
    expect(stage.state()).toBe('hysteresis')
    stage.pass(1)
    expect(stage.state()).toBe('idle')
    expect(stage.context<PositionContext>().evidence).toBeNull()
  })

  test('a signal that is lost, believed or overtaken by a fill leaves hysteresis', () => {
    const lost = new PositionStage()
    signal(lost, lost.at + 1_000)
    lost.send({ type: 'signal.lost' })
    expect(lost.state()).toBe('idle')

    const believed = new PositionStage()
    signal(believed, believed.at + 1_000)
    signal(believed, believed.at + 2_000)
    believed.approve()
    expect(believed.state()).toBe('ordering.sent')
    expect(believed.context<PositionContext>().evidence).toBeNull()
  })

  test('cooldown shows when it ends, and ends then', () => {
    const stage = new PositionStage()
    stage.enter({ target: null })
    stage.fill('stop')
    const [report] = stage.reported('position.changed').slice(-1) as unknown as {
      summary: { cooldownUntil: number }
    }[]
    expect(report?.summary.cooldownUntil).toBe(stage.at + 300_000)
    stage.restart()
    stage.pass(299_999)
    expect(stage.state()).toBe('cooldown')
    stage.pass(1)
    expect(stage.state()).toBe('idle')
  })

  test('evidence for the other direction gathers inside protected, and is lost there', () => {
    const stage = new PositionStage()
    stage.enter()
    stage.send({ type: 'exit.signalled', direction: 'short', count: 1 })
    expect(stage.state()).toBe('protected.hysteresis')
    stage.send({ type: 'exit.signalled', direction: 'short', count: 2 })
    expect(stage.context<PositionContext>().evidence).toMatchObject({ count: 2 })
    stage.send({ type: 'signal.lost' })
    expect(stage.state()).toBe('protected.holding')
  })
})

describe('the entry', () => {
  test('is not sent when the venue has another leverage', () => {
    const stage = new PositionStage({}, { setLeverage: null })
    stage.approve()
    expect(stage.state()).toBe('ordering.preparing')
    stage.call('setLeverage').answer({ ok: false, message: 'leverage_is_5_not_2', at: stage.at })
    expect(stage.state()).toBe('idle')
    expect(stage.reported('entry.failed')).toMatchObject([{ reason: 'leverage_is_5_not_2' }])

    stage.approve()
    stage.call('setLeverage').fail(new Error('timed out'))
    expect(stage.state()).toBe('idle')
    expect(stage.sent()).toEqual([])
  })

  test('that is refused leaves the position idle, with new ids for the next', () => {
    const stage = new PositionStage()
    stage.approve()
    stage.say.refused(stage.call('submitOrder'), 'margin_insufficient')
    expect(stage.state()).toBe('idle')
    expect(stage.reported('entry.failed')).toMatchObject([{ reason: 'margin_insufficient' }])
    stage.approve()
    expect(stage.request('entry').clientOrderId).toBe('main-BTC-2-e1')
  })

  test('asked to close while preparing is never sent', () => {
    const stage = new PositionStage({}, { setLeverage: null })
    stage.approve()
    stage.close()
    expect(stage.state()).toBe('idle')
    expect(stage.open()).toEqual([])
  })

  test('asked to close while sent is cancelled', () => {
    const stage = new PositionStage()
    stage.approve()
    stage.close()
    stage.accept('entry')
    stage.say.known(stage.call('cancelOrder'), { status: 'cancelled' })
    expect(stage.state()).toBe('idle')
  })

  test('asked to close while sent, and filled all the same, is closed at market', () => {
    const stage = new PositionStage()
    stage.approve()
    stage.close(0.5)
    stage.fill('entry')
    stage.say.filled(stage.call('submitOrder', 'entry'))
    expect(stage.state()).toBe('closing.exiting')
    expect(stage.request('exit')).toMatchObject({ reduceOnly: true, quantity: '1', side: 'sell' })
    expect(stage.sent('stop')).toEqual([])
  })

  test('given up and filled later all the same is closed at market', () => {
    const stage = new PositionStage()
    stage.approve()
    const request = stage.request('entry')
    stage.say.unknown(stage.call('submitOrder'))
    while (stage.state() !== 'idle') {
      stage.pass(500)
      for (const call of stage.open('lookupOrder')) stage.say.absent(call)
    }
    stage.send({ type: 'fill.received', fill: fillOf(request), order: null })
    expect(stage.state()).toBe('closing.exiting')
    expect(stage.request('exit')).toMatchObject({ quantity: '1', reduceOnly: true })
    stage.execute('exit')
    expect(stage.state()).toBe('cooldown')
  })

  test('filled in parts grows the stop, the new one before the old one goes', () => {
    const stage = new PositionStage()
    stage.approve()
    stage.accept('entry')
    stage.fill('entry', '0.4')
    expect(stage.request('stop').quantity).toBe('0.4')
    stage.accept('stop')
    stage.accept('target')
    expect(stage.state()).toBe('protected.holding')

    stage.fill('entry', '0.6')
    expect(stage.state()).toBe('protecting.stopping')
    expect(stage.legs.filter(slot => slot.startsWith('stop'))).toEqual(['stop', 'stop2'])
    expect(stage.open('cancelOrder')).toEqual([])
    stage.accept('stop')
    expect(stage.request('stop')).toMatchObject({ quantity: '1', clientOrderId: 'main-BTC-1-s2' })
    stage.say.known(stage.call('cancelOrder', 'stop'), { status: 'cancelled' })
    stage.accept('target')
    stage.say.known(stage.call('cancelOrder', 'target'), { status: 'cancelled' })
    expect(stage.state()).toBe('protected.holding')
    expect(stage.legs).toEqual(['entry', 'stop2', 'target2'].filter(slot => stage.legs.includes(slot)))
    expect(protection(stage).quantity).toBe('1')
  })

  test('filled in many small parts faster than stops are accepted ends covered as a whole', () => {
    const stage = new PositionStage()
    stage.approve({ target: null })
    stage.accept('entry')
    for (const part of ['0.1', '0.2', '0.3', '0.4']) stage.fill('entry', part)
    for (let round = 0; round < 8; round += 1) {
      for (const call of stage.open('submitOrder')) stage.say.known(call)
      stage.sweep()
    }
    expect(stage.state()).toBe('protected.holding')
    const [use] = stage.context<PositionContext>().slots.used.filter(each => each.leg === 'stop')
    expect(use).toMatchObject({ quantity: '1', accepted: true })
  })

  test('told filled twice is booked once', () => {
    const stage = new PositionStage()
    stage.approve()
    stage.accept('entry')
    const fill = stage.fill('entry')
    stage.send({ type: 'fill.received', fill, order: null })
    expect(stage.book.quantity).toBe('1')
    expect(stage.reported('fill.booked')).toHaveLength(1)
  })

  test('told filled before its acknowledgement is protected at once', () => {
    const stage = new PositionStage()
    stage.approve()
    stage.fill('entry')
    expect(stage.state()).toBe('protecting.stopping')
    stage.say.filled(stage.call('submitOrder', 'entry'))
    expect(stage.legs).toEqual(['stop'])
  })
})

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
    stage.send({ type: 'venue.reconciled', quantity: quantity(2), direction: 'short', price: price(100) })
    expect(stage.state()).toBe('closing.exiting')
    expect(stage.request('exit')).toMatchObject({ side: 'buy', quantity: '2', reduceOnly: true })
    expect(stage.reported('reconcile.differed')).toMatchObject([{ ours: 'flat 0', theirs: 'short 2' }])
  })

  test('a position that is gone at the venue is closed in our books', () => {
    const stage = new PositionStage()
    stage.enter()
    stage.send({ type: 'venue.reconciled', quantity: quantity(0), direction: null, price: null })
    stage.sweep()
    expect(stage.state()).toBe('cooldown')
    expect(stage.reported('trade.closed')).toMatchObject([{ trade: { exitReason: 'external' } }])
  })

  test('agreement with the venue changes nothing', () => {
    const stage = new PositionStage()
    stage.enter()
    stage.send({ type: 'venue.reconciled', quantity: quantity(1), direction: 'long', price: price(100) })
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
      settings: { ...stage.context<PositionContext>().settings, cooldownMs: 5 },
    })
    stage.enter({ target: null })
    stage.fill('stop')
    expect(stage.context<PositionContext>().timing.until).toBe(stage.at + 5)
  })
})

describe('a restart', () => {
  const lead: Record<string, (stage: PositionStage) => void> = {
    idle: () => {},
    hysteresis: stage =>
      stage.send({
        type: 'entry.signalled',
        direction: 'long',
        since: 0,
        until: 0,
        expiresAt: stage.at + 9_000_000,
      }),
    'ordering.preparing': stage => {
      stage.prompt('setLeverage', null)
      stage.approve()
    },
    'ordering.sent': stage => stage.approve(),
    'protecting.stopping': stage => {
      stage.approve()
      stage.accept('entry')
      stage.fill('entry')
    },
    'protecting.proving': stage => {
      stage.prompt('readProtection', null)
      lead['protecting.stopping']?.(stage)
      stage.accept('stop')
    },
    'protecting.aiming': stage => {
      lead['protecting.stopping']?.(stage)
      stage.accept('stop')
    },
    'protecting.waiting': stage => {
      lead['protecting.stopping']?.(stage)
      stage.say.unreachable(stage.call('submitOrder', 'stop'))
    },
    'protected.holding': stage => stage.enter(),
    'protected.hysteresis': stage => {
      stage.enter()
      stage.send({ type: 'exit.signalled', direction: 'short', count: 1 })
    },
    'closing.exiting': stage => {
      stage.enter()
      stage.close()
    },
    'closing.waiting': stage => {
      stage.enter()
      stage.close()
      stage.say.unreachable(stage.call('submitOrder', 'exit'))
    },
    'closing.sweeping': stage => {
      stage.enter()
      stage.fill('stop')
    },
    cooldown: stage => {
      stage.enter({ target: null })
      stage.fill('stop')
    },
  }

  /** A venue that has every order it was sent, answers honestly, and fills market orders at once. */
  const serve = (stage: PositionStage): void => {
    stage.prompt('setLeverage', () => ({ ok: true, message: '', at: stage.at }))
    stage.prompt('readProtection', () => ({ confirmed: true, at: stage.at }))
    const filled = new Set(stage.reported('fill.booked').map(each => (each.fill as Fill).clientOrderId))
    for (let round = 0; round < 40; round += 1) {
      for (const call of [...stage.open('lookupOrder'), ...stage.open('submitOrder')]) {
        const { request } = call.input as OrderServiceInput
        if (request.type === 'market') {
          if (!filled.has(request.clientOrderId))
            stage.send({ type: 'fill.received', fill: fillOf(request), order: null })
          filled.add(request.clientOrderId)
          stage.say.filled(call)
        } else {
          stage.say.known(call)
        }
      }
      for (const call of stage.open('readProtection')) call.answer({ confirmed: true, at: stage.at })
      stage.sweep()
      stage.pass(250)
    }
  }

  test.each(Object.keys(lead))('in %s converges to protected or flat, and sends no order twice', state => {
    const stage = new PositionStage()
    lead[state]?.(stage)
    expect(stage.state()).toBe(state)
    stage.restart()
    serve(stage)
    const flat = ['idle', 'hysteresis', 'cooldown']
    const wasFlat = ['idle', 'hysteresis', 'ordering.preparing', 'cooldown'].includes(state)
    const closes = state.startsWith('closing')
    if (wasFlat || closes) expect(flat).toContain(stage.state())
    else expect(stage.state()).toMatch(/^protected/)
    expect(stage.book.quantity).toBe(wasFlat || closes ? '0' : '1')
    const ids = stage.sent().map(each => each.clientOrderId)
    expect(ids).toEqual([...new Set(ids)])
    if (stage.state().startsWith('protected')) {
      const stops = stage.context<PositionContext>().slots.used.filter(use => use.leg === 'stop')
      expect(stops).toMatchObject([{ accepted: true, quantity: '1' }])
    }
  })

  test('every state of the chart is among these, but those that are left at once', () => {
    const passing = ['ordering.judging', 'closing.choosing']
    const elsewhere = ['ordering.awaiting']
    const all = Object.entries(PositionStage.states()).flatMap(([top, children]) =>
      children.length === 0 ? [top] : children.map(child => `${top}.${child}`),
    )
    expect(all.filter(state => !passing.includes(state) && !elsewhere.includes(state)).sort()).toEqual(
      Object.keys(lead).sort(),
    )
  })
})
