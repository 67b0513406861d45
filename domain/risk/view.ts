/** The facts an entry is judged with, as plain JSON: the record of a decision can be computed again from them. */
import type { Instrument } from '../instrument.ts'
import type { Interval } from '../interval.ts'
import type { RiskLimits } from '../settings.ts'
import type { Money, Price } from '../units.ts'

export type RiskView = {
  at: number
  instrument: Instrument
  limits: RiskLimits
  /** Tradable assets of the account, canonical names. */
  assets: string[]
  /** Decision interval: the one `atr` is measured on. */
  interval: Interval
  /** Mark price and the time it is of; `null` when unknown. */
  mark: { price: Price; at: number } | null
  /** ATR14 of the decision interval in quote currency; `null` while warming up. */
  atr: number | null
  /** Rate per 8 hours, positive when longs pay; `null` when unknown. */
  fundingRate: number | null
  equity: Money
  /** What the venue calls free, before our orders in flight. */
  marginFree: Money
  /** Held for orders in flight, which the venue's numbers do not contain yet. */
  reserved: { margin: Money; risk: Money; positions: number }
  /** Sum of the losses at the stops of open positions. */
  openRisk: Money
  positionsOpen: number
  tradesToday: number
  /** Equity the loss of the current UTC day is measured from. */
  dayStartEquity: Money
  peakEquity: Money
  /** Latched: stays set until the next UTC day, however equity moves. */
  dailyLossTripped: boolean
  /** Latched: stays set until drawdown is back below the re-arm line. */
  drawdownTripped: boolean
  /** Epoch ms until which this symbol takes no entry; `null`: no cooldown. */
  cooldownUntil: number | null
  /** This symbol has a position, or an entry in flight. */
  positionOpen: boolean
  /** Why the account takes no entries (paused, halted, degraded); `null` while it does. */
  entriesStopped: string | null
  /** Percent; `null`: confidence is not asked for. */
  confidenceMin: number | null
  /** Share of the allowed size that may be used, (0, 1]; 1 changes nothing. */
  sizeFactor: number
  /** Fee of a market order as a share of notional; room for it is left at entry and at exit. */
  takerFeeRatio: number
}
