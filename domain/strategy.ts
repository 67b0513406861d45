/** What a strategy sees and what it may answer. Rules decide what becomes of the answer. */
import type { Candle } from './candle.ts'
import type { ExitCondition } from './exit-plan/condition.ts'
import type { IndicatorSpec } from './indicators/spec.ts'
import type { Interval } from './interval.ts'
import type { ManualOrder } from './manual-order.ts'
import type { Direction } from './order.ts'
import type { Money, Price } from './units.ts'

/** Where a stop or target stands: a price, or a distance from the price the entry fills at. */
export type Level = { price: Price } | { ratio: number }

export type Proposal = {
  symbol: string
  action: 'buy' | 'sell' | 'close' | 'hold'
  /** Notional wanted, in quote currency; `null`: as much as the rules allow. */
  allocation: Money | null
  /** Share of the size the rules allow that the strategy wants to use, (0, 1]; 1 means all of it. */
  sizeFactor: number
  leverage: number | null
  stop: Level | null
  target: Level | null
  /** Share of the position to close, (0, 1]; `null` means all of it. */
  closeFraction: number | null
  /** 0 to 100; `null` when the strategy has no such measure. */
  confidence: number | null
  /** −1 to 1; `null` when the strategy has no such measure. */
  score: number | null
  /** What the strategy expects to earn, in percent of the notional, net; left out or `null`: it does not say. */
  predictedRoiPct?: number | null
  /** For people. */
  exitPlan: string
  /** The part of the exit plan that the position enforces between decisions; left out: none. */
  conditions?: readonly ExitCondition[]
  rationale: string
  /** What looks wrong in it without being against a rule, for people. */
  warnings?: readonly string[]
  /** Why nobody decided: the strategy could not be asked. Left out: it was, and this is what it wants. */
  withheld?: Withheld
  /** What a person asked for by hand. Left out: a strategy or a model proposes. */
  manual?: ManualOrder
}

/** A reason by its code, with the line that was met and the value that met it where there are such. */
export type Withheld = { code: string; limit: string | null; actual: string | null }

export type PositionView = {
  direction: Direction
  quantity: number
  entryPrice: number
  stopPrice: number | null
  targetPrice: number | null
  openedAt: number
}

export type AccountView = { equity: number; positionsOpen: number }

/** One line of an indicator, found once and read on every candle. */
export interface LineView {
  /** Value `back` candles ago; `null` while warming up. */
  at(back: number): number | null
}

/** Closed candles of one symbol and the indicators folded from them. Nothing in it is newer than `at`. */
export interface MarketView {
  /** Latest value of an indicator line, `back` candles ago; `null` while warming up. */
  value(spec: IndicatorSpec, line?: string, back?: number): number | null
  /** The line itself, for those who ask on every candle. */
  line(spec: IndicatorSpec, line?: string): LineView
  /** Last `count` values of a line, oldest first. */
  series(spec: IndicatorSpec, count: number, line?: string): (number | null)[]
  /** Why a value is `null`; `null` when there is one. */
  missing(spec: IndicatorSpec): 'insufficient_history' | null
  /** Last `count` closed candles of the decision interval or a longer one, oldest first. */
  candles(count: number, interval?: Interval): Candle[]
}

export type StrategyView = {
  /** Close of the candle that asks for a decision. */
  at: number
  symbol: string
  interval: Interval
  candle: Candle
  market: MarketView
  position: PositionView | null
  account: AccountView
}

/** A strategy by rules: pure, so that the same view always gives the same proposal. */
export interface Strategy {
  readonly name: string
  /** Indicators it reads; folded once per venue, symbol and timeframe, however many accounts ask. */
  indicators(interval: Interval): IndicatorSpec[]
  propose(view: StrategyView): Proposal
  /**
   * What it read in a view that it holds on, in words; `null` while it is warming up. Asked only for holds that are written
   * down, since words cost more than numbers.
   */
  explain?(view: StrategyView): string | null
}

/** Asks for nothing and says nothing: what is laid over it is all that a proposal wants. */
export const nothing = (symbol: string): Proposal => ({
  symbol,
  action: 'hold',
  allocation: null,
  sizeFactor: 1,
  leverage: null,
  stop: null,
  target: null,
  closeFraction: null,
  confidence: null,
  score: null,
  exitPlan: '',
  rationale: '',
})

/** The answer of every strategy that wants nothing. */
export const hold = (symbol: string, rationale: string, score: number | null = null): Proposal => ({
  ...nothing(symbol),
  confidence: score === null ? null : 50 + 50 * Math.abs(score),
  score,
  rationale,
})
