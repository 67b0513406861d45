/** Daily returns of an account, with deposits and withdrawals taken out. */
import { DAY_MS } from '../interval.ts'
import { type Decimal, type DecimalInput, dec, type Money } from '../units.ts'

export type EquityPoint = { at: number; equity: Money | string }
/** Deposits positive, withdrawals negative. */
export type Flow = { at: number; amount: Money | string }

export type DailyReturn = {
  /** 00:00 UTC at which the day starts. */
  dayAt: number
  /** (E_t − F_t − E_{t−1}) ÷ E_{t−1}; `null` when E_{t−1} is not above zero. */
  return: Decimal | null
}

/** Last equity of a day, with the time it was taken. */
type DayClose = { dayAt: number; at: number; equity: Decimal }

/** Days end at 00:00 UTC, so a snapshot at exactly 00:00 is the last of the day that ends there. */
export const dayOf = (at: number): number => (Math.ceil(at / DAY_MS) - 1) * DAY_MS

const dayCloses = (points: readonly EquityPoint[]): DayClose[] => {
  const closes: DayClose[] = []
  for (const [index, point] of points.entries()) {
    const next = points[index + 1]
    const dayAt = dayOf(point.at)
    if (next === undefined || dayOf(next.at) !== dayAt)
      closes.push({ dayAt, at: point.at, equity: dec(point.equity) })
  }
  return closes
}

/** Adds up flows as time goes on: each call takes those after the last call's time, up to and with `at`. */
export const flowCursor = (flows: readonly Flow[], from: number): ((at: number) => Decimal) => {
  let next = flows.findIndex(flow => flow.at > from)
  if (next < 0) next = flows.length
  const none = dec(0)
  return at => {
    let sum = none
    for (; next < flows.length && (flows[next] as Flow).at <= at; next += 1) {
      sum = sum.plus((flows[next] as Flow).amount)
    }
    return sum
  }
}

/**
 * One return per day that has equity, from the second such day on.
 *
 * `opening` is the equity the account began with: with it, the first day counts as well, and money paid in or
 * out before the first snapshot is a flow of that day. F_t are the flows between the two snapshots compared, so that money
 * and equity are always seen together. A day without any snapshot has no return of its own; it is part of the next one's.
 * Points and flows come in order of time.
 */
export const dailyReturns = (
  points: readonly EquityPoint[],
  flows: readonly Flow[],
  opening: DecimalInput | null = null,
): DailyReturn[] => {
  const closes = dayCloses(points)
  const first = closes[0]
  if (first === undefined) return []
  const flowsUntil = flowCursor(flows, opening === null ? first.at : Number.NEGATIVE_INFINITY)
  let before = opening === null ? first.equity : dec(opening)
  return closes.slice(opening === null ? 1 : 0).map(({ dayAt, at, equity }) => {
    const gain = equity.minus(flowsUntil(at)).minus(before)
    const result = before.gt(0) ? gain.div(before) : null
    before = equity
    return { dayAt, return: result }
  })
}

/** product of (1 + r) − 1; days without a return are left out. */
export const chain = (returns: readonly DailyReturn[]): Decimal =>
  returns
    .reduce((product, day) => (day.return === null ? product : product.times(day.return.plus(1))), dec(1))
    .minus(1)

export const knownReturns = (returns: readonly DailyReturn[]): Decimal[] =>
  returns.map(day => day.return).filter(value => value !== null)
