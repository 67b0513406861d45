/** What the exit plan of an open position says when a candle closes: close, move the stop toward profit, or nothing. */
import type { Interval } from '../interval.ts'
import type { Direction } from '../order.ts'
import { Decimal, dec, type Price, price, roundToTick } from '../units.ts'
import { type ExitCondition, movesStop, type StopCondition, type TrailingDistance } from './condition.ts'

/** A timeframe that closes now, with the averages that conditions on it ask for; `null` while warming up. */
export type TimeframeClose = {
  timeframe: Interval
  close: number
  averages: { ema: number; value: number | null }[]
}

/** The market of one symbol at the close of a candle of the feed. */
export type MarkReading = {
  openAt: number
  high: number
  low: number
  close: number
  /** ATR14 of the decision interval; `null` while warming up. */
  atr: number | null
  /** Per 8 hours, positive when longs pay; `null` when unknown. */
  fundingRate: number | null
  closes: TimeframeClose[]
}

/** What is open, as its own books have it. */
export type Holding = {
  direction: Direction
  entryPrice: Price
  openedAt: number
  /** First stop: what R is measured with. */
  firstStop: Price | null
  stopPrice: Price | null
  /** Best price since the entry, of candles closed so far. */
  best: Price | null
  tickSize: Price
}

export type Review =
  | { type: 'hold'; best: Price }
  | { type: 'move'; best: Price; stop: Price; condition: StopCondition }
  | { type: 'close'; best: Price; condition: ExitCondition }

const signOf = ({ direction }: Holding): 1 | -1 => (direction === 'long' ? 1 : -1)

/** True when `next` is nearer to profit than `current`, or there is none yet. */
export const isTighter = (direction: Direction, current: Price | null, next: Price): boolean =>
  current === null || (direction === 'long' ? dec(next).gt(current) : dec(next).lt(current))

/** The one of two stops that is nearer to profit. */
export const tighterStop = (direction: Direction, one: Price | null, other: Price | null): Price | null => {
  if (one === null || other === null) return one ?? other
  return isTighter(direction, one, other) ? other : one
}

/**
 * Conditions that close come first, in the order of the plan. Then the tightest stop of those that move it; one that the
 * close has already passed is a close, not an order that would be refused.
 */
export const review = (
  conditions: readonly ExitCondition[],
  holding: Holding,
  reading: MarkReading,
  at: number,
): Review => {
  const best = bestOf(holding, reading)
  const fired = conditions.find(condition => fires(condition, holding, reading, at))
  if (fired !== undefined) return { type: 'close', best, condition: fired }
  let found: { stop: Price; condition: StopCondition } | null = null
  for (const condition of conditions) {
    if (!movesStop(condition)) continue
    const stop = stopOf(condition, { ...holding, best }, reading)
    if (stop !== null && isTighter(holding.direction, found?.stop ?? holding.stopPrice, stop)) {
      found = { stop, condition }
    }
  }
  if (found === null) return { type: 'hold', best }
  const isPassed = dec(reading.close).minus(found.stop).times(signOf(holding)).lte(0)
  return isPassed ? { type: 'close', best, condition: found.condition } : { type: 'move', best, ...found }
}

/** Whether the extreme of the candle we entered in came before or after is unknown: of that candle the close counts. */
const bestOf = (holding: Holding, { openAt, high, low, close }: MarkReading): Price => {
  const { direction, openedAt, entryPrice } = holding
  const isWhole = openAt >= openedAt
  const before = holding.best ?? entryPrice
  const reached = isWhole ? (direction === 'long' ? high : low) : close
  return price(direction === 'long' ? Decimal.max(before, reached) : Decimal.min(before, reached))
}

/** R of one unit; `null` without a stop, and when the entry filled on it. */
const unitRisk = ({ entryPrice, firstStop }: Holding): Decimal | null => {
  const distance = firstStop === null ? dec(0) : dec(entryPrice).minus(firstStop).abs()
  return distance.isZero() ? null : distance
}

/** How far a price is in profit, in R. */
const inR = (holding: Holding, at: Price | number): Decimal | null => {
  const risk = unitRisk(holding)
  return risk === null ? null : dec(at).minus(holding.entryPrice).times(signOf(holding)).div(risk)
}

const fires = (condition: ExitCondition, holding: Holding, reading: MarkReading, at: number): boolean => {
  switch (condition.kind) {
    case 'candle_close_beyond': {
      const closed = reading.closes.find(each => each.timeframe === condition.timeframe)
      if (closed === undefined) return false
      const { level, side } = condition
      const line =
        'price' in level
          ? level.price
          : (closed.averages.find(average => average.ema === level.ema)?.value ?? null)
      if (line === null) return false
      return side === 'above' ? dec(closed.close).gt(line) : dec(closed.close).lt(line)
    }
    case 'time_stop':
      return at - holding.openedAt >= condition.afterMs
    case 'adverse_funding':
      return reading.fundingRate !== null && reading.fundingRate * signOf(holding) > condition.rateMax
    case 'unrealised_below_r':
      return inR(holding, reading.close)?.lt(condition.r) ?? false
    case 'break_even':
    case 'trailing':
      return false
  }
}

/** Where the condition wants the stop, on the tick nearer to profit; `null` while it wants none. */
const stopOf = (condition: StopCondition, holding: Holding, reading: MarkReading): Price | null => {
  const { direction, entryPrice, tickSize } = holding
  const best = holding.best ?? entryPrice
  const after = condition.kind === 'break_even' ? condition.afterR : condition.activateAfterR
  if (after > 0 && !(inR(holding, best)?.gte(after) ?? false)) return null
  const risk = unitRisk(holding)
  const wanted =
    condition.kind === 'break_even'
      ? risk && dec(entryPrice).plus(risk.times(condition.offsetR).times(signOf(holding)))
      : trail(condition.distance, best, risk, reading, signOf(holding))
  if (wanted === null || wanted.lte(0)) return null
  return roundToTick(wanted, tickSize, direction === 'long' ? 'up' : 'down')
}

const trail = (
  distance: TrailingDistance,
  best: Price,
  risk: Decimal | null,
  { atr }: MarkReading,
  sign: 1 | -1,
): Decimal | null => {
  const away =
    'ratio' in distance
      ? dec(best).times(distance.ratio)
      : 'atr' in distance
        ? atr && dec(distance.atr).times(atr)
        : risk?.times(distance.r)
  return away == null || dec(away).isZero() ? null : dec(best).minus(dec(away).times(sign))
}
