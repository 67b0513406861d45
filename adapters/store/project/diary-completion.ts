import type { Fact } from '../../../domain/fact.ts'
import { isZero, notional } from '../../../domain/units.ts'
import type { DiaryRecord, OrderRecord, RowLookup } from '../record.ts'
import { answerTo, type ByType } from './by-type.ts'
import { decisionEntry, orderResult } from './diary-text.ts'

/** The diary entry of the decision behind a fact, completed with what the fact adds; `null` when it adds nothing. */
export const completeEntry = (fact: Fact, rows: RowLookup): DiaryRecord | null =>
  answerTo(COMPLETIONS, fact, rows)

const COMPLETIONS: ByType<[RowLookup], DiaryRecord | null> = {
  'intent.recorded': (fact, rows) => fromOrder(fact.accountId, fact.request.clientOrderId, rows),
  'order.updated': (fact, rows) => fromOrder(fact.accountId, fact.order.clientOrderId, rows),
  'order.unknown': (fact, rows) => fromOrder(fact.accountId, fact.clientOrderId, rows),
  'position.opened': (fact, rows) => {
    const entry = entryFor(fact.accountId, fact.decisionId, rows)
    if (entry === null) return null
    const { quantity: amount, entryPrice } = fact
    const allocationUsd = entry.allocationUsd ?? notional(amount, entryPrice)
    return { ...entry, amount, entryPrice, allocationUsd, openedAt: fact.at, filled: true }
  },
  'protection.confirmed': (fact, rows) => {
    const position = rows.find('positions', fact.accountId, fact.positionId)
    const entry = entryFor(fact.accountId, position?.decisionId ?? null, rows)
    if (entry === null) return null
    const { stopPrice: slPrice, stopOrderId: slOid } = fact
    // The stop is confirmed before the target is sent, and again while a target is replaced.
    const tpPrice = fact.targetPrice ?? entry.tpPrice
    const tpOid = fact.targetOrderId ?? entry.tpOid
    return { ...entry, slPrice, slOid, tpPrice, tpOid }
  },
}

const entryFor = (accountId: string, decisionId: string | null, rows: RowLookup): DiaryRecord | null =>
  decisionId === null ? null : rows.find('diary', accountId, decisionEntry(decisionId))

/** An entry order completes a decision to enter and an exit order one to close; the stop has its own fact. */
const belongs = (order: OrderRecord, entry: DiaryRecord): boolean =>
  order.leg === (entry.action === 'close' ? 'exit' : 'entry')

/** The newest target that the venue took: the one that stands, or stood last. */
const withTarget = (order: OrderRecord, entry: DiaryRecord): DiaryRecord | null => {
  const isTaken = order.status === 'working' || order.status === 'filled'
  if (!isTaken || entry.action === 'close' || entry.tpOid === order.clientOrderId) return null
  return { ...entry, tpPrice: order.triggerPrice ?? entry.tpPrice, tpOid: order.clientOrderId }
}

const fromOrder = (accountId: string, clientOrderId: string, rows: RowLookup): DiaryRecord | null => {
  const order = rows.find('orders', accountId, clientOrderId)
  const entry = entryFor(accountId, order?.decisionId ?? null, rows)
  if (order === null || entry === null) return null
  if (order.leg === 'target') return withTarget(order, entry)
  if (!belongs(order, entry)) return null
  const filled = !isZero(order.filledQuantity)
  return {
    ...entry,
    amount: filled ? order.filledQuantity : order.quantity,
    entryPrice: entry.action === 'close' ? entry.entryPrice : (order.averagePrice ?? entry.entryPrice),
    orderResult: orderResult(order),
    filled: entry.filled || filled,
  }
}
