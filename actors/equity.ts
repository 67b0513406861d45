/** Equity snapshots: an account's money at the marks of a moment, as a fact of the journal. */
import { walletBalance } from '../domain/ledger.ts'
import { FLAT } from '../domain/position.ts'
import { isExposed, type PositionSummary } from '../domain/position-state.ts'
import { openRisk } from '../domain/risk/exposure.ts'
import { type Money, price, subtractMoney, ZERO_MONEY } from '../domain/units.ts'
import type { AccountContext } from '../machines/account/context.ts'
import { equityBy } from '../machines/account/update.ts'
import type { Desk } from './desk.ts'
import type { Market } from './market.ts'

export type EquityReading = {
  equity: Money
  balance: Money
  unrealised: Money
  /** Below the peak, as a ratio. */
  drawdown: string
  /** Loss at every stop, as a ratio of equity. */
  heat: string
  positions: number
}

/** A share of money as text of six places. Nothing is decided by it, so a plain number is exact enough. */
const shareText = (part: number, whole: number): string =>
  (whole > 0 ? Math.max(0, part / whole) : 0).toFixed(6)

/** Above the peak (the breakers have not heard of it yet) there is no drawdown. */
const drawdownOf = (context: AccountContext, equity: Money): string => {
  const peak = Number(context.breakers.peakEquity)
  return shareText(peak - Number(equity), peak)
}

/** Summaries are replaced when a position changes, so the loss at its stops is added up once until then. */
const risks = new WeakMap<AccountContext['positions'], number>()

const riskOf = (positions: AccountContext['positions'], exposed: readonly PositionSummary[]): number => {
  const known = risks.get(positions)
  if (known !== undefined) return known
  const risk = openRisk(
    exposed.map(each => ({
      book: { ...FLAT, direction: each.direction, quantity: each.quantity, entryPrice: each.entryPrice },
      stopPrice: each.stopPrice,
    })),
  )
  risks.set(positions, Number(risk))
  return Number(risk)
}

/** Flat, nothing depends on the market: an account at rest costs next to nothing to read. */
const readFlat = (context: AccountContext): EquityReading => {
  const balance = walletBalance(context.ledger)
  const drawdown = drawdownOf(context, balance)
  return { equity: balance, balance, unrealised: ZERO_MONEY, drawdown, heat: '0.000000', positions: 0 }
}

export const readEquity = (context: AccountContext, market: Market): EquityReading => {
  const summaries = Object.values(context.positions)
  if (!summaries.some(each => each.direction !== null || isExposed(each))) return readFlat(context)
  const equity = equityBy(context, symbol => {
    const mark = market.priceOf(symbol)
    return mark === null ? null : price(mark)
  })
  const balance = walletBalance(context.ledger)
  const exposed = summaries.filter(isExposed)
  return {
    equity,
    balance,
    unrealised: subtractMoney(equity, balance),
    drawdown: drawdownOf(context, equity),
    heat: shareText(riskOf(context.positions, exposed), Number(equity)),
    positions: exposed.length,
  }
}

export const recordEquity = (desk: Desk, market: Market, accountId: string, at: number): void => {
  const { context } = desk.actor(accountId).getSnapshot()
  desk.world.journal.record(accountId, at, { type: 'equity.marked', ...readEquity(context, market) })
}
