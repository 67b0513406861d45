/** Facts to emit, one of each kind that a stream tells. */
import type { FactBody } from '../../../domain/fact.ts'
import type { VenueOrder } from '../../../domain/order.ts'
import { money, price, quantity } from '../../../domain/units.ts'
import { decisionRow, fillRow, orderRow, START, tradeRow } from '../fake-rows.ts'

type Emitted = {
  kind: 'fact'
  accountId: string
  fact: FactBody & { seq: number; at: number; accountId: string }
}

export const fact = (accountId: string, body: FactBody): Emitted => ({
  kind: 'fact',
  accountId,
  fact: { ...body, seq: 1, at: START, accountId },
})

export const step = (accountId: string, event = 'candle.closed', actor = accountId) => ({
  kind: 'transition' as const,
  accountId,
  actor,
  transition: { from: 'idle', to: 'deciding', event, at: START },
})

const { accountId: _owner, at: _at, ...decision } = decisionRow('main', 0)
const { accountId: _a, leg: _leg, positionId: _p, decisionId: _d, history: _h, ...row } = orderRow('main', 0)
const { accountId: _f, leg: _fl, positionId: _fp, realised, ...fill } = fillRow('main', 0)
const { accountId: _t, ...trade } = tradeRow('main', 0)

const order: VenueOrder = {
  ...row,
  venueOrderId: 'paper-1',
  status: 'working',
  filledQuantity: quantity('0'),
  averagePrice: null,
}
const positionId = 'main-BTC-1'

export const decided = (accountId: string, change: Partial<typeof decision> = {}) =>
  fact(accountId, { type: 'decision.recorded', decision: { ...decision, ...change } })

export const ordered = (accountId: string, change: Partial<VenueOrder> = {}) =>
  fact(accountId, { type: 'order.updated', leg: 'entry', order: { ...order, ...change }, positionId })

const { venueOrderId: _v, status: _s, filledQuantity: _fq, averagePrice: _ap, reason: _r, ...times } = order
const { createdAt: _c, updatedAt: _u, ...request } = times

/** Everything a stream tells anything of. */
export const EVERYTHING = (accountId: string) => [
  decided(accountId),
  decided(accountId, { outcome: 'approved', code: null }),
  fact(accountId, { type: 'intent.recorded', request, leg: 'entry', positionId, decisionId: null }),
  ordered(accountId),
  ordered(accountId, { filledQuantity: quantity('0.01'), averagePrice: price('45000') }),
  ordered(accountId, { status: 'filled', filledQuantity: quantity('0.022'), averagePrice: price('45000') }),
  fact(accountId, {
    type: 'order.unknown',
    clientOrderId: 'main-BTC-1-entry-1',
    symbol: 'BTC',
    leg: 'entry',
    message: 'no answer',
  }),
  fact(accountId, { type: 'fill.booked', fill, leg: null, positionId, realised }),
  fact(accountId, { type: 'trade.closed', trade }),
  fact(accountId, { type: 'account.moved', from: 'idle', to: 'cooldown', until: START + 1, reason: null }),
  fact(accountId, { type: 'position.moved', symbol: 'BTC', from: 'entering', to: 'protected', until: null }),
  fact(accountId, { type: 'limit.tripped', limit: 'drawdown', line: '750', actual: '740' }),
  fact(accountId, { type: 'limit.rearmed', limit: 'drawdown' }),
  fact(accountId, {
    type: 'control.commanded',
    command: 'panic',
    by: 'token:owner',
    reason: null,
    symbol: null,
    fraction: null,
  }),
  fact(accountId, {
    type: 'control.acknowledged',
    command: 'panic',
    symbol: null,
    done: false,
    state: 'halted',
    remaining: ['BTC is open'],
  }),
  fact(accountId, { type: 'account.failed', message: 'broken', restartAt: null }),
  fact(accountId, {
    type: 'close.abandoned',
    positionId,
    symbol: 'BTC',
    quantity: quantity('0.01'),
    reason: 'refused',
  }),
  fact(accountId, { type: 'snapshot.rejected', reason: 'old', action: 'rebuilt' }),
  fact(accountId, {
    type: 'candle.refused',
    symbol: 'BTC',
    openAt: START,
    reason: 'outlier' as never,
    price: 1,
    reference: 2,
  }),
  fact(accountId, {
    type: 'reconcile.differed',
    symbol: null,
    what: 'balance',
    ours: '1',
    theirs: '2',
    action: 'booked',
  }),
  fact(accountId, { type: 'deposit.booked', amount: money('1'), reason: 'a difference' }),
  step(accountId),
  step(accountId, 'order.accepted', `${accountId}/position:BTC`),
]
