/** Closed trades put together by what they have in common, each group with the figures of trades. */
import type { ClosedTrade } from '../fact.ts'
import { dayOf } from './daily.ts'
import { type Period, periodStart } from './periods.ts'
import { type TradeMetrics, tradeMetrics } from './trades.ts'

export const GROUPINGS = ['asset', 'direction', 'strategy', 'exit_reason', 'day', 'week', 'month'] as const
export type Grouping = (typeof GROUPINGS)[number]

export type TradeGroup = { key: string; metrics: TradeMetrics }

/** Of a trade whose opening decision is not known: it was found at the venue, or its decision is no longer kept. */
const NO_STRATEGY = 'unknown'

const dateOf = (period: Period, exitAt: number): string =>
  new Date(periodStart(period, dayOf(exitAt))).toISOString().slice(0, 10)

const keyOf = (
  grouping: Grouping,
  trade: ClosedTrade,
  strategyOf: (decisionId: string) => string | undefined,
): string => {
  switch (grouping) {
    case 'asset':
      return trade.symbol
    case 'direction':
      return trade.side
    case 'strategy':
      return (trade.decisionId === null ? undefined : strategyOf(trade.decisionId)) ?? NO_STRATEGY
    case 'exit_reason':
      return trade.exitReason
    default:
      return dateOf(grouping, trade.exitAt)
  }
}

/**
 * Groups in the order of their keys. Days, ISO weeks and months are those of the exit in UTC, by the date they begin with.
 * `strategyOf` knows who made a decision; only asked where grouped by strategy.
 */
export const tradeGroups = (
  trades: readonly ClosedTrade[],
  grouping: Grouping,
  strategyOf: (decisionId: string) => string | undefined = () => undefined,
): TradeGroup[] => {
  const groups = new Map<string, ClosedTrade[]>()
  for (const trade of trades) {
    const key = keyOf(grouping, trade, strategyOf)
    const own = groups.get(key)
    if (own === undefined) groups.set(key, [trade])
    else own.push(trade)
  }
  return [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, own]) => ({ key, metrics: tradeMetrics(own) }))
}
