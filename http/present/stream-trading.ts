/** What `/ws/trading-events` tells: decisions, orders, and what becomes of an account. */
import { z } from '@hono/zod-openapi'
import type { AlertNews } from '../../actors/operations/alert-book.ts'
import type { WorkingOrder } from '../../actors/working-orders.ts'
import { ALERT_LEVELS } from '../../domain/alert.ts'
import type { DecisionRecord, Fact } from '../../domain/fact.ts'
import type { Leg, OrderRequest, VenueOrder } from '../../domain/order.ts'
import type { Level, Proposal } from '../../domain/strategy.ts'
import { visible } from '../../domain/text.ts'
import { dec, price } from '../../domain/units.ts'
import { conciseText, conciseNumber } from './concise.ts'
import { moveEnd } from './move-end.ts'
import { amount, choice, count, flag, iso, isoOrNull, moment, number, text } from './shape.ts'

export const DecisionData = z.strictObject({
  decision_id: text('Identity of the decision.'),
  asset: text('Canonical name, e.g. `BTC`.'),
  action: choice(['buy', 'sell', 'close', 'hold'], 'What was proposed.'),
  allocation_usd: amount('Notional wanted; `null`: as much as the rules allow.').nullable(),
  rationale: text('Why, in words. Untrusted text: show it, never run it.'),
  tp_price: amount('Target price; `null` without one, or without a price to count it from.').nullable(),
  sl_price: amount('Stop price; as the target price.').nullable(),
  exit_plan: text('When to get out, in words.'),
  confidence: number('0 to 100.').nullable(),
  strategy: text('Who proposed.'),
  price: amount('Price it was made at.').nullable(),
  outcome: choice(['held', 'confirming', 'approved', 'refused', 'closing', 'ignored'], 'What became of it.'),
  code: text('Why it was refused, held or ignored.').nullable(),
})

const ORDER_STATUS = [
  'submitted',
  'unknown',
  'working',
  'partially_filled',
  'filled',
  'cancelled',
  'rejected',
  'expired',
] as const

export const OrderData = z.strictObject({
  order_id: text('Identity at the venue; `null` until it gave one.').nullable(),
  client_order_id: text('Ours; the same for every attempt to send it.'),
  asset: text('Canonical name.'),
  side: choice(['buy', 'sell'], 'Side; `null` while the order is not known.').nullable(),
  status: choice(
    ORDER_STATUS,
    '`submitted` before the first news from the venue, `unknown` while it may have happened.',
  ),
  fill_price: amount('Average price of the fills; `null` before the first.').nullable(),
  quantity: amount('Base quantity; `null` while the order is not known.').nullable(),
  filled_quantity: amount('Base quantity filled so far.'),
  type: text('Kind of order.').nullable(),
  trigger_price: amount('Mark price that fires it.').nullable(),
  leg: text(
    'Part it plays: `entry`, `exit`, `stop` or `target`; `null` for one that is not ours.',
  ).nullable(),
  reason: text('Why it was rejected, cancelled or expired.').nullable(),
  position_id: text(
    'Position it belongs to; `null` for one that is not ours, or while it is not known.',
  ).nullable(),
  decision_id: text(
    'Decision that led to it; told with `submitted` and in a snapshot, `null` later and without one.',
  ).nullable(),
  timestamp: moment('When.'),
})

export const RiskData = z.strictObject({
  event: choice(
    ['tripped', 'rearmed', 'refused'],
    'A limit was reached, or taken back, or refused a decision.',
  ),
  limit: text('The limit, or the code of the refusal.'),
  asset: text('Asset of the refused decision.').nullable(),
  line: text('The line.').nullable(),
  actual: text('The value that met it.').nullable(),
})

export const StateData = z.strictObject({
  asset: text('Asset of the position that moved; `null`: the account did.').nullable(),
  from: text('State before.'),
  to: text('State after.'),
  until: moment('When the state ends by itself.').nullable(),
  reason: text('Why.').nullable(),
})

export const EmergencyStopData = z.strictObject({
  command: choice(
    ['halt', 'panic', 'rearm'],
    '`halt` keeps positions, `panic` closes them, `rearm` ends either.',
  ),
  by: text('Who said it; `null` in an acknowledgement.').nullable(),
  reason: text('Why.').nullable(),
  acknowledged: flag('Whether it has come true; `null` when it was only said.').nullable(),
  remaining: z.array(text('What still stands against it.')),
})

export const AlertData = z.strictObject({
  event: choice(
    ['raised', 'cleared', 'noted'],
    '`raised` lasts until it is `cleared`; `noted` happened and is over.',
  ),
  level: choice(ALERT_LEVELS, 'How bad it is.'),
  code: text('Kind of trouble, as in GET /alerts.'),
  asset: text('Asset it is about; `null`: of no single one.').nullable(),
  message: text('What is wrong, or that it is over, in words. It may hold text from outside.'),
  alert_id: count(
    'Its `id` in GET /alerts, the same when it is cleared; `null`: it is not listed there.',
  ).nullable(),
})

export const HeldAlert = z.strictObject({
  account_id: text('Account it is of; `null`: of the engine as a whole.').nullable(),
  ...AlertData.shape,
})

export const ReconcileData = z.strictObject({
  asset: text('Asset it is about; `null`: the account.').nullable(),
  what: text('What differed.'),
  ours: text('What we had.'),
  theirs: text('What the venue says.'),
  action: text('What was done.'),
})

export const HeldOrder = z.strictObject({ account_id: text('Account it is of.'), ...OrderData.shape })

const levelPrice = (
  level: Level | null,
  entry: string | null,
  action: Proposal['action'],
  leads: 'up' | 'down',
): string | null => {
  if (level === null) return null
  if ('price' in level) return level.price
  if (entry === null || (action !== 'buy' && action !== 'sell')) return null
  const sign = (action === 'buy') === (leads === 'up') ? 1 : -1
  return price(dec(entry).times(dec(1).plus(dec(level.ratio).times(sign))))
}

export const presentDecisionEvent = (decision: DecisionRecord): z.infer<typeof DecisionData> => {
  const { proposal } = decision
  return {
    decision_id: decision.decisionId,
    asset: decision.symbol,
    action: proposal.action,
    allocation_usd: proposal.allocation,
    rationale: proposal.rationale,
    tp_price: levelPrice(proposal.target, decision.price, proposal.action, 'up'),
    sl_price: levelPrice(proposal.stop, decision.price, proposal.action, 'down'),
    exit_plan: proposal.exitPlan,
    confidence: conciseNumber(proposal.confidence),
    strategy: decision.strategy,
    price: decision.price,
    outcome: decision.outcome,
    code: decision.code,
  }
}

const statusOf = (order: VenueOrder): (typeof ORDER_STATUS)[number] =>
  order.status === 'working' && dec(order.filledQuantity).gt(0) ? 'partially_filled' : order.status

const requested = (request: OrderRequest, leg: Leg | null) => ({
  client_order_id: request.clientOrderId,
  asset: request.symbol,
  side: request.side,
  quantity: request.quantity,
  type: request.type,
  trigger_price: request.triggerPrice,
  leg,
})

type OrderFact = Extract<Fact, { type: 'intent.recorded' | 'order.updated' | 'order.unknown' }>

export const presentOrderEvent = (fact: OrderFact): z.infer<typeof OrderData> => {
  const nothing = { order_id: null, fill_price: null, filled_quantity: '0', reason: null }
  const timestamp = iso(fact.at)
  switch (fact.type) {
    case 'intent.recorded':
      return {
        ...requested(fact.request, fact.leg),
        ...nothing,
        status: 'submitted',
        position_id: fact.positionId,
        decision_id: fact.decisionId,
        timestamp,
      }
    case 'order.unknown':
      return {
        ...nothing,
        client_order_id: fact.clientOrderId,
        asset: fact.symbol,
        side: null,
        status: 'unknown',
        quantity: null,
        type: null,
        trigger_price: null,
        leg: fact.leg,
        reason: fact.message,
        position_id: null,
        decision_id: null,
        timestamp,
      }
    case 'order.updated':
      return {
        ...requested(fact.order, fact.leg),
        order_id: fact.order.venueOrderId,
        status: statusOf(fact.order),
        fill_price: conciseText(fact.order.averagePrice),
        filled_quantity: fact.order.filledQuantity,
        reason: fact.order.reason,
        position_id: fact.positionId,
        decision_id: null,
        timestamp,
      }
  }
}

/** One that has not ended, in a snapshot. */
export const presentWorkingOrder = ({
  ids,
  request,
  progress,
  isDoubted,
  timing,
}: WorkingOrder): z.infer<typeof OrderData> => {
  const isPartial = dec(progress.filledQuantity).gt(0)
  const known = progress.status === 'working' && isPartial ? 'partially_filled' : progress.status
  return {
    ...requested(request, ids.leg),
    order_id: progress.venueOrderId,
    status: isDoubted ? 'unknown' : (known ?? 'submitted'),
    fill_price: conciseText(progress.averagePrice),
    filled_quantity: progress.filledQuantity,
    reason: progress.reason,
    position_id: ids.positionId,
    decision_id: ids.decisionId,
    timestamp: iso(timing.at),
  }
}

const EVENTS = { raised: 'raised', cleared: 'cleared', told: 'noted' } as const

export const presentAlertNews = ({ event, alert, message }: AlertNews): z.infer<typeof AlertData> => ({
  event: EVENTS[event],
  level: alert.level,
  code: alert.code,
  asset: alert.asset ?? null,
  message: visible(message),
  alert_id: alert.id,
})

export const presentState = (
  fact: Extract<Fact, { type: 'account.moved' | 'position.moved' }>,
): z.infer<typeof StateData> => ({
  asset: fact.type === 'position.moved' ? fact.symbol : null,
  from: fact.from,
  to: fact.to,
  until: isoOrNull(moveEnd(fact)),
  reason: fact.type === 'account.moved' ? fact.reason : null,
})
