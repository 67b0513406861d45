import { describe, expect, test } from 'vitest'
import type { Fill } from '../../domain/order.ts'
import type { OrderServiceInput } from '../../machines/order/context.ts'
import { fillOf, PositionStage } from './given.ts'

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
      const stops = stage.positionContext().slots.used.filter(use => use.leg === 'stop')
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
