import { describe, expect, test } from 'vitest'
import type { ExitCondition } from '../../domain/exit-plan/condition.ts'
import type { MarkReading } from '../../domain/exit-plan/review.ts'
import { price, quantity } from '../../domain/units.ts'
import { PositionStage } from './given.ts'

const TRAILING: ExitCondition = { kind: 'trailing', distance: { r: 1 }, activateAfterR: 0 }
const TIME: ExitCondition = { kind: 'time_stop', afterMs: 60_000 }

const given = (conditions: ExitCondition[], more: object = {}) => {
  const stage = new PositionStage()
  stage.enter({ conditions, ...more })
  expect(stage.state()).toBe('protected.holding')
  return stage
}

const close = (stage: PositionStage, at: number, change: Partial<MarkReading> = {}) => {
  stage.pass(60_000)
  const reading = {
    openAt: stage.at - 60_000,
    high: at,
    low: at,
    close: at,
    atr: null,
    fundingRate: null,
    closes: [],
  }
  stage.send({ type: 'mark.closed', reading: { ...reading, ...change } })
}

const protection = (stage: PositionStage) => stage.positionContext().protection

describe('a trailing stop', () => {
  test('is placed anew before the old one goes, and proved', () => {
    const stage = given([TRAILING])
    close(stage, 103)
    expect(stage.reported('protection.moved')).toMatchObject([{ from: '98', to: '101', why: 'trailing' }])
    expect(stage.state()).toBe('protecting.stopping')
    expect(stage.request('stop')).toMatchObject({
      clientOrderId: 'main-BTC-1-s2',
      triggerPrice: '101',
      quantity: '1',
    })
    expect(stage.open('cancelOrder'), 'the old one stands until the new one does').toEqual([])
    expect(protection(stage).nakedSince).toBeNull()

    stage.accept('stop')
    expect(stage.call('cancelOrder', 'stop').input).toMatchObject({
      request: { clientOrderId: 'main-BTC-1-s1' },
    })
    stage.sweep()
    expect(stage.state()).toBe('protected.holding')
    expect(stage.reported('protection.confirmed').at(-1)).toMatchObject({ stopPrice: '101', nakedMs: 0 })
    expect(stage.legs).toEqual(['target', 'stop2'])
  })

  test('stays where it is when the price falls back', () => {
    const stage = given([TRAILING])
    close(stage, 103)
    stage.accept('stop')
    stage.sweep()
    close(stage, 101.5)
    expect(stage.sent('stop')).toHaveLength(2)
    expect(protection(stage)).toMatchObject({ stopPrice: '101', best: '103' })
  })

  test('fires as a stop, and R is still that of the first', () => {
    const stage = given([TRAILING], { target: null })
    close(stage, 103)
    stage.accept('stop')
    stage.sweep()
    stage.fill('stop')
    const [closed] = stage.reported('trade.closed')
    expect(closed).toMatchObject({
      trade: { exitReason: 'stop', exitCondition: null, pnl: '1', rMultiple: '0.5000', stopPrice: '98' },
    })
  })

  test('refused at the venue leaves the old one standing, and is asked for again', () => {
    const stage = given([TRAILING])
    close(stage, 103)
    stage.say.refused(stage.call('submitOrder', 'stop'), 'price_unknown')
    expect(stage.state()).toBe('protecting.waiting')
    expect(protection(stage).nakedSince).toBeNull()
    expect(stage.legs).toContain('stop')
    stage.pass(1_000)
    stage.accept('stop')
    stage.sweep()
    expect(stage.state()).toBe('protected.holding')
  })

  test('is not loosened by an entry fill that comes later', () => {
    const stage = new PositionStage()
    stage.approve({ conditions: [TRAILING], target: null })
    stage.accept('entry')
    stage.fill('entry', '0.4')
    stage.accept('stop')
    close(stage, 103)
    stage.accept('stop')
    stage.sweep()
    stage.fill('entry', '0.6')
    expect(stage.request('stop')).toMatchObject({ triggerPrice: '101', quantity: '1' })
    expect(stage.positionContext().life).toMatchObject({ stopPrice: '98' })
  })

  test('moves while the last move is under way only once that one stands', () => {
    const stage = given([TRAILING])
    close(stage, 103)
    close(stage, 103.5)
    expect(stage.sent('stop')).toHaveLength(2)
    expect(protection(stage)).toMatchObject({ stopPrice: '101', best: '103.5' })
    stage.accept('stop')
    stage.sweep()
    close(stage, 103.4)
    expect(stage.request('stop').triggerPrice).toBe('101.5')
  })

  test('goes on after a restart', () => {
    const stage = given([TRAILING])
    close(stage, 103)
    stage.restart()
    const looked = stage.open('lookupOrder')
    for (const call of looked) stage.say.known(call)
    stage.sweep()
    expect(stage.state()).toBe('protected.holding')
    expect(protection(stage)).toMatchObject({ stopPrice: '101', best: '103', confirmed: true })
  })
})

describe('a condition that fires', () => {
  test('closes at market, and the trade says which', () => {
    const stage = given([TIME])
    close(stage, 100.5)
    expect(stage.state()).toBe('closing.exiting')
    expect(stage.request('exit')).toMatchObject({ type: 'market', reduceOnly: true, quantity: '1' })
    stage.execute('exit')
    stage.sweep()
    expect(stage.reported('trade.closed')).toMatchObject([
      { trade: { exitReason: 'exit_plan', exitCondition: TIME } },
    ])
    expect(stage.positionContext().exit.condition, 'the next life begins without').toBeNull()
  })

  test('closes while protection is being placed too', () => {
    const stage = new PositionStage({ nakedMsMax: 600_000 })
    stage.approve({ conditions: [TIME] })
    stage.accept('entry')
    stage.fill('entry')
    close(stage, 100)
    expect(stage.state()).toBe('closing.exiting')
  })

  test('is asked of closed candles only: prices in between do nothing', () => {
    const stage = given([TIME, TRAILING])
    stage.pass(600_000)
    expect(stage.state()).toBe('protected.holding')
    expect(stage.sent('exit')).toEqual([])
  })

  test('without a plan, a closed candle changes nothing', () => {
    const stage = given([])
    const before = protection(stage).stopPrice
    close(stage, 150)
    expect(stage.state()).toBe('protected.holding')
    expect(protection(stage).stopPrice).toBe(before)
    expect(stage.sent('stop')).toHaveLength(1)
  })

  test('flat, a candle is nobody to tell', () => {
    const stage = new PositionStage()
    close(stage, 100)
    expect(stage.state()).toBe('idle')
  })
})

test('the account knows the plan of a position, and its stop as it moves', () => {
  const stage = given([TRAILING])
  close(stage, 103)
  const last = stage.reported('position.changed').at(-1) as unknown as { summary: object }
  expect(last.summary).toMatchObject({ stopPrice: price(101), conditions: [TRAILING], quantity: quantity(1) })
})
