/**
 * The two circuit breakers of an account, as a state that every mark of equity moves on.
 *
 * Daily loss latches until the next UTC day. Drawdown trips at one line and re-arms only below a lower one, so that
 * equity hovering between the lines changes nothing. An account that was flattened when it tripped can never climb
 * back by itself: it stays tripped until `rearm` is asked for, which takes the equity of that moment as the new peak.
 */
import type { FactBody } from '../fact.ts'
import { dayStart } from '../interval.ts'
import type { RiskLimits } from '../settings.ts'
import { Decimal, dec, type Money, money, percentText } from '../units.ts'
import { lossRatio } from './loss-limits.ts'

export type BreakerState = {
  peakEquity: Money
  /** Start of the UTC day that the daily loss is measured in. */
  dayStart: number
  /** Equity at the first mark of that day. */
  dayStartEquity: Money
  dailyLossTripped: boolean
  drawdownTripped: boolean
  /** The warning was given in this drawdown; it is given again only after a return to the peak. */
  drawdownWarned: boolean
}

export type BreakerEvent = Extract<FactBody, { type: 'limit.tripped' | 'limit.rearmed' }>
export type BreakerLimits = Pick<
  RiskLimits,
  'dailyLossRatioMax' | 'drawdownWarnRatio' | 'drawdownTripRatio' | 'drawdownRearmRatio'
>
export type BreakerStep = { state: BreakerState; events: BreakerEvent[] }

type Breaker = BreakerEvent['limit']
type Move = { isTripped: boolean; events: BreakerEvent[] }

export const openBreakers = (equity: Money, at: number): BreakerState => ({
  peakEquity: equity,
  dayStart: dayStart(at),
  dayStartEquity: equity,
  dailyLossTripped: false,
  drawdownTripped: false,
  drawdownWarned: false,
})

/** Moves the breakers on by one mark. A mark older than the current UTC day does not turn the day back. */
export const markEquity = (
  state: BreakerState,
  equity: Money,
  at: number,
  limits: BreakerLimits,
): BreakerStep => {
  const isNewDay = dayStart(at) > state.dayStart
  const dayStartEquity = isNewDay ? equity : state.dayStartEquity
  const peakEquity = dec(equity).gt(state.peakEquity) ? equity : state.peakEquity
  const loss = lossRatio(dayStartEquity, equity)
  const fall = lossRatio(peakEquity, equity)
  const trip = limits.drawdownTripRatio
  const rearmsBelow = trip === null ? 0 : Math.min(limits.drawdownRearmRatio, trip)

  const daily = moveBreaker('daily_loss', state.dailyLossTripped, limits.dailyLossRatioMax, loss, isNewDay)
  const drawdown = moveBreaker('drawdown', state.drawdownTripped, trip, fall, fall.lt(rearmsBelow))
  const warning = moveBreaker(
    'drawdown_warn',
    state.drawdownWarned,
    limits.drawdownWarnRatio,
    fall,
    fall.lte(0),
  )
  return {
    state: {
      peakEquity,
      dayStart: isNewDay ? dayStart(at) : state.dayStart,
      dayStartEquity,
      dailyLossTripped: daily.isTripped,
      drawdownTripped: drawdown.isTripped,
      drawdownWarned: warning.isTripped,
    },
    events: [...daily.events, ...warning.events, ...drawdown.events],
  }
}

/** One breaker: a tripped one may only re-arm, an armed one may only trip. Switched off means armed. */
const moveBreaker = (
  limit: Breaker,
  wasTripped: boolean,
  line: number | null,
  actual: ReturnType<typeof lossRatio>,
  mayRearm: boolean,
): Move => {
  if (wasTripped && (line === null || mayRearm)) {
    return { isTripped: false, events: [{ type: 'limit.rearmed', limit }] }
  }
  if (wasTripped || line === null || actual.lt(line)) return { isTripped: wasTripped, events: [] }
  const tripped: BreakerEvent = {
    type: 'limit.tripped',
    limit,
    line: percentText(line),
    actual: percentText(actual),
  }
  return { isTripped: true, events: [tripped] }
}

/**
 * Re-arms the drawdown breaker by hand: the peak starts again at `equity`, so the whole drawdown is available again.
 * The daily loss stays as it is; only midnight re-arms that.
 */
export const rearm = (state: BreakerState, equity: Money): BreakerStep => ({
  state: { ...state, peakEquity: equity, drawdownTripped: false, drawdownWarned: false },
  events: [
    ...(state.drawdownTripped ? [{ type: 'limit.rearmed', limit: 'drawdown' } as const] : []),
    ...(state.drawdownWarned ? [{ type: 'limit.rearmed', limit: 'drawdown_warn' } as const] : []),
  ],
})

/** Money paid in or out is neither won nor lost: what losses are measured from moves with it, never below zero. */
export const shiftBreakers = (state: BreakerState, amount: Money): BreakerState => {
  const shifted = (from: Money): Money => money(Decimal.max(0, dec(from).plus(amount)))
  return {
    ...state,
    peakEquity: shifted(state.peakEquity),
    dayStartEquity: shifted(state.dayStartEquity),
  }
}

/** Equity at or below which a breaker trips next; `null` when it is off or already tripped. */
export type LossLines = {
  dailyLoss: number | null
  drawdown: number | null
  drawdownWarn: number | null
}

/** Raises a line by one part in 10⁹, so that the rounding of a number can make a watcher early but never late. */
const EARLY = 1 + 1e-9

/**
 * The lines for a watcher that compares plain numbers and calls `markEquity` only when one is reached. They hold until
 * the peak or the UTC day changes.
 */
export const lossLines = (state: BreakerState, limits: BreakerLimits): LossLines => ({
  dailyLoss: lossLine(state.dayStartEquity, limits.dailyLossRatioMax, state.dailyLossTripped),
  drawdown: lossLine(state.peakEquity, limits.drawdownTripRatio, state.drawdownTripped),
  drawdownWarn: lossLine(state.peakEquity, limits.drawdownWarnRatio, state.drawdownWarned),
})

const lossLine = (from: Money, ratio: number | null, isTripped: boolean): number | null =>
  ratio === null || isTripped ? null : dec(1).minus(ratio).times(from).times(EARLY).toNumber()
