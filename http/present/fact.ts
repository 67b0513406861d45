/** Facts of the journal as the event stream tells them. */
import type { Fact, FactType } from '../../domain/fact.ts'
import { presentDecisionRecord } from './decision.ts'
import { presentExecution } from './fill.ts'
import { presentModelCall } from './model-call.ts'
import { moveEnd } from './move-end.ts'
import { presentRequest, presentVenueOrder } from './order.ts'
import { presentClosedPosition } from './position.ts'
import { isoOrNull } from './shape.ts'

/** The type keeps it complete: a fact that is missing here does not compile. */
const TYPES: Record<FactType, true> = {
  'account.started': true,
  'account.administered': true,
  'account.moved': true,
  'account.failed': true,
  'position.moved': true,
  'decision.recorded': true,
  'model.called': true,
  'intent.recorded': true,
  'order.updated': true,
  'order.unknown': true,
  'fill.booked': true,
  'funding.booked': true,
  'position.opened': true,
  'protection.confirmed': true,
  'protection.moved': true,
  'close.abandoned': true,
  'deposit.booked': true,
  'snapshot.rejected': true,
  'candle.refused': true,
  'trade.closed': true,
  'equity.marked': true,
  'limit.tripped': true,
  'limit.rearmed': true,
  'reconcile.differed': true,
  'control.commanded': true,
  'control.acknowledged': true,
}
export const FACT_TYPES = Object.keys(TYPES) as FactType[]

/** What the fact says, without its envelope (type, account, time). */
export const presentFact = (fact: Fact): Record<string, unknown> => {
  switch (fact.type) {
    case 'account.started':
      return {
        deposit: fact.deposit,
        strategy: fact.strategy,
        assets: [...fact.assets],
        interval: fact.interval,
        mode: fact.mode,
      }
    case 'account.administered':
      return { change: fact.change, by: fact.by, reason: fact.reason, fields: [...fact.fields] }
    case 'account.moved':
      return { from: fact.from, to: fact.to, until: isoOrNull(moveEnd(fact)), reason: fact.reason }
    case 'model.called':
      return presentModelCall(fact.call)
    case 'deposit.booked':
      return { amount: fact.amount, reason: fact.reason }
    case 'snapshot.rejected':
      return { reason: fact.reason, action: fact.action }
    case 'candle.refused':
      return {
        asset: fact.symbol,
        opened_at: isoOrNull(fact.openAt),
        reason: fact.reason,
        price: fact.price,
        reference: fact.reference,
      }
    case 'account.failed':
      return { message: fact.message, restart_at: isoOrNull(fact.restartAt) }
    case 'position.moved':
      return { asset: fact.symbol, from: fact.from, to: fact.to, until: isoOrNull(moveEnd(fact)) }
    case 'decision.recorded':
      return presentDecisionRecord(fact.decision)
    case 'equity.marked':
      return {
        equity: fact.equity,
        balance: fact.balance,
        unrealized_pnl: fact.unrealised,
        drawdown: fact.drawdown,
        heat: fact.heat,
        positions_open: fact.positions,
      }
    case 'limit.tripped':
      return { limit: fact.limit, line: fact.line, actual: fact.actual }
    case 'limit.rearmed':
      return { limit: fact.limit }
    case 'reconcile.differed':
      return {
        asset: fact.symbol,
        what: fact.what,
        ours: fact.ours,
        theirs: fact.theirs,
        action: fact.action,
      }
    case 'control.commanded':
      return {
        command: fact.command,
        by: fact.by,
        reason: fact.reason,
        asset: fact.symbol,
        fraction: fact.fraction,
      }
    case 'control.acknowledged':
      return {
        command: fact.command,
        asset: fact.symbol,
        acknowledged: fact.done,
        state: fact.state,
        remaining: [...fact.remaining],
      }
    case 'intent.recorded':
    case 'order.updated':
    case 'order.unknown':
    case 'fill.booked':
    case 'funding.booked':
    case 'position.opened':
    case 'protection.confirmed':
    case 'protection.moved':
    case 'close.abandoned':
    case 'trade.closed':
      return presentTradingFact(fact)
  }
}

/** Facts about orders, fills and positions. */
type TradingFact = Exclude<
  Fact,
  {
    type:
      | `account.${string}`
      | `limit.${string}`
      | `control.${string}`
      | 'deposit.booked'
      | 'snapshot.rejected'
      | 'candle.refused'
      | 'position.moved'
      | 'decision.recorded'
      | 'model.called'
      | 'equity.marked'
      | 'reconcile.differed'
  }
>

const presentTradingFact = (fact: TradingFact): Record<string, unknown> => {
  switch (fact.type) {
    case 'intent.recorded':
      return {
        leg: fact.leg,
        position_id: fact.positionId,
        decision_id: fact.decisionId,
        order: presentRequest(fact.request),
      }
    case 'order.updated':
      return { leg: fact.leg, position_id: fact.positionId, order: presentVenueOrder(fact.order) }
    case 'order.unknown':
      return {
        client_order_id: fact.clientOrderId,
        asset: fact.symbol,
        leg: fact.leg,
        message: fact.message,
      }
    case 'fill.booked':
      return {
        leg: fact.leg,
        position_id: fact.positionId,
        realized_pnl: fact.realised,
        fill: presentExecution(fact.fill),
      }
    case 'funding.booked':
      return { asset: fact.symbol, position_id: fact.positionId, rate: fact.rate, paid: fact.paid }
    case 'position.opened':
      return {
        position_id: fact.positionId,
        asset: fact.symbol,
        side: fact.side,
        quantity: fact.quantity,
        entry_price: fact.entryPrice,
        decision_id: fact.decisionId,
      }
    case 'protection.confirmed':
      return {
        position_id: fact.positionId,
        asset: fact.symbol,
        sl_price: fact.stopPrice,
        tp_price: fact.targetPrice,
        sl_order_id: fact.stopOrderId,
        tp_order_id: fact.targetOrderId,
        naked_ms: fact.nakedMs,
      }
    case 'protection.moved':
      return {
        position_id: fact.positionId,
        asset: fact.symbol,
        from: fact.from,
        to: fact.to,
        why: fact.why,
      }
    case 'close.abandoned':
      return {
        position_id: fact.positionId,
        asset: fact.symbol,
        quantity: fact.quantity,
        reason: fact.reason,
      }
    case 'trade.closed':
      return presentClosedPosition({ ...fact.trade, accountId: fact.accountId })
  }
}
