/** Equity snapshots: an account's money at the marks of a moment, as a fact of the journal. */
import { walletBalance } from '../domain/ledger.ts'
import { FLAT } from '../domain/position.ts'
import { isExposed } from '../domain/position-state.ts'
import { heatRatio, openRisk } from '../domain/risk/exposure.ts'
import { lossRatio } from '../domain/risk/loss-limits.ts'
import { type Money, price, subtractMoney } from '../domain/units.ts'
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

export const readEquity = (context: AccountContext, market: Market): EquityReading => {
  const equity = equityBy(context, symbol => {
    const mark = market.mark(symbol)
    return mark === null ? null : price(mark.price)
  })
  const balance = walletBalance(context.ledger)
  const exposed = Object.values(context.positions).filter(isExposed)
  const risk = openRisk(
    exposed.map(each => ({
      book: { ...FLAT, direction: each.direction, quantity: each.quantity, entryPrice: each.entryPrice },
      stopPrice: each.stopPrice,
    })),
  )
  const fall = lossRatio(context.breakers.peakEquity, equity)
  return {
    equity,
    balance,
    unrealised: subtractMoney(equity, balance),
    drawdown: (fall.isNeg() ? fall.times(0) : fall).toFixed(6),
    heat: Number(heatRatio(risk, equity) ?? 0).toFixed(6),
    positions: exposed.length,
  }
}

export const recordEquity = (desk: Desk, market: Market, accountId: string, at: number): void => {
  const { context } = desk.actor(accountId).getSnapshot()
  desk.world.journal.record(accountId, at, { type: 'equity.marked', ...readEquity(context, market) })
}
