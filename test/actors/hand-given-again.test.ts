/** An order by hand given again, while nothing is at the venue yet: on its way, or given up. */
import { describe, expect, test } from 'vitest'
import { Hand, type HandOptions } from '../../actors/hand.ts'
import type { OrderWish } from '../../actors/hand-orders.ts'
import type { DecisionRecord } from '../../domain/fact.ts'
import type { OrderRow } from '../../domain/ports.ts'
import { quantity } from '../../domain/units.ts'
import { AccountStage, buy } from '../machines/given-account.ts'

const ASKED = 'buy 1 BTC'

const WISH: OrderWish = {
  accountId: 'main',
  symbol: 'BTC',
  side: 'buy',
  quantity: quantity(1),
  value: null,
  limitPrice: null,
  stop: null,
  target: null,
  leverage: null,
  reason: null,
  requestId: 'r1',
  by: 'token:me',
  asked: ASKED,
}

const handOf = (stage: AccountStage, orders: Partial<OrderRow>[] = []) => {
  const decisions = stage
    .reported('decision.recorded')
    .map(each => ({ accountId: 'main', at: stage.at, ...(each['decision'] as DecisionRecord) }))
    .filter(each => each.strategy === 'manual')
  const page = <Row>(items: Row[]) => Promise.resolve({ items, total: items.length, next: null })
  const disk = { isFull: false }
  const options = {
    system: {
      desk: { accountIds: () => ['main'], actor: () => stage.actor },
      journal: { flush: () => (disk.isFull ? Promise.reject(new Error('disk full')) : Promise.resolve()) },
    },
    reader: { decisions: () => page(decisions), orders: () => page(orders) },
    moment: () => stage.at,
  } as unknown as HandOptions
  return { disk, hand: new Hand(options) }
}

const order = (side: 'buy' | 'sell') => ({
  confidence: null,
  action: side,
  manual: { requestId: 'r1', by: 'token:me', quantity: quantity(1), limitPrice: null, asked: ASKED },
})

const give = (stage: AccountStage, side: 'buy' | 'sell'): void => {
  stage.send({ type: 'proposal.given', proposal: buy('BTC', order(side)) })
  stage.analysed()
}

/** Approved, and its position waits for the leverage; the store has the decision, and no order. */
const approved = () => {
  const stage = new AccountStage({}, { setLeverage: null }).ready()
  give(stage, 'buy')
  return { stage, ...handOf(stage) }
}

/** The venue answers another leverage than the position can live with. */
const giveUp = (stage: AccountStage): void =>
  stage.call('setLeverage').answer({ ok: false, actual: null, message: 'refused', at: stage.at })

describe('an order by hand without an order at the venue, given again', () => {
  test('is on its way while its position prepares it, and says so each time', async () => {
    const { stage, hand } = approved()
    expect(stage.state('position:BTC')).toBe('ordering.preparing')
    for (let count = 0; count < 2; count += 1) {
      expect(await hand.place(WISH)).toMatchObject({
        repeated: true,
        orders: [],
        remaining: ['the venue has not answered about BTC yet'],
      })
    }
  })

  test('is abandoned once its position has given it up', async () => {
    const { stage, hand } = approved()
    giveUp(stage)
    expect(stage.state('position:BTC')).toBe('idle')
    await expect(hand.place(WISH)).rejects.toMatchObject({ code: 'abandoned' })
  })

  test('is not said to be abandoned while what was written cannot be told from what was not', async () => {
    const { stage, disk, hand } = approved()
    giveUp(stage)
    disk.isFull = true
    expect((await hand.place(WISH)).remaining).toEqual([
      'not durable yet, a restart may forget it: disk full',
    ])
  })
})

describe('a close by hand without an order of its own, given again', () => {
  const row = (leg: OrderRow['leg'], clientOrderId: string, createdAt: number) =>
    ({ leg, clientOrderId, createdAt, decisionId: 'main-manual-r2', status: 'filled' }) as const

  test('is answered with the exit that it went together with, and no other', async () => {
    const stage = new AccountStage().holding()
    give(stage, 'sell')
    const { hand } = handOf(stage, [
      row('exit', 'before', stage.at - 1),
      row('exit', 'carrier', stage.at + 50),
      row('exit', 'after', stage.at + 100),
    ])
    const { orders, remaining } = await hand.place(WISH)
    expect(orders.map(each => each.clientOrderId)).toEqual(['carrier'])
    expect(remaining).toEqual([])
  })

  test('is not answered with exits of a later position', async () => {
    const stage = new AccountStage().holding()
    give(stage, 'sell')
    const { hand } = handOf(stage, [row('entry', 'later', stage.at + 50), row('exit', 'its', stage.at + 100)])
    expect((await hand.place(WISH)).orders).toEqual([])
  })
})
