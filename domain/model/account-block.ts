/** What a model is told of its account: money, positions with their exit plans, and orders that work at the venue. */
import { conditionText, type ExitCondition } from '../exit-plan/condition.ts'
import type { Direction, VenueOrder } from '../order.ts'
import { lossRatio } from '../risk/loss-limits.ts'
import type { RiskLimits } from '../settings.ts'
import { dec, type Money, type Price, type Quantity, subtractMoney } from '../units.ts'
import { amount, bounded, figure, type Plain } from './context-json.ts'

export type AccountStanding = {
  id: string
  equity: Money
  /** deposits + realised − fees − funding. */
  balance: Money
  marginFree: Money
  /** Paid in less paid out. */
  deposits: Money
  /** Equity at 00:00 UTC, or at the first mark of the day. */
  dayStartEquity: Money
  peakEquity: Money
  tradesToday: number
  /** Why entries are refused whatever is answered; `null` while they are not. */
  entriesStopped: string | null
  leverage: Pick<RiskLimits, 'leverageMin' | 'leverageDefault' | 'leverageMax'>
}

export type HeldPosition = {
  symbol: string
  state: string
  direction: Direction
  quantity: Quantity
  entryPrice: Price
  /** `null`: no mark is known, and so no open result. */
  markPrice: Price | null
  leverage: number
  stopPrice: Price | null
  targetPrice: Price | null
  /** First confirmed stop, what R is measured with; `null`: none was. */
  firstStop: Price | null
  openedAt: number | null
  /** In the words of whoever opened it. */
  exitPlan: string
  conditions: readonly ExitCondition[]
  /** How often in a row the other side was wanted, and counted. */
  reversalCount: number
}

export type WorkingOrder = Pick<
  VenueOrder,
  | 'clientOrderId'
  | 'symbol'
  | 'side'
  | 'type'
  | 'quantity'
  | 'filledQuantity'
  | 'price'
  | 'triggerPrice'
  | 'reduceOnly'
>

type Fields = { readonly [key: string]: Plain }

const EXIT_PLAN_MAX = 500
const NAME_MAX = 64

const percent = (share: ReturnType<typeof dec>): number | null =>
  figure(share.times(100).toDecimalPlaces(2).toNumber())

export const accountFields = (account: AccountStanding): Fields => {
  const { equity, deposits, leverage } = account
  const gain = dec(deposits).gt(0) ? dec(equity).minus(deposits).div(deposits) : null
  const loss = lossRatio(account.dayStartEquity, equity)
  const fall = lossRatio(account.peakEquity, equity)
  return {
    id: bounded(account.id, NAME_MAX),
    equity_usd: amount(equity),
    balance_usd: amount(account.balance),
    unrealised_usd: amount(subtractMoney(equity, account.balance)),
    margin_free_usd: amount(account.marginFree),
    leverage: {
      min: leverage.leverageMin,
      default: leverage.leverageDefault,
      max: leverage.leverageMax,
    },
    total_return_pct: gain === null ? null : percent(gain),
    daily_loss_pct: percent(loss.lt(0) ? dec(0) : loss),
    drawdown_pct: percent(fall.lt(0) ? dec(0) : fall),
    trades_today: account.tradesToday,
    entries_stopped: account.entriesStopped === null ? null : bounded(account.entriesStopped, 100),
  }
}

/** Open result in quote currency, before fees. */
const openResult = (held: HeldPosition): ReturnType<typeof dec> | null => {
  if (held.markPrice === null) return null
  const move = dec(held.markPrice).minus(held.entryPrice).times(held.quantity)
  return held.direction === 'long' ? move : move.neg()
}

/** Open result ÷ (distance from the entry to the first stop × quantity). */
const openMultiple = (held: HeldPosition): number | null => {
  const result = openResult(held)
  if (result === null || held.firstStop === null) return null
  const risk = dec(held.entryPrice).minus(held.firstStop).abs().times(held.quantity)
  return risk.isZero() ? null : figure(result.div(risk).toDecimalPlaces(2).toNumber())
}

export const positionFields = (held: HeldPosition, at: number): Fields => ({
  asset: held.symbol,
  side: held.direction,
  state: held.state,
  quantity: figure(held.quantity),
  entry_price: figure(held.entryPrice),
  mark_price: figure(held.markPrice),
  notional_usd: amount(held.markPrice === null ? null : dec(held.quantity).times(held.markPrice).toFixed()),
  unrealised_usd: amount(openResult(held)?.toFixed() ?? null),
  open_r: openMultiple(held),
  leverage: held.leverage,
  stop_price: figure(held.stopPrice),
  target_price: figure(held.targetPrice),
  age_minutes: held.openedAt === null ? null : Math.max(0, Math.floor((at - held.openedAt) / 60_000)),
  exit_plan: bounded(held.exitPlan, EXIT_PLAN_MAX),
  exit_conditions: held.conditions.map(conditionText),
  reversal_count: held.reversalCount,
})

export const orderFields = (order: WorkingOrder): Fields => ({
  asset: order.symbol,
  side: order.side,
  type: order.type,
  quantity: figure(order.quantity),
  filled: figure(order.filledQuantity),
  price: figure(order.price),
  trigger_price: figure(order.triggerPrice),
  reduce_only: order.reduceOnly,
})
