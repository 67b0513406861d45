/** Whether a condition can be meant by an entry in this direction: its values, its side, and whether it can be measured. */
import { INTERVAL_MS, type Interval, isInterval } from '../interval.ts'
import type { Direction } from '../order.ts'
import type { DecimalInput } from '../units.ts'
import { dec } from '../units.ts'
import type { ConditionLevel, ExitCondition, TrailingDistance } from './condition.ts'

export type EntryFacts = {
  direction: Direction
  /** Range in which the entry may fill. */
  low: DecimalInput
  high: DecimalInput
  /** Without a stop there is no R. */
  hasStop: boolean
  /** Decision interval: only what it divides has candles. */
  interval: Interval
}

/** More than these are no plan. */
export const CONDITIONS_MAX = 10
const EMA_LENGTH_MAX = 500

const isAbove = (value: unknown, bound: number): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value > bound
const isFromZero = (value: unknown): boolean => value === 0 || isAbove(value, 0)

/** What is wrong with it, in a few words; `null` when it is good. Never throws, whatever was written. */
export const conditionProblem = (condition: ExitCondition, entry: EntryFacts): string | null => {
  if (typeof condition !== 'object' || condition === null) return 'an unknown kind of condition'
  switch (condition.kind) {
    case 'candle_close_beyond':
      return closeProblem(condition, entry)
    case 'time_stop':
      return isAbove(condition.afterMs, 0) ? null : 'time_stop needs a time above 0'
    case 'adverse_funding':
      return isFromZero(condition.rateMax) ? null : 'adverse_funding needs a rate of 0 or more'
    case 'unrealised_below_r':
      if (!entry.hasStop) return 'unrealised_below_r needs a stop'
      return isAbove(condition.r, Number.NEGATIVE_INFINITY) && condition.r < 0
        ? null
        : 'unrealised_below_r needs an R below 0'
    case 'break_even':
      return breakEvenProblem(condition, entry)
    case 'trailing':
      return trailingProblem(condition, entry)
    default:
      return 'an unknown kind of condition'
  }
}

type Close = Extract<ExitCondition, { kind: 'candle_close_beyond' }>

/** A long is left when the price closes below, a short when it closes above: the other way round is a slip. */
const closeProblem = ({ timeframe, level, side }: Close, entry: EntryFacts): string | null => {
  const wanted = entry.direction === 'long' ? 'below' : 'above'
  if (side !== wanted) return `a ${entry.direction} closes when candles close ${wanted} a level, not ${side}`
  const isKnown = typeof timeframe === 'string' && isInterval(timeframe)
  if (!isKnown || INTERVAL_MS[timeframe] % INTERVAL_MS[entry.interval] !== 0) {
    return `a timeframe is a multiple of the decision interval ${entry.interval}`
  }
  return levelProblem(level, entry)
}

const levelProblem = (level: ConditionLevel, { direction, low, high }: EntryFacts): string | null => {
  if (typeof level !== 'object' || level === null) return 'a level is a price or an EMA'
  if ('ema' in level) {
    const isLength = Number.isInteger(level.ema) && level.ema >= 1 && level.ema <= EMA_LENGTH_MAX
    return isLength ? null : `an EMA has a length from 1 to ${EMA_LENGTH_MAX}`
  }
  const at = Number(level.price)
  if (!(at > 0 && at < 1e18)) return 'a level needs a price above 0'
  const isBeyond = direction === 'long' ? dec(low).gt(at) : dec(high).lt(at)
  return isBeyond ? null : `level ${at} would close a ${direction} at once`
}

const breakEvenProblem = (
  { afterR, offsetR }: Extract<ExitCondition, { kind: 'break_even' }>,
  { hasStop }: EntryFacts,
): string | null => {
  if (!hasStop) return 'break_even needs a stop'
  if (!isAbove(afterR, 0)) return 'break_even needs an afterR above 0'
  return isAbove(offsetR, -1) && offsetR < afterR
    ? null
    : 'break_even needs an offsetR above −1 and below afterR'
}

const trailingProblem = (
  { distance, activateAfterR }: Extract<ExitCondition, { kind: 'trailing' }>,
  { hasStop }: EntryFacts,
): string | null => {
  if (typeof distance !== 'object' || distance === null) return 'trailing needs a distance'
  if (!isFromZero(activateAfterR)) return 'trailing needs an activateAfterR of 0 or more'
  if (!hasStop && (activateAfterR > 0 || 'r' in distance)) return 'trailing by R needs a stop'
  return isDistance(distance) ? null : 'trailing needs a distance above 0 (a ratio below 1)'
}

const isDistance = (distance: TrailingDistance): boolean => {
  if ('ratio' in distance) return isAbove(distance.ratio, 0) && distance.ratio < 1
  return isAbove('atr' in distance ? distance.atr : distance.r, 0)
}
