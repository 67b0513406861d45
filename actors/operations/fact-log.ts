/**
 * Facts as lines of the log, each with the same correlation id as every other step of its decision, so that from one order
 * id the whole life of its position is found.
 */
import type { Fact } from '../../domain/fact.ts'

export type LineLevel = 'debug' | 'info' | 'warn' | 'error'
export type FactLine = {
  level: LineLevel
  message: string
  fields: {
    component: string
    account_id: string
    correlation_id: string | null
    order_id?: string
    position_id?: string
    seq: number
    /** Time of the engine, which a simulation has of its own. */
    at: string
    [name: string]: string | number | null | undefined
  }
}

/** Positions whose decision is remembered; the oldest are forgotten beyond it. */
const REMEMBERED = 5_000

type Step = {
  level: LineLevel
  component: string
  message: string
  decisionId?: string | null
  positionId?: string | null
  orderId?: string
  more?: Record<string, string | number | null>
}

/** Facts that come with every candle are left to the journal: the log would be nothing else. */
const stepOf = (fact: Fact): Step | null => {
  switch (fact.type) {
    case 'decision.recorded': {
      const { decisionId, symbol, outcome, code } = fact.decision
      const level = outcome === 'held' || outcome === 'ignored' ? 'debug' : 'info'
      return { level, component: 'decisions', message: `${symbol} ${outcome}`, decisionId, more: { code } }
    }
    case 'model.called': {
      const { callId, purpose, outcome, reply, request } = fact.call
      const level = outcome === 'failed' ? 'warn' : 'info'
      const more = { call_id: callId, model: request.model, latency_ms: Math.round(reply.latencyMs) }
      const message = reply.ok ? `model ${purpose} ${outcome}` : `model ${purpose} failed: ${reply.failure}`
      return { level, component: 'models', message, more }
    }
    case 'intent.recorded': {
      const { decisionId, positionId, leg, request } = fact
      const { clientOrderId: orderId, symbol, side, quantity, type } = request
      const message = `order recorded: ${leg} ${side} ${quantity} ${symbol} ${type}`
      return { level: 'info', component: 'orders', message, decisionId, positionId, orderId }
    }
    case 'order.updated': {
      const { positionId, order } = fact
      const message = `order ${order.status}`
      return { level: 'info', component: 'orders', message, positionId, orderId: order.clientOrderId }
    }
    case 'order.unknown':
      return {
        level: 'warn',
        component: 'orders',
        message: `order unknown: ${fact.message}`,
        orderId: fact.clientOrderId,
      }
    case 'fill.booked': {
      const { fill, positionId } = fact
      const message = `fill ${fill.side} ${fill.quantity} ${fill.symbol} at ${fill.price}`
      const order = fill.clientOrderId === null ? {} : { orderId: fill.clientOrderId }
      return { level: 'info', component: 'orders', message, positionId, ...order }
    }
    case 'position.opened':
      return {
        level: 'info',
        component: 'positions',
        message: `opened ${fact.side} ${fact.quantity} ${fact.symbol} at ${fact.entryPrice}`,
        decisionId: fact.decisionId,
        positionId: fact.positionId,
      }
    case 'protection.confirmed':
      return {
        level: 'info',
        component: 'positions',
        message: `stop of ${fact.symbol} confirmed at ${fact.stopPrice}`,
        positionId: fact.positionId,
        orderId: fact.stopOrderId,
        more: { naked_ms: fact.nakedMs },
      }
    case 'trade.closed': {
      const { positionId, decisionId, symbol, exitReason, pnl } = fact.trade
      const message = `closed ${symbol} by ${exitReason}, result ${pnl}`
      return { level: 'info', component: 'positions', message, positionId, decisionId }
    }
    default:
      return aside(fact)
  }
}

/** Facts that belong to no order. */
const aside = (fact: Fact): Step | null => {
  switch (fact.type) {
    case 'account.failed':
      return { level: 'error', component: 'accounts', message: `account failed: ${fact.message}` }
    case 'account.moved':
      return {
        level: 'debug',
        component: 'accounts',
        message: `${fact.from} → ${fact.to}`,
        more: { reason: fact.reason },
      }
    case 'limit.tripped':
      return {
        level: 'warn',
        component: 'risk',
        message: `${fact.limit} is ${fact.actual}, line ${fact.line}`,
      }
    case 'limit.rearmed':
      return { level: 'info', component: 'risk', message: `${fact.limit} is armed again` }
    case 'reconcile.differed':
      return {
        level: 'warn',
        component: 'reconcile',
        message: `${fact.what}: ours ${fact.ours}, theirs ${fact.theirs}; ${fact.action}`,
      }
    case 'control.commanded':
      return {
        level: 'warn',
        component: 'control',
        message: `${fact.command} said by ${fact.by}`,
        more: { reason: fact.reason },
      }
    case 'control.acknowledged':
      return {
        level: 'info',
        component: 'control',
        message: `${fact.command} ${fact.done ? 'done' : 'given up on'}`,
      }
    case 'snapshot.rejected':
      return {
        level: 'warn',
        component: 'store',
        message: `snapshot rejected: ${fact.reason}; ${fact.action}`,
      }
    case 'candle.refused':
      return { level: 'warn', component: 'feed', message: `candle of ${fact.symbol} refused: ${fact.reason}` }
    case 'close.abandoned':
      return {
        level: 'error',
        component: 'positions',
        message: `${fact.symbol} stays open: ${fact.reason}`,
        positionId: fact.positionId,
      }
    default:
      return null
  }
}

export class FactLog {
  /** Decision by position, and position by order, so that later steps find the first. */
  readonly #decisions = new Map<string, string>()
  readonly #positions = new Map<string, string>()

  line(fact: Fact): FactLine | null {
    const step = stepOf(fact)
    if (step === null) return null
    const { accountId } = fact
    const order = step.orderId === undefined ? undefined : `${accountId} ${step.orderId}`
    const positionId = step.positionId ?? (order === undefined ? undefined : this.#positions.get(order))
    if (order !== undefined && positionId !== undefined) keep(this.#positions, order, positionId)
    const place = `${accountId} ${positionId ?? ''}`
    const decisionId = step.decisionId ?? this.#decisions.get(place)
    if (positionId !== undefined && decisionId !== undefined) keep(this.#decisions, place, decisionId)
    return {
      level: step.level,
      message: step.message,
      fields: {
        component: step.component,
        account_id: accountId,
        correlation_id: decisionId ?? positionId ?? null,
        ...(step.orderId === undefined ? {} : { order_id: step.orderId }),
        ...(positionId === undefined ? {} : { position_id: positionId }),
        ...step.more,
        seq: fact.seq,
        at: new Date(fact.at).toISOString(),
      },
    }
  }
}

const keep = (map: Map<string, string>, key: string, value: string): void => {
  const oldest = map.keys().next().value
  if (map.size >= REMEMBERED && oldest !== undefined && !map.has(key)) map.delete(oldest)
  map.set(key, value)
}
