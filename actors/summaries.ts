/** Accounts and positions as the outside reads them. */
import { strategyLabel } from '../domain/deliberate.ts'
import { dayStart, INTERVAL_MS } from '../domain/interval.ts'
import type { VenueAccount, VenuePosition } from '../domain/ports.ts'
import { unrealisedAt } from '../domain/position.ts'
import { lossRatio } from '../domain/risk/loss-limits.ts'
import type { TradingMode } from '../domain/settings.ts'
import { dec, type Money, price, subtractMoney } from '../domain/units.ts'
import type { AccountContext } from '../machines/account/context.ts'
import { whyStopped } from '../machines/account/update.ts'
import type { PositionContext } from '../machines/position/context.ts'
import type { Desk } from './desk.ts'
import type { AccountSummary, EngineStatus, PositionSummary } from './engine-view.ts'
import { readEquity } from './equity.ts'
import { isPromise } from './flow.ts'
import type { Market } from './market.ts'
import type { Spent } from './model/spend.ts'
import { accountEnd } from './state-end.ts'
import { stateText, topState } from './state-text.ts'

/** What was wished or tripped counts while the account reconciles or closes, too. */
const statusOf = (top: string, { halted, paused }: AccountContext['control']): string => {
  if (top === 'stopped' || top === 'degraded') return top
  if (halted !== null) return 'halted'
  return paused ? 'paused' : 'active'
}

/** What the venue answers at once; a venue that has to be asked over the wire is read by the reconciling account. */
const atOnce = <Value>(answer: Value | Promise<Value>): Value | null => (isPromise(answer) ? null : answer)

/** A day that no mark has reached yet begins with what is there now. */
const dayLoss = (breakers: AccountContext['breakers'], equity: Money, now: number): string => {
  if (dayStart(now) > breakers.dayStart) return '0.0000'
  const lost = lossRatio(breakers.dayStartEquity, equity).times(100)
  return (lost.gt(0) ? lost : dec(0)).toFixed(4)
}

export const accountSummary = (
  desk: Desk,
  market: Market,
  model: Spent,
  accountId: string,
  mode: TradingMode,
): AccountSummary => {
  const snapshot = desk.actor(accountId).getSnapshot()
  const { context } = snapshot
  const { settings, ledger } = context
  const reading = readEquity(context, market)
  const venue: VenueAccount | null = atOnce(desk.seat(accountId).exchange.account())
  const top = topState(snapshot.value)
  const now = desk.world.clock.now()
  const intervalMs = INTERVAL_MS[settings.interval]
  const gain = dec(reading.equity).minus(ledger.deposits).div(ledger.deposits).times(100)
  return {
    id: accountId,
    label: settings.label,
    status: statusOf(top, context.control),
    state: stateText(snapshot.value),
    until: accountEnd(top, context),
    mode,
    strategy: strategyLabel(settings.strategy.name),
    model: settings.model?.name ?? null,
    shadowOf: settings.shadowOf,
    assets: settings.assets,
    interval: settings.interval,
    deposit: ledger.deposits,
    balance: reading.balance,
    equity: reading.equity,
    unrealised: reading.unrealised,
    realised: ledger.realised,
    fees: ledger.fees,
    funding: ledger.funding,
    marginUsed: venue?.marginUsed ?? '0',
    marginFree: venue?.marginFree ?? reading.balance,
    returnPercent: gain.toFixed(4),
    modelCostUsd: model.costUsd,
    equityAfterModel: subtractMoney(reading.equity, model.costUsd),
    drawdownPercent: dec(reading.drawdown).times(100).toFixed(4),
    peakEquity: context.breakers.peakEquity,
    heatPercent: dec(reading.heat).times(100).toFixed(4),
    dayLossPercent: dayLoss(context.breakers, reading.equity, now),
    positionsOpen: reading.positions,
    tradesToday: context.counters.tradesToday,
    nextDecisionAt: snapshot.hasTag('atRest') ? now - (now % intervalMs) + intervalMs : null,
    lastDecisionAt: context.cycle.lastAt,
    entriesStopped: whyStopped(context.control),
  }
}

/** What the engine's status tells of an account: nothing that a venue or a sum over its life would have to be asked for. */
export const accountBrief = (
  desk: Desk,
  market: Market,
  accountId: string,
): EngineStatus['accounts'][number] => {
  const { value, context } = desk.actor(accountId).getSnapshot()
  const { equity, positions } = readEquity(context, market)
  const status = statusOf(topState(value), context.control)
  return { id: accountId, status, state: stateText(value), equity, positionsOpen: positions }
}

export const positionSummaries = (desk: Desk, market: Market, accountId: string): PositionSummary[] => {
  const { children } = desk.actor(accountId).getSnapshot()
  const venue = atOnce(desk.seat(accountId).exchange.positions()) ?? []
  const summaries: PositionSummary[] = []
  for (const child of Object.values(children)) {
    const { value, context } = (child?.getSnapshot() ?? {}) as { value?: unknown; context?: PositionContext }
    // Services under way are children too, and have no context.
    if (context?.book === undefined) continue
    const summary = positionSummary(accountId, { value, context }, market, venue, desk.world.clock.now())
    if (summary !== null) summaries.push(summary)
  }
  return summaries
}

const positionSummary = (
  accountId: string,
  { value, context }: { value: unknown; context: PositionContext },
  market: Market,
  venue: readonly VenuePosition[],
  now: number,
): PositionSummary | null => {
  const { book, life, protection, ids, plan } = context
  if (book.direction === null || book.entryPrice === null || life === null) return null
  const mark = price(market.mark(ids.symbol)?.price ?? Number(book.entryPrice))
  const nakedMs = protection.nakedSince === null ? 0 : now - protection.nakedSince
  return {
    accountId,
    positionId: ids.positionId,
    symbol: ids.symbol,
    state: stateText(value),
    direction: book.direction,
    quantity: book.quantity,
    entryPrice: book.entryPrice,
    markPrice: mark,
    unrealised: unrealisedAt(book, mark),
    realised: book.realised,
    fees: book.fees,
    funding: book.funding,
    leverage: plan?.entry.leverage ?? 1,
    liquidationPrice: venue.find(each => each.symbol === ids.symbol)?.liquidationPrice ?? null,
    stopPrice: protection.stopPrice,
    targetPrice: protection.targetPrice,
    protected: protection.confirmed,
    nakedSeconds: Math.max(nakedMs, protection.nakedMsLongest) / 1000,
    openedAt: life.openedAt,
    exitPlan: plan?.exitPlan ?? '',
    decisionId: life.decisionId,
    partials: life.partials,
  }
}
