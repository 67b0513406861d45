/** What closed trades came to so far, folded trade by trade: the figures of trades.ts without keeping the trades. */
import type { ClosedTrade } from '../fact.ts'
import { dec, type Money, money, ZERO_MONEY } from '../units.ts'
import { plain, plainOrNull } from './plain.ts'
import type { TradeMetrics } from './trades.ts'

export type RunningTrades = {
  readonly trades: number
  readonly wins: number
  readonly grossProfit: Money
  /** Positive. */
  readonly grossLoss: Money
  /** Sum of the R-multiples of trades that had a stop, and their number. */
  readonly multiples: string
  readonly measured: number
}

export const NO_TRADES: RunningTrades = {
  trades: 0,
  wins: 0,
  grossProfit: ZERO_MONEY,
  grossLoss: ZERO_MONEY,
  multiples: '0',
  measured: 0,
}

export const addTrade = (
  sum: RunningTrades,
  { pnl, rMultiple }: Pick<ClosedTrade, 'pnl' | 'rMultiple'>,
): RunningTrades => {
  const result = dec(pnl)
  return {
    trades: sum.trades + 1,
    wins: sum.wins + (result.gt(0) ? 1 : 0),
    grossProfit: result.gt(0) ? money(result.plus(sum.grossProfit)) : sum.grossProfit,
    grossLoss: result.lt(0) ? money(result.abs().plus(sum.grossLoss)) : sum.grossLoss,
    multiples: rMultiple === null ? sum.multiples : dec(sum.multiples).plus(rMultiple).toFixed(),
    measured: sum.measured + (rMultiple === null ? 0 : 1),
  }
}

/** The same strings as `tradeMetrics` of all the trades. */
export const runningMetrics = (
  sum: RunningTrades,
): Pick<TradeMetrics, 'trades' | 'winRatePercent' | 'netPnl' | 'profitFactor' | 'expectancyR'> => ({
  trades: sum.trades,
  winRatePercent: plainOrNull(sum.trades === 0 ? null : dec(sum.wins).div(sum.trades).times(100)),
  netPnl: plain(dec(sum.grossProfit).minus(sum.grossLoss)),
  profitFactor: plainOrNull(dec(sum.grossLoss).isZero() ? null : dec(sum.grossProfit).div(sum.grossLoss)),
  expectancyR: plainOrNull(sum.measured === 0 ? null : dec(sum.multiples).div(sum.measured)),
})
