/**
 * Orders by hand: a person's decision is given to the account as the answer of a cycle of its own, and takes the road of
 * every decision from there: rules, journal, position, order.
 *
 * It is given only to an account at rest, so that nothing waits in it unseen: what is not taken within the limit is
 * withdrawn, and nothing comes of it later. A request is known by its name in the record of its decision, which is durable
 * before any order is sent: killed before that, nothing has happened; after it, the same request finds the decision.
 */
import type { DecisionRecord, Fact } from '../domain/fact.ts'
import { manualDecisionId } from '../domain/manual-order.ts'
import type { OrderRow, StoreReader } from '../domain/ports.ts'
import type { PositionContext, SlotUse } from '../machines/position/context.ts'
import {
  type CancelAnswer,
  type HandOrders,
  type OrderAnswer,
  OrderRefused,
  type OrderWish,
} from './hand-orders.ts'
import { proposalOf } from './hand-proposal.ts'
import { isUnderWay } from './hand-under-way.ts'
import { HandWatch } from './hand-watch.ts'
import { Patience } from './patience.ts'
import { stateText, topState } from './state-text.ts'
import type { System } from './system.ts'
import { within } from './time-limit.ts'

export type HandOptions = {
  system: Pick<System, 'desk' | 'journal' | 'clock'>
  reader: Pick<StoreReader, 'decisions' | 'orders'>
  /** A moment of the account that no decision has been made for. */
  moment: (accountId: string) => number
  /** Real time to wait for each thing that is waited for. */
  limitMs?: number
}

const LIMIT_MS = 10_000
/** States that end by themselves; a cycle by hand begins after them. */
const PASSING = ['analysing', 'deciding', 'ordering', 'resting', 'reconciling', 'agreeing']
const AT_WORK = ['intent', 'unknown', 'working']
/** Decisions that are remembered in case the store cannot tell them. */
const REMEMBERED_MAX = 1_000
const ORDERS_MAX = 100

type Held = { accountId: string; symbol: string; use: SlotUse }

export class Hand implements HandOrders {
  readonly #options: HandOptions
  readonly #limitMs: number
  readonly #underWay = new Map<string, { asked: string; answer: Promise<OrderAnswer> }>()
  readonly #decided = new Map<string, DecisionRecord>()

  constructor(options: HandOptions) {
    this.#options = options
    this.#limitMs = options.limitMs ?? LIMIT_MS
  }

  async place(wish: OrderWish): Promise<OrderAnswer> {
    const key = JSON.stringify([wish.accountId, wish.requestId])
    const shared = this.#underWay.get(key)
    if (shared !== undefined) {
      checkSame(shared.asked, wish)
      return { ...(await shared.answer), repeated: true }
    }
    const answer = this.#place(wish, key).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, { asked: wish.asked, answer })
    return answer
  }

  async cancel(accountIds: readonly string[], clientOrderId: string): Promise<CancelAnswer> {
    const held = this.#find(accountIds, clientOrderId)
    if (held !== null && !held.use.ended) await this.#takeBack(held)
    await this.#durable()
    const { items } = await this.#options.reader.orders({
      accountId: [...accountIds],
      id: clientOrderId,
      limit: 1,
    })
    const [order] = items
    if (order === undefined) throw new OrderRefused('unknown', `There is no order '${clientOrderId}'`)
    const { accountId, status } = order
    if (status === 'filled') throw new OrderRefused('filled', `Order ${clientOrderId} has filled whole`)
    const isAtWork = AT_WORK.includes(status)
    if (isAtWork && held === null) {
      throw new OrderRefused(
        'unheld',
        `Order ${clientOrderId} is ${status}, and no position of ours holds it`,
      )
    }
    return { accountId, order, done: !isAtWork }
  }

  async #place(wish: OrderWish, key: string): Promise<OrderAnswer> {
    const { accountId, requestId } = wish
    const earlier = this.#decided.get(key) ?? (await this.#recorded(accountId, requestId))
    if (earlier !== null) {
      checkSame(earlier.proposal.manual?.asked ?? '', wish)
      return this.#answer(wish, earlier, true)
    }
    // Nothing may be awaited between the last look and the word.
    while (!this.#isAtRest(accountId)) await this.#untilRest(accountId)
    const watch = new HandWatch(this.#options.system, wish)
    try {
      const { desk } = this.#options.system
      const at = this.#options.moment(accountId)
      desk.send(accountId, { type: 'proposal.given', proposal: proposalOf(wish), at })
      await watch.decided(this.#limitMs)
      if (watch.decision === null) desk.send(accountId, { type: 'proposal.withdrawn', at })
      const { decision } = watch
      if (decision === null) {
        throw new OrderRefused('resting', `${accountId} was interrupted before it could decide`)
      }
      this.#remember(key, decision)
      await watch.ordered(this.#limitMs)
      return await this.#answer(wish, decision, false)
    } finally {
      watch.end()
    }
  }

  async #recorded(accountId: string, requestId: string): Promise<DecisionRecord | null> {
    const id = manualDecisionId(accountId, requestId)
    const { items } = await this.#options.reader.decisions({ accountId: [accountId], id, limit: 1 })
    const [row] = items
    if (row === undefined) return null
    const { accountId: _account, at: _at, ...decision } = row
    return decision
  }

  #remember(key: string, decision: DecisionRecord): void {
    this.#decided.set(key, decision)
    if (this.#decided.size <= REMEMBERED_MAX) return
    for (const oldest of this.#decided.keys()) {
      this.#decided.delete(oldest)
      return
    }
  }

  async #untilRest(accountId: string): Promise<void> {
    const { desk } = this.#options.system
    const patience = new Patience()
    const end = desk.onTransition((id, actorId) => {
      if (id === accountId && actorId === accountId) patience.wake()
    })
    try {
      if (await patience.until(() => this.#isAtRest(accountId), this.#limitMs)) return
    } finally {
      end()
    }
    throw new OrderRefused('busy', `${accountId} is still ${this.#stateOf(accountId)}`)
  }

  /** @throws OrderRefused when it will not come to rest by itself. */
  #isAtRest(accountId: string): boolean {
    const { desk } = this.#options.system
    const isThere = desk.accountIds().includes(accountId)
    const snapshot = isThere ? desk.actor(accountId).getSnapshot() : null
    if (snapshot?.status === 'active' && snapshot.hasTag('atRest')) return true
    const state =
      snapshot === null ? 'gone' : snapshot.status === 'error' ? 'failed' : topState(snapshot.value)
    if (PASSING.includes(state)) return false
    throw new OrderRefused('resting', `${accountId} is ${state} and takes no orders now`)
  }

  #stateOf(accountId: string): string {
    return stateText(this.#options.system.desk.actor(accountId).getSnapshot().value)
  }

  /** @throws OrderRefused when it was accepted and nothing will come of it. */
  async #answer(wish: OrderWish, decision: DecisionRecord, repeated: boolean): Promise<OrderAnswer> {
    const { accountId, requestId, symbol } = wish
    // Before the orders are read: what leaves this state with an order has written it down by then.
    const isComing = isUnderWay(this.#options.system.desk, accountId, decision)
    const unwritten = await this.#durable()
    const orders = await this.#ordersOf(accountId, decision)
    const isGone = decision.outcome === 'approved' && orders.length === 0 && !isComing
    if (isGone && unwritten.length === 0 && (await this.#recorded(accountId, requestId)) !== null) {
      const request = `Request '${requestId}' of ${accountId}`
      throw new OrderRefused('abandoned', `${request} was accepted and given up before anything was sent`)
    }
    const isUnheard = orders.every(order => ['intent', 'unknown'].includes(order.status))
    const isLate = isUnheard && (isComing || orders.length > 0)
    const late = isLate ? [`the venue has not answered about ${symbol} yet`] : []
    return { accountId, requestId, repeated, decision, orders, remaining: [...late, ...unwritten] }
  }

  /** Orders of the entry and what protects it; of a close, its exits. */
  async #ordersOf(accountId: string, decision: DecisionRecord): Promise<OrderRow[]> {
    const { symbol, outcome, decisionId, candleAt } = decision
    if (outcome !== 'approved' && outcome !== 'closing') return []
    const { items } = await this.#options.reader.orders({
      accountId: [accountId],
      symbol,
      // Its moment may be a little ahead of the clock, so as not to be another's.
      from: candleAt - 10,
      limit: ORDERS_MAX,
      oldestFirst: true,
    })
    const own = items.filter(each => each.decisionId === decisionId)
    return own.length > 0 || outcome === 'approved' ? own : carrierOf(items, candleAt)
  }

  /** What stands against durability: nothing, or why it could not be written. */
  async #durable(): Promise<string[]> {
    try {
      const { journal } = this.#options.system
      await within(Promise.resolve(journal.flush()), this.#limitMs, 'writing it down')
      return []
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return [`not durable yet, a restart may forget it: ${message}`]
    }
  }

  #find(accountIds: readonly string[], clientOrderId: string): Held | null {
    const { desk } = this.#options.system
    for (const accountId of accountIds) {
      if (!desk.accountIds().includes(accountId)) continue
      for (const child of Object.values(desk.actor(accountId).getSnapshot().children)) {
        const context = (child?.getSnapshot() as { context?: PositionContext } | undefined)?.context
        const use = context?.slots?.used.find(each => each.clientOrderId === clientOrderId)
        if (context !== undefined && use !== undefined) {
          return { accountId, symbol: context.ids.symbol, use }
        }
      }
    }
    return null
  }

  async #takeBack({ accountId, symbol, use }: Held): Promise<void> {
    const { desk, journal, clock } = this.#options.system
    const { leg, clientOrderId } = use
    if (leg !== 'entry') {
      const what = leg === 'exit' ? 'closes' : 'protects'
      throw new OrderRefused('protects', `Order ${clientOrderId} is the ${leg} that ${what} ${symbol}`)
    }
    const isEnd = (fact: Fact): boolean =>
      fact.accountId === accountId &&
      fact.type === 'order.updated' &&
      fact.order.clientOrderId === clientOrderId &&
      fact.order.status !== 'working'
    let hasEnded = false
    const patience = new Patience()
    const end = journal.subscribe(fact => {
      hasEnded ||= isEnd(fact)
      patience.wake()
    })
    try {
      const at = clock.now()
      desk.tellPosition(accountId, symbol, { type: 'entry.cancel', reason: 'cancelled_by_hand', at })
      await patience.until(() => hasEnded, this.#limitMs)
    } finally {
      end()
    }
  }
}

/**
 * A close that was asked for while another was in flight goes together with what was asked for after it: in the next exit
 * of that position, before there is another entry.
 */
const carrierOf = (orders: readonly OrderRow[], askedAt: number): OrderRow[] => {
  const entry = orders.findIndex(each => each.leg === 'entry')
  const ofPosition = entry < 0 ? orders : orders.slice(0, entry)
  const carrier = ofPosition.find(each => each.leg === 'exit' && each.createdAt >= askedAt)
  return carrier === undefined ? [] : [carrier]
}

/** @throws OrderRefused when the name of the request was given to another. */
const checkSame = (asked: string, wish: OrderWish): void => {
  if (asked === wish.asked) return
  throw new OrderRefused('reused', `Request '${wish.requestId}' of ${wish.accountId} asked for ${asked}`)
}
