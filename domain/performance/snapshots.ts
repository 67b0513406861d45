/**
 * How an account stood at the end of each day, ISO week or calendar month (UTC), computed from its equity and trades when
 * it is asked for, so that a snapshot can never disagree with what it is made of.
 *
 * A period ends at 00:00 with that instant in it, for equity as for trades. There is a row for each period that has an
 * equity snapshot in it.
 */
import type { ClosedTrade } from '../fact.ts'
import { DAY_MS } from '../interval.ts'
import { dec } from '../units.ts'
import { chain, type DailyReturn, dailyReturns, dayOf } from './daily.ts'
import { DrawdownFold } from './drawdown.ts'
import type { PerformanceInput } from './performance.ts'
import { type Period, periodEnd, periodStart } from './periods.ts'
import { plain, plainOrNull } from './plain.ts'
import { addTrade, NO_TRADES, runningMetrics } from './running.ts'
import { RunningRatios } from './running-ratios.ts'

export type SnapshotInput = PerformanceInput & {
  /** When the account began; `null`: nobody knows, its first equity snapshot is taken for it. */
  beganAt: number | null
  /** Epoch ms. */
  now: number
}

/** One period by its borders. */
export type PeriodSpan = {
  period: Period
  /** 00:00 UTC of its first day. */
  startAt: number
  /** 00:00 UTC after its last day. */
  endAt: number
  /** Not all of it counts: the account began after its start, or it has not ended yet. */
  partial: boolean
}

export type Snapshot = PeriodSpan & {
  /** Time and value of the last equity in it. */
  markedAt: number
  equity: string
  /** Of this period alone. */
  returnPercent: string | null
  trades: number
  netPnl: string
  /** Since the account began, as of the end of the period. */
  toDate: {
    totalReturnPercent: string | null
    sharpe: string | null
    sortino: string | null
    winRatePercent: string | null
    maxDrawdownPercent: string | null
    trades: number
  }
}

/** Periods with equity in them, oldest first. */
export const periodSpans = (input: Omit<SnapshotInput, 'settings'>, period: Period): PeriodSpan[] => {
  const { equity, now } = input
  const beganAt = input.beganAt ?? equity[0]?.at ?? 0
  const spans: PeriodSpan[] = []
  for (const { at } of equity) {
    const last = spans.at(-1)
    if (last !== undefined && at <= last.endAt) continue
    // A mark at the very beginning would be the end of a period in which the account did not exist.
    if (at <= beganAt && at === periodEnd('day', dayOf(at))) continue
    const startAt = periodStart(period, dayOf(at))
    const endAt = periodEnd(period, startAt)
    spans.push({ period, startAt, endAt, partial: startAt < beganAt || endAt > now })
  }
  return spans
}

/** The part of a list, in order of time, that is at or before a moment that only moves on. */
const taker = <Item>(items: readonly Item[], atOf: (item: Item) => number) => {
  let next = 0
  return (until: number): readonly Item[] => {
    const first = next
    while (next < items.length && atOf(items[next] as Item) <= until) next += 1
    return items.slice(first, next)
  }
}

/** Returns day by day: their product since the beginning, and their ratios. */
class Returns {
  readonly ratios: RunningRatios
  #product = dec(1)
  #isKnown = false

  constructor(settings: PerformanceInput['settings']) {
    this.ratios = new RunningRatios(settings)
  }

  add({ return: value }: DailyReturn): void {
    if (value === null) return
    this.#isKnown = true
    this.#product = this.#product.times(value.plus(1))
    this.ratios.add(value)
  }

  total(): string | null {
    return plainOrNull(this.#isKnown ? this.#product.minus(1).times(100) : null)
  }
}

const percentOf = (days: readonly DailyReturn[]): string | null =>
  plainOrNull(days.some(day => day.return !== null) ? chain(days).times(100) : null)

/** Of these spans of `periodSpans`, oldest first: all of them in one pass over the account's life. */
export const snapshotsOf = (input: SnapshotInput, spans: readonly PeriodSpan[]): Snapshot[] => {
  const { equity, flows, trades, settings, opening = null } = input
  const first = equity[0]
  if (first === undefined) return []
  const days = taker(dailyReturns(equity, flows, opening), day => day.dayAt + DAY_MS)
  const returns = new Returns(settings)
  const fall = new DrawdownFold(first.at, flows, opening)
  const marks = taker(equity, point => point.at)
  const closed = taker(
    trades.toSorted((one, other) => one.exitAt - other.exitAt),
    trade => trade.exitAt,
  )
  let sum = NO_TRADES
  let last = first
  return spans.map(span => {
    for (const point of marks(span.endAt)) {
      fall.step(point)
      last = point
    }
    const exits = closed(span.endAt)
    const own = exits.filter(trade => trade.exitAt > span.startAt)
    sum = exits.reduce(addTrade, sum)
    const added = days(span.endAt)
    for (const day of added) returns.add(day)
    const traded = runningMetrics(sum)
    return {
      ...span,
      markedAt: last.at,
      equity: plain(dec(last.equity)),
      returnPercent: percentOf(added.filter(day => day.dayAt >= span.startAt)),
      trades: own.length,
      netPnl: netOf(own),
      toDate: {
        totalReturnPercent: returns.total(),
        sharpe: plainOrNull(returns.ratios.sharpe()),
        sortino: plainOrNull(returns.ratios.sortino()),
        winRatePercent: traded.winRatePercent,
        maxDrawdownPercent: plain(fall.worst.ratio.times(100)),
        trades: traded.trades,
      },
    }
  })
}

const netOf = (trades: readonly ClosedTrade[]): string =>
  plain(trades.reduce((sum, trade) => sum.plus(trade.pnl), dec(0)))
