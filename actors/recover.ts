/**
 * What a restart is made of: the stored snapshot of an account where it can be used, and its journal where it cannot.
 *
 * A rebuilt account has its ledger, its breakers (latched ones stay latched), the numbers of its positions' lives (so that
 * no client order id is used twice) and its open positions with their stops. The rest is the venue's to say, by the same
 * reconciliation as at any other start.
 */
import { createActor } from 'xstate'
import { parseClientOrderId, positionIdOf } from '../domain/client-order-id.ts'
import type { Fact } from '../domain/fact.ts'
import { dayStart } from '../domain/interval.ts'
import { bookFlow, bookFunding, bookTrade, openLedger, walletBalance } from '../domain/ledger.ts'
import type { StoredSnapshot, StoreReader } from '../domain/ports.ts'
import { openBreakers } from '../domain/risk/breakers.ts'
import type { EntryPlan } from '../domain/risk/verdict.ts'
import { dec, ZERO_MONEY } from '../domain/units.ts'
import type { AccountContext, AccountInput } from '../machines/account/context.ts'
import { positionSlot } from '../machines/account/setup.ts'
import { accountMachine } from '../machines/account.ts'
import type { PositionContext } from '../machines/position/context.ts'
import { bookFill } from '../machines/position/fills.ts'
import { persist, restorable, SNAPSHOT_VERSION } from './persisted.ts'

type Tree = { status: string; value: unknown; context: Record<string, unknown>; children?: Children }
type Children = Record<string, { src: unknown; snapshot: Tree }>

const PAGE = 1_000
const fresh = (input: AccountInput): Tree =>
  JSON.parse(JSON.stringify(persist(createActor(accountMachine, { input })))) as Tree

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a context of today has and this one lacks; `null`: nothing. */
const missingIn = (context: unknown, model: Record<string, unknown>, path: string): string | null => {
  if (!isObject(context)) return path
  for (const [key, value] of Object.entries(model)) {
    if (!Object.hasOwn(context, key)) return `${path}.${key}`
    // Groups have fixed keys; what is below them may be keyed by asset.
    if (isObject(value) && !path.includes('.')) {
      const found = missingIn(context[key], value, `${path}.${key}`)
      if (found !== null && !['positions', 'slots', 'settings'].includes(key)) return found
    }
  }
  return null
}

/** The first actor of the tree that XState could not restore. */
const brokenIn = (
  snapshot: { status?: string; children?: Record<string, unknown> },
  id: string,
): string | null => {
  if (snapshot.status === 'error') return id
  for (const [slot, child] of Object.entries(snapshot.children ?? {})) {
    const inner = (child as { getSnapshot(): never } | undefined)?.getSnapshot()
    const broken = inner === undefined ? null : brokenIn(inner, `${id}/${slot}`)
    if (broken !== null) return broken
  }
  return null
}

/** Why a stored snapshot cannot be used; `null`: it can. Tried on machines without services, so nothing is asked or sent. */
export const rejectionOf = (snapshot: StoredSnapshot, input: AccountInput): string | null => {
  if (snapshot.version !== SNAPSHOT_VERSION) {
    return `it is of version ${snapshot.version}, this engine reads ${SNAPSHOT_VERSION}`
  }
  const body = snapshot.body as Tree
  if (!isObject(body) || !isObject(body.context)) return 'it is no state of an account'
  const model = fresh(input)
  const missing = missingIn(body.context, model.context, 'account')
  if (missing !== null) return `${missing} is missing`
  const position = Object.values(model.children ?? {})[0]
  for (const [slot, child] of Object.entries(body.children ?? {})) {
    const lost =
      position === undefined ? null : missingIn(child.snapshot?.context, position.snapshot.context, slot)
    if (lost !== null) return `${lost} is missing`
  }
  try {
    const broken = brokenIn(
      createActor(accountMachine, { input, snapshot: restorable(body) }).getSnapshot(),
      'account',
    )
    return broken === null ? null : `${broken} is in a state that this engine does not have`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const factsOf = async (reader: StoreReader, accountId: string): Promise<Fact[]> => {
  const facts: Fact[] = []
  for (let cursor: string | undefined; ; ) {
    const from = cursor === undefined ? {} : { cursor }
    const page = await reader.facts({ accountId: [accountId], limit: PAGE, oldestFirst: true, ...from })
    facts.push(...page.items)
    if (page.next === null) return facts
    cursor = page.next
  }
}

/** The books of an account by its facts; a limit that was tripped last is tripped. */
const books = (context: AccountContext, facts: readonly Fact[]): void => {
  const started = facts.find(fact => fact.type === 'account.started')
  context.ledger = openLedger(started?.deposit ?? context.settings.deposit)
  context.breakers = openBreakers(context.ledger.deposits, context.timing.at)
  const { breakers, counters, control } = context
  for (const fact of facts) {
    if (fact.type === 'fill.booked') {
      context.ledger = bookTrade(context.ledger, fact.realised, fact.fill.fee)
      if (fact.fill.venueOrderId !== 'reconcile') counters.lastFillAt = fact.fill.at
    } else if (fact.type === 'funding.booked') context.ledger = bookFunding(context.ledger, fact.paid)
    else if (fact.type === 'deposit.booked') context.ledger = bookFlow(context.ledger, fact.amount)
    else if (fact.type === 'equity.marked') {
      if (dec(fact.equity).gt(breakers.peakEquity)) breakers.peakEquity = fact.equity
      if (dayStart(fact.at) > breakers.dayStart || breakers.dayStart === dayStart(context.timing.at)) {
        breakers.dayStartEquity = dec(fact.equity).gt(breakers.dayStartEquity)
          ? fact.equity
          : breakers.dayStartEquity
      }
    } else if (fact.type === 'limit.tripped' || fact.type === 'limit.rearmed') {
      const isTripped = fact.type === 'limit.tripped'
      if (fact.limit === 'drawdown') breakers.drawdownTripped = isTripped
      else if (fact.limit === 'daily_loss') breakers.dailyLossTripped = isTripped
      else breakers.drawdownWarned = isTripped
    } else if (fact.type === 'account.moved') {
      control.paused = fact.to === 'paused'
      control.halted = fact.to === 'halted' ? 'halted before its state was lost' : null
    } else if (fact.type === 'position.opened' && dayStart(fact.at) === counters.day)
      counters.tradesToday += 1
  }
  context.equity = { value: walletBalance(context.ledger), at: context.timing.at }
}

const lifeOf = (positionId: string): number => Number.parseInt(positionId.split('-').at(-1) ?? '', 36)
const attemptOf = (id: string): number => Number.parseInt(/[exst]([0-9a-z]+)$/.exec(id)?.[1] ?? '0', 36)

/** A position by its facts: the open one with its fills and its stop, or the life after the last one. */
const position = (context: PositionContext, facts: readonly Fact[]): PositionContext => {
  const { accountId, symbol } = context.ids
  const prefix = positionIdOf(accountId, symbol, 1).slice(0, -1)
  const intents = facts.flatMap(fact =>
    fact.type === 'intent.recorded' && fact.positionId.startsWith(prefix) ? [fact] : [],
  )
  const booked = facts.flatMap(fact =>
    fact.type === 'fill.booked' && fact.positionId.startsWith(prefix) ? [fact] : [],
  )
  const lives = [...intents, ...booked].map(fact => lifeOf(fact.positionId)).filter(Number.isInteger)
  if (lives.length === 0) return context
  const last = Math.max(...lives)
  const positionId = positionIdOf(accountId, symbol, last)
  const seen = booked.slice(-100).map(fact => fact.fill.tradeId)
  const isOver = facts.some(fact => fact.type === 'trade.closed' && fact.trade.positionId === positionId)
  const own = booked.filter(fact => fact.positionId === positionId)
  const stop = facts.findLast(fact => fact.type === 'protection.confirmed' && fact.positionId === positionId)
  const next = last + 1
  const after = {
    ...context,
    ids: { ...context.ids, life: next, positionId: positionIdOf(accountId, symbol, next) },
    fills: { ...context.fills, seen },
  }
  const first = own[0]
  if (isOver || first === undefined || stop?.type !== 'protection.confirmed') return after
  const attempts = { ...context.slots.attempts }
  for (const { leg, request } of intents) {
    if (parseClientOrderId(request.clientOrderId)?.positionId !== positionId) continue
    attempts[leg] = Math.max(attempts[leg], attemptOf(request.clientOrderId))
  }
  const { targetPrice } = stop
  const plan: EntryPlan = {
    symbol,
    direction: first.fill.side === 'buy' ? 'long' : 'short',
    quantity: first.fill.quantity,
    referencePrice: first.fill.price,
    worstPrice: first.fill.price,
    bestPrice: null,
    leverageMax: 1,
    leverage: 1,
    stop: { price: stop.stopPrice },
    target: targetPrice === null ? null : { price: targetPrice },
    conditions: [],
    marginReserved: ZERO_MONEY,
    riskReserved: ZERO_MONEY,
  }
  const { at } = context.timing
  let open: PositionContext = {
    ...after,
    ids: { ...context.ids, life: last, positionId },
    slots: { used: [], attempts },
    // It was approved when it was opened; that record is what is read here.
    plan: { entry: plan, decisionId: first.fill.clientOrderId, exitPlan: '' },
  }
  for (const { fill, leg } of own) open = { ...open, ...bookFill(open, fill, leg, at).patch }
  if (open.book.direction === null) return after
  return {
    ...open,
    protection: { ...open.protection, nakedSince: at },
    fills: { ...open.fills, seen },
    timing: { until: at + open.settings.nakedMsMax, at },
  }
}

/** The state of an account by its journal, as a snapshot that is restored like any other. */
export const rebuild = async (reader: StoreReader, input: AccountInput): Promise<StoredSnapshot> => {
  const { id } = input.settings
  const facts = await factsOf(reader, id)
  const body = fresh(input)
  books(body.context as unknown as AccountContext, facts)
  for (const symbol of Object.keys(input.positions)) {
    const child = body.children?.[positionSlot(symbol)]
    if (child === undefined) continue
    child.snapshot.context = position(child.snapshot.context as unknown as PositionContext, facts)
  }
  return { accountId: id, version: SNAPSHOT_VERSION, at: input.at, body }
}
