/** What closed trades came to: win rate, profit factor, expectancy, in total and per asset. */
import type { ClosedTrade } from '../fact.ts'
import { type Decimal, dec } from '../units.ts'
import { plain, plainOrNull } from './plain.ts'

/** Amounts in quote currency and shares as decimal strings; `null` where there is no data to say it. */
export type TradeMetrics = {
  trades: number
  /** Net result above zero, after fees and funding. */
  wins: number
  losses: number
  /** Exactly zero: neither won nor lost. */
  breakEven: number
  /** wins ÷ all trades × 100. */
  winRatePercent: string | null
  netPnl: string
  grossProfit: string
  /** Positive. */
  grossLoss: string
  /** Gross profit ÷ gross loss; `null` without a loss. */
  profitFactor: string | null
  /** Net result per trade. */
  expectancy: string | null
  /** Mean of the R-multiples of trades that had a stop. */
  expectancyR: string | null
  /** Mean win ÷ mean loss. */
  winLossRatio: string | null
  fees: string
  /** Positive when paid. */
  funding: string
}

const total = (values: readonly (string | Decimal)[]): Decimal =>
  values.reduce<Decimal>((sum, value) => sum.plus(value), dec(0))

export const tradeMetrics = (trades: readonly ClosedTrade[]): TradeMetrics => {
  const results = trades.map(trade => dec(trade.pnl))
  const won = results.filter(result => result.gt(0))
  const lost = results.filter(result => result.lt(0))
  const grossProfit = total(won)
  const grossLoss = total(lost).abs()
  const net = total(results)
  const multiples = trades.map(trade => trade.rMultiple).filter(value => value !== null)
  const both = won.length > 0 && lost.length > 0
  return {
    trades: trades.length,
    wins: won.length,
    losses: lost.length,
    breakEven: trades.length - won.length - lost.length,
    winRatePercent: plainOrNull(trades.length === 0 ? null : dec(won.length).div(trades.length).times(100)),
    netPnl: plain(net),
    grossProfit: plain(grossProfit),
    grossLoss: plain(grossLoss),
    profitFactor: plainOrNull(grossLoss.isZero() ? null : grossProfit.div(grossLoss)),
    expectancy: plainOrNull(trades.length === 0 ? null : net.div(trades.length)),
    expectancyR: plainOrNull(multiples.length === 0 ? null : total(multiples).div(multiples.length)),
    winLossRatio: plainOrNull(both ? grossProfit.div(won.length).div(grossLoss.div(lost.length)) : null),
    fees: plain(total(trades.map(trade => trade.fees))),
    funding: plain(total(trades.map(trade => trade.funding))),
  }
}

/** The same per asset, assets in alphabetical order. */
export const tradeMetricsByAsset = (trades: readonly ClosedTrade[]): Record<string, TradeMetrics> => {
  const bySymbol = new Map<string, ClosedTrade[]>()
  for (const trade of trades) {
    const own = bySymbol.get(trade.symbol)
    if (own === undefined) bySymbol.set(trade.symbol, [trade])
    else own.push(trade)
  }
  const symbols = [...bySymbol.keys()].sort((a, b) => (a < b ? -1 : 1))
  return Object.fromEntries(symbols.map(symbol => [symbol, tradeMetrics(bySymbol.get(symbol) ?? [])]))
}
