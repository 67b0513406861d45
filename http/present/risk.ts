/** The limits of an account and how far it is from them. */
import { z } from '@hono/zod-openapi'
import type { AccountSummary, PositionSummary } from '../../actors/engine-view.ts'
import type { AccountSettings } from '../../domain/settings.ts'
import { Decimal, type DecimalInput, dec } from '../../domain/units.ts'
import { amount, choice, text } from './shape.ts'

const Line = z
  .strictObject({
    name: text('Name of the limit.'),
    unit: choice(['percent', 'count', 'times'], 'Unit of both numbers.'),
    value: amount(
      'Where the account stands; of a limit per position, the largest that is open. `null` when the limit is per order.',
    ).nullable(),
    limit: amount('The line; `null` when it is switched off.').nullable(),
  })
  .openapi('RiskLimit')

export const Risk = z
  .strictObject({
    account_id: text('Account.'),
    status: text('`active`, `paused`, `halted`, `degraded` or `stopped`.'),
    limits: z.array(Line),
  })
  .openapi('Risk')

type Line = z.infer<typeof Line>
export type Risk = z.infer<typeof Risk>

const percent = (share: number | null): string | null =>
  share === null ? null : dec(share).times(100).toFixed()
const plain = (value: DecimalInput | null): string | null => (value === null ? null : dec(value).toFixed())

/** Largest of open positions; 0 without any. */
const largest = (values: Decimal[]): string =>
  Decimal.max(0, ...values)
    .toDecimalPlaces(4)
    .toFixed()

/** As its limits measure a position: by its notional or margin, and by what its stop would cost, in percent of equity. */
const sizesOf = (
  { equity }: AccountSummary,
  { risk }: AccountSettings,
  positions: readonly PositionSummary[],
) => {
  if (dec(equity).lte(0)) return { size: null, lossAtStop: null }
  const share = (value: Decimal): Decimal => value.div(equity).times(100)
  const sizes = positions.map(({ quantity, markPrice, leverage }) =>
    share(
      dec(quantity)
        .times(markPrice)
        .div(risk.positionBasis === 'margin' ? leverage : 1),
    ),
  )
  const losses = positions.map(({ direction, quantity, entryPrice, stopPrice }) => {
    const way = dec(entryPrice).minus(stopPrice ?? 0)
    const perUnit = stopPrice === null ? dec(entryPrice) : direction === 'long' ? way : way.neg()
    return share(perUnit.times(quantity))
  })
  return { size: largest(sizes), lossAtStop: largest(losses) }
}

/** `positions`: those of the account that are open. */
export const presentRisk = (
  account: AccountSummary,
  settings: AccountSettings,
  positions: readonly PositionSummary[],
): Risk => {
  const { risk } = settings
  const { size, lossAtStop } = sizesOf(account, settings, positions)
  const line = (name: string, unit: Line['unit'], value: string | null, limit: string | null): Line => ({
    name,
    unit,
    value,
    limit,
  })
  return {
    account_id: account.id,
    status: account.status,
    limits: [
      line('heat', 'percent', account.heatPercent, percent(risk.heatRatioMax)),
      line('drawdown_warn', 'percent', account.drawdownPercent, percent(risk.drawdownWarnRatio)),
      line('drawdown', 'percent', account.drawdownPercent, percent(risk.drawdownTripRatio)),
      line('positions_open', 'count', plain(account.positionsOpen), plain(risk.positionsMax)),
      line('trades_per_day', 'count', plain(account.tradesToday), plain(risk.tradesPerDayMax)),
      line('daily_loss', 'percent', account.dayLossPercent, percent(risk.dailyLossRatioMax)),
      line('risk_per_trade', 'percent', lossAtStop, percent(risk.riskPerTradeRatioMax)),
      line('position_size', 'percent', size, percent(risk.positionRatioMax)),
      line('leverage', 'times', largest(positions.map(each => dec(each.leverage))), plain(risk.leverageMax)),
      line('slippage', 'percent', null, percent(risk.slippageRatioMax)),
    ],
  }
}

export const riskExample: Risk = {
  account_id: 'default',
  status: 'active',
  limits: [
    { name: 'heat', unit: 'percent', value: '1.94', limit: '6' },
    { name: 'positions_open', unit: 'count', value: '1', limit: '3' },
    { name: 'daily_loss', unit: 'percent', value: '0.35', limit: '5' },
  ],
}
