import type { Fact } from '../../../domain/fact.ts'
import type { VenueOrder } from '../../../domain/order.ts'
import { isZero, ZERO_QUANTITY } from '../../../domain/units.ts'
import type { Change, OrderRecord, RowLookup } from '../record.ts'
import { answerTo, type ByType, type FactOf } from './by-type.ts'

/**
 * The life of an order, from the intent on, so that it is on record before the venue hears of it.
 * `history` gets a line whenever the status or the filled quantity is news; there, an order that is working and partly
 * filled is called `partially_filled`.
 */
export const projectOrder = (fact: Fact, rows: RowLookup): Change[] => answerTo(CHANGES, fact, rows) ?? []

/** Name of the order a fact is about; `null` when it is about none. */
export const orderOf = (fact: Fact): string | null => answerTo(ORDERS, fact)

const ORDERS: ByType<[], string> = {
  'intent.recorded': fact => fact.request.clientOrderId,
  'order.updated': fact => fact.order.clientOrderId,
  'order.unknown': fact => fact.clientOrderId,
}

const CHANGES: ByType<[RowLookup], Change[]> = {
  'intent.recorded': (fact, rows) => recordIntent(fact, rows),
  'order.updated': (fact, rows) => [updateOrder(fact, rows)],
  'order.unknown': (fact, rows) => {
    const known = rows.find('orders', fact.accountId, fact.clientOrderId)
    if (known === null) return []
    const history = [...known.history, { status: 'unknown', at: fact.at }]
    return [{ table: 'orders', row: { ...known, status: 'unknown', updatedAt: fact.at, history } }]
  },
}

/** A second intent of the same order (a resubmission with the same id) adds a line to its history. */
const recordIntent = (fact: FactOf<'intent.recorded'>, rows: RowLookup): Change[] => {
  const { accountId, seq, at, request, leg, positionId, decisionId } = fact
  const stamp = { accountId, seq, at }
  const line = { status: 'intent', at }
  const known = rows.find('orders', accountId, request.clientOrderId)
  const row: OrderRecord =
    known !== null
      ? { ...known, leg, positionId, decisionId, history: [...known.history, line] }
      : {
          ...request,
          ...stamp,
          status: 'intent',
          venueOrderId: null,
          filledQuantity: ZERO_QUANTITY,
          averagePrice: null,
          reason: null,
          createdAt: at,
          updatedAt: at,
          leg,
          positionId,
          decisionId,
          history: [line],
        }
  const { clientOrderId, symbol } = request
  const intent = { ...stamp, clientOrderId, symbol, leg, positionId, decisionId, request }
  return [
    { table: 'intents', row: intent },
    { table: 'orders', row },
  ]
}

const updateOrder = (fact: FactOf<'order.updated'>, rows: RowLookup): Change => {
  const { accountId, order } = fact
  const known = rows.find('orders', accountId, order.clientOrderId)
  const isNews =
    known === null || known.status !== order.status || known.filledQuantity !== order.filledQuantity
  const line = { status: historyStatus(order), at: fact.at }
  const origin =
    known === null
      ? { accountId, seq: fact.seq, at: fact.at, decisionId: null, history: [] }
      : { accountId, seq: known.seq, at: known.at, decisionId: known.decisionId, history: known.history }
  const leg = fact.leg ?? known?.leg ?? null
  const positionId = fact.positionId ?? known?.positionId ?? null
  const history = isNews ? [...origin.history, line] : origin.history
  return { table: 'orders', row: { ...order, ...origin, leg, positionId, history } }
}

const historyStatus = (order: VenueOrder): string =>
  order.status === 'working' && !isZero(order.filledQuantity) ? 'partially_filled' : order.status
