/**
 * What holds for the circuit breakers whatever equity does:
 *
 * 1. Equity between the re-arm and the trip line changes nothing: no flapping.
 * 2. Trips and re-arms of one breaker alternate, beginning with a trip.
 * 3. A daily loss never re-arms on the day it tripped.
 * 4. A mark above every loss line trips nothing; a mark at a true line trips its breaker.
 */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY_MS, dayStart } from '../../domain/interval.ts'
import {
  type BreakerEvent,
  type BreakerLimits,
  type BreakerState,
  lossLines,
  markEquity,
  openBreakers,
} from '../../domain/risk/breakers.ts'
import { dec, money } from '../../domain/units.ts'

const RUNS = { numRuns: 1_000 }
const AT = Date.UTC(2026, 0, 15, 12)

const LIMITS: BreakerLimits = {
  dailyLossRatioMax: 0.05,
  drawdownWarnRatio: 0.15,
  drawdownTripRatio: 0.25,
  drawdownRearmRatio: 0.2,
}

const cents = (min: number, max: number) =>
  fc.integer({ min: min * 100, max: max * 100 }).map(each => money(dec(each).div(100)))

/** Equity at times that now and then pass midnight. */
const walkArbitrary = fc.array(
  fc.record({ equity: cents(500, 1_300), wait: fc.constantFrom(60_000, 3_600_000, DAY_MS / 2) }),
  { maxLength: 40 },
)

type Told = { event: BreakerEvent; at: number; before: BreakerState }

const walk = (steps: readonly { equity: ReturnType<typeof money>; wait: number }[]) => {
  const told: Told[] = []
  let state = openBreakers(money(1_000), AT)
  let at = AT
  for (const { equity, wait } of steps) {
    at += wait
    const step = markEquity(state, equity, at, LIMITS)
    told.push(...step.events.map(event => ({ event, at, before: state })))
    state = step.state
  }
  return { state, told }
}

it('1. equity between the re-arm line and the trip line changes nothing', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(cents(750.01, 800), { maxLength: 30 }), (isTripped, equities) => {
      let state: BreakerState = { ...openBreakers(money(1_000), AT), drawdownTripped: isTripped }
      for (const equity of equities) {
        const step = markEquity(state, equity, AT, LIMITS)
        expect(step.events.filter(event => event.limit === 'drawdown')).toEqual([])
        expect(step.state.drawdownTripped).toBe(isTripped)
        state = step.state
      }
    }),
    RUNS,
  )
})

it('2. trips and re-arms of one breaker alternate, beginning with a trip', () => {
  fc.assert(
    fc.property(walkArbitrary, steps => {
      const { told } = walk(steps)
      for (const limit of ['daily_loss', 'drawdown', 'drawdown_warn']) {
        const types = told.filter(({ event }) => event.limit === limit).map(({ event }) => event.type)
        const expected = types.map((_type, index) => (index % 2 === 0 ? 'limit.tripped' : 'limit.rearmed'))
        expect(types).toEqual(expected)
      }
    }),
    RUNS,
  )
})

it('3. a daily loss never re-arms on the day it tripped', () => {
  fc.assert(
    fc.property(walkArbitrary, steps => {
      const { told } = walk(steps)
      const rearms = told.filter(
        ({ event }) => event.limit === 'daily_loss' && event.type === 'limit.rearmed',
      )
      for (const { at, before } of rearms) expect(dayStart(at)).toBeGreaterThan(before.dayStart)
    }),
    RUNS,
  )
})

it('4. a mark above every loss line trips nothing, a mark at a true line trips its breaker', () => {
  fc.assert(
    fc.property(walkArbitrary, cents(300, 1_300), (steps, equity) => {
      const { state } = walk(steps)
      const lines = Object.values(lossLines(state, LIMITS)).filter(line => line !== null)
      const at = state.dayStart
      const trips = markEquity(state, equity, at, LIMITS).events.filter(each => each.type === 'limit.tripped')
      if (lines.every(line => Number(equity) > line)) expect(trips).toEqual([])
      if (!state.drawdownTripped) {
        const line = money(dec(state.peakEquity).times(0.75))
        expect(markEquity(state, line, at, LIMITS).state.drawdownTripped).toBe(true)
        expect(Number(line)).toBeLessThanOrEqual(lossLines(state, LIMITS).drawdown ?? 0)
      }
    }),
    RUNS,
  )
})
