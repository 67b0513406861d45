/** Closed trades that have something in common, and what they came to. */
import { z } from '@hono/zod-openapi'
import type { TradeGroup as Row } from '../../domain/performance/groups.ts'
import { amount, count, number, text } from './shape.ts'

export const TradeGroup = z
  .strictObject({
    key: text('What they have in common; of a day, week or month the date it begins with.'),
    trades: count('Closed trades.'),
    trades_won: count('Closed trades with a net profit.'),
    trades_lost: count('Closed trades with a net loss.'),
    win_rate_percent: number('Closed trades with a net profit, of all of them.').nullable(),
    net_pnl: amount('Profit after fees and funding, in quote currency.'),
    gross_profit: amount('Sum of the profits.'),
    gross_loss: amount('Sum of the losses, positive.'),
    profit_factor: number('Gross profit ÷ gross loss.').nullable(),
    expectancy: amount('Net profit per trade.').nullable(),
    expectancy_r: number('Mean R-multiple of the trades that had a stop.').nullable(),
    win_loss_ratio: number('Average win ÷ average loss.').nullable(),
    fees: amount('Fees paid.'),
    funding: amount('Funding paid; negative when received.'),
  })
  .openapi('TradeGroup')
export type TradeGroup = z.infer<typeof TradeGroup>

const numberOrNull = (value: string | null): number | null => (value === null ? null : Number(value))

export const presentTradeGroup = ({ key, metrics }: Row): TradeGroup => ({
  key,
  trades: metrics.trades,
  trades_won: metrics.wins,
  trades_lost: metrics.losses,
  win_rate_percent: numberOrNull(metrics.winRatePercent),
  net_pnl: metrics.netPnl,
  gross_profit: metrics.grossProfit,
  gross_loss: metrics.grossLoss,
  profit_factor: numberOrNull(metrics.profitFactor),
  expectancy: metrics.expectancy,
  expectancy_r: numberOrNull(metrics.expectancyR),
  win_loss_ratio: numberOrNull(metrics.winLossRatio),
  fees: metrics.fees,
  funding: metrics.funding,
})
