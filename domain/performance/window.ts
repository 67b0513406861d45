/** A stretch of an account's life, measured as if it were all of it. */
import type { Money } from '../units.ts'
import type { PerformanceInput } from './performance.ts'

/** Epoch ms. After `from`, up to and with `to`: a day that ends at 00:00 has the snapshot of 00:00 in it. */
export type Window = { from?: number | undefined; to?: number | undefined }

/**
 * The snapshots, flows and closed trades of the window. It begins with the last equity known at `from`, or with that of the
 * whole where there is none.
 */
export const within = (whole: PerformanceInput, { from, to }: Window): PerformanceInput => {
  const isIn = (at: number): boolean => (from === undefined || at > from) && (to === undefined || at <= to)
  const before = from === undefined ? undefined : whole.equity.findLast(point => point.at <= from)
  const since = before?.at ?? Number.NEGATIVE_INFINITY
  return {
    ...whole,
    equity: whole.equity.filter(point => isIn(point.at)),
    // What was paid in between that equity and the window is in none of its snapshots before the first.
    flows: whole.flows.filter(flow => flow.at > since && (to === undefined || flow.at <= to)),
    trades: whole.trades.filter(trade => isIn(trade.exitAt)),
    opening: (before?.equity as Money | undefined) ?? whole.opening ?? null,
  }
}
