import { describe, expect, test } from 'vitest'
import { quantity } from '../../domain/units.ts'
import { PositionStage } from './given.ts'

const entered = (settings: ConstructorParameters<typeof PositionStage>[0] = {}) => {
  const stage = new PositionStage(settings)
  stage.enter({ target: null })
  return stage
}
const exit = (stage: PositionStage) => stage.positionContext().exit

describe('a part that is to be closed', () => {
  test('refused by the venue: sent again, three times in all, then recorded', () => {
    const stage = entered()
    stage.close(0.5)
    for (let count = 0; count < 3; count += 1) {
      stage.say.refused(stage.call('submitOrder', 'exit'), 'rate_limited')
      expect(stage.state()).toBe('protected.holding')
      stage.pass(1_000)
    }
    expect(stage.sent('exit').map(each => each.clientOrderId)).toEqual([1, 2, 3].map(n => `main-BTC-1-x${n}`))
    expect(stage.reported('close.abandoned')).toMatchObject([{ quantity: '0.5', reason: 'rate_limited' }])
    expect(exit(stage).asked).toBe(false)
    expect(stage.state()).toBe('protected.holding')

    stage.close(0.5)
    stage.execute('exit')
    expect(stage.book.quantity).toBe('0.5')
  })

  test('asked for while another is in flight: the rest follows when that one is done', () => {
    const stage = entered()
    stage.close(0.5)
    stage.close(0.5)
    expect(stage.sent('exit').map(each => each.quantity)).toEqual(['0.5'])
    stage.execute('exit')
    stage.accept('stop')
    stage.sweep()
    expect(stage.sent('exit').map(each => each.quantity)).toEqual(['0.5', '0.25'])
    stage.execute('exit')
    stage.accept('stop')
    stage.sweep()
    expect(stage.book.quantity).toBe('0.25')
    expect(stage.request('stop').quantity).toBe('0.25')
    expect(stage.state()).toBe('protected.holding')
  })

  test('that would leave dust is everything', () => {
    const stage = entered()
    stage.close(0.96)
    expect(stage.state()).toBe('closing.exiting')
    expect(stage.request('exit').quantity).toBe('1')
  })
})

describe('the target', () => {
  test('refused: asked for again after a minute, and the stop is read back on the way', () => {
    const stage = new PositionStage()
    stage.approve()
    stage.accept('entry')
    stage.fill('entry')
    stage.accept('stop')
    stage.say.refused(stage.call('submitOrder', 'target'))
    expect(stage.state()).toBe('protected.holding')
    stage.pass(59_999)
    expect(stage.sent('target')).toHaveLength(1)
    stage.pass(1)
    expect(stage.state()).toBe('protecting.aiming')
    stage.accept('target')
    expect(stage.state()).toBe('protected.holding')
    expect(stage.legs).toEqual(['stop', 'target'])
  })

  test('not in the plan is not missed', () => {
    const stage = entered()
    stage.pass(600_000)
    expect(stage.sent('target')).toEqual([])
    expect(stage.moves.at(-1)?.to).toBe('protected.holding')
  })
})

describe('an order larger than the venue takes at once', () => {
  const lot = { marketQuantityMax: quantity('0.4') }
  const fillEntry = (stage: PositionStage): void => {
    stage.accept('entry')
    stage.fill('entry')
  }

  test('is entered slice by slice, each with its own id, and protected from the first fill on', () => {
    const stage = new PositionStage(lot)
    stage.approve({ target: null })
    fillEntry(stage)
    stage.accept('stop')
    expect(stage.state()).toBe('protected.holding')
    for (let count = 0; count < 2; count += 1) {
      fillEntry(stage)
      stage.accept('stop')
      stage.sweep()
    }
    const sent = stage.sent('entry')
    expect(sent.map(each => each.quantity)).toEqual(['0.4', '0.4', '0.2'])
    expect(sent.map(each => each.clientOrderId)).toEqual([1, 2, 3].map(n => `main-BTC-1-e${n}`))
    expect(stage.book.quantity).toBe('1')
    expect(stage.request('stop').quantity).toBe('1')
    expect(stage.state()).toBe('protected.holding')
  })

  test('ends its entry with a slice that does not fill whole', () => {
    const stage = new PositionStage(lot)
    stage.approve({ target: null })
    fillEntry(stage)
    stage.accept('stop')
    stage.say.refused(stage.call('submitOrder', 'entry'), 'margin_insufficient')
    expect(stage.sent('entry')).toHaveLength(2)
    expect(stage.book.quantity).toBe('0.4')
    expect(stage.state()).toBe('protected.holding')
  })

  test('ends its entry when a close is asked for', () => {
    const stage = new PositionStage(lot)
    stage.approve({ target: null })
    fillEntry(stage)
    stage.accept('stop')
    stage.close()
    expect(stage.state()).toBe('closing.exiting')
    fillEntry(stage)
    expect(stage.sent('entry')).toHaveLength(2)
  })

  test('is closed slice by slice too, and in part', () => {
    const stage = new PositionStage()
    stage.enter({ target: null })
    stage.send({ type: 'settings.changed', settings: { ...stage.positionContext().settings, ...lot } })
    stage.close(0.5)
    stage.execute('exit')
    stage.accept('stop')
    stage.sweep()
    stage.execute('exit')
    stage.accept('stop')
    stage.sweep()
    expect(stage.sent('exit').map(each => each.quantity)).toEqual(['0.4', '0.1'])
    expect(stage.book.quantity).toBe('0.5')

    stage.close()
    stage.execute('exit')
    stage.execute('exit')
    expect(stage.sent('exit').map(each => each.quantity)).toEqual(['0.4', '0.1', '0.4', '0.1'])
    expect(stage.book.direction).toBeNull()
  })
})

describe('another leverage than asked for', () => {
  const answered = (actual: number | null) => {
    const stage = new PositionStage({}, { setLeverage: null })
    stage.approve({ leverage: 2 })
    const message = `leverage_is_${actual}_not_2`
    stage.call('setLeverage').answer({ ok: false, actual, message, at: stage.at })
    return stage
  }

  test('below: the entry shrinks to the margin that was reserved', () => {
    const stage = answered(1)
    expect(stage.state()).toBe('ordering.sent')
    expect(stage.request('entry').quantity).toBe('0.495')
    expect(stage.positionContext().plan?.entry.leverage).toBe(1)
  })

  test('above: the size stays', () => {
    expect(answered(4).request('entry').quantity).toBe('1')
  })

  test('so high that liquidation comes before the stop: no entry', () => {
    const stage = answered(50)
    expect(stage.state()).toBe('idle')
    expect(stage.reported('entry.failed')).toMatchObject([
      { reason: 'leverage_is_50_not_2: stop_beyond_liquidation' },
    ])
  })

  test('not said which: no entry', () => {
    expect(answered(null).state()).toBe('idle')
  })
})
