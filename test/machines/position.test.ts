import { describe, expect, test } from 'vitest'
import { fillOf, PositionStage } from './given.ts'

const protection = (stage: PositionStage) => stage.positionContext().protection

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
    expect(stage.positionContext().timing.until).toBe(stage.at + 600_000)
    stage.pass(599_999)
    expect(stage.state()).toBe('hysteresis')
    stage.pass(1)
    expect(stage.state()).toBe('idle')
    expect(stage.positionContext().evidence).toBeNull()
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
    expect(believed.positionContext().evidence).toBeNull()
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
    expect(stage.positionContext().evidence).toMatchObject({ count: 2 })
    stage.send({ type: 'signal.lost' })
    expect(stage.state()).toBe('protected.holding')
  })
})

describe('the entry', () => {
  test('is not sent when the venue has another leverage', () => {
    const stage = new PositionStage({}, { setLeverage: null })
    stage.approve()
    expect(stage.state()).toBe('ordering.preparing')
    stage
      .call('setLeverage')
      .answer({ ok: false, actual: null, message: 'leverage_is_5_not_2', at: stage.at })
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
    const [use] = stage.positionContext().slots.used.filter(each => each.leg === 'stop')
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
