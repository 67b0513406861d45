/**
 * Exit plans a machine can read: what ends a position between decisions, or moves its stop toward profit.
 *
 * Every condition is looked at when a candle of the feed closes, and at no other time, so that a backtest and a running
 * engine see the same. R is the distance from the entry to the first stop.
 */
import type { Interval } from '../interval.ts'
import type { Price } from '../units.ts'

/** A fixed price, or the EMA of this length on the candles of the condition. */
export type ConditionLevel = { price: Price } | { ema: number }

/** Distance from the best price since the entry: a share of it, multiples of ATR14 of the decision interval, or of R. */
export type TrailingDistance = { ratio: number } | { atr: number } | { r: number }

export type ExitCondition =
  /** Closes when a candle of this timeframe closes on this side of the level. */
  | { kind: 'candle_close_beyond'; timeframe: Interval; level: ConditionLevel; side: 'above' | 'below' }
  /** Closes a position this long after its first fill. */
  | { kind: 'time_stop'; afterMs: number }
  /** Closes when funding against the side is above this rate per 8 hours. */
  | { kind: 'adverse_funding'; rateMax: number }
  /** Closes when the open result at a close is below this many R; below zero, such as −0.5. */
  | { kind: 'unrealised_below_r'; r: number }
  /** Moves the stop to the entry plus `offsetR` once the best price was `afterR` away. */
  | { kind: 'break_even'; afterR: number; offsetR: number }
  /** Keeps the stop at a distance from the best price, once that was `activateAfterR` away. */
  | { kind: 'trailing'; distance: TrailingDistance; activateAfterR: number }

export type ExitConditionKind = ExitCondition['kind']
/** A condition that moves the stop instead of closing. */
export type StopCondition = Extract<ExitCondition, { kind: 'break_even' | 'trailing' }>

export const movesStop = (condition: ExitCondition): condition is StopCondition =>
  condition.kind === 'break_even' || condition.kind === 'trailing'

const distanceText = (distance: TrailingDistance): string => {
  if ('ratio' in distance) return `${distance.ratio * 100} %`
  return 'atr' in distance ? `${distance.atr} ATR14` : `${distance.r} R`
}

/** One line for people. */
export const conditionText = (condition: ExitCondition): string => {
  switch (condition.kind) {
    case 'candle_close_beyond': {
      const { timeframe, level, side } = condition
      const at = 'price' in level ? level.price : `EMA ${level.ema}`
      return `close when ${timeframe} closes ${side} ${at}`
    }
    case 'time_stop':
      return `close after ${condition.afterMs / 60_000} min`
    case 'adverse_funding':
      return `close when funding against the side is above ${condition.rateMax * 100} % per 8 h`
    case 'unrealised_below_r':
      return `close when the open result is below ${condition.r} R`
    case 'break_even':
      return `stop to entry ${condition.offsetR < 0 ? '−' : '+'} ${Math.abs(condition.offsetR)} R after ${condition.afterR} R`
    case 'trailing':
      return `stop trails by ${distanceText(condition.distance)} after ${condition.activateAfterR} R`
  }
}
