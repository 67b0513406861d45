/** The circuit breakers step by step, and the lines a watcher compares equity with. */
import { describe, expect, it } from 'vitest'
import { DAY_MS, dayStart } from '../../../domain/interval.ts'
import {
  type BreakerEvent,
  type BreakerState,
  lossLines,
  markEquity,
  openBreakers,
  rearm,
} from '../../../domain/risk/breakers.ts'
import { money } from '../../../domain/units.ts'
import { AT, LIMITS } from './given.ts'

const TODAY = dayStart(AT)

/** Marks one equity after the other, a minute apart, and tells what happened in short words. */
const mark = (equities: number[], state = openBreakers(money(1_000), AT), at = AT) => {
  const told: string[] = []
  let now: BreakerState = state
  for (const [index, equity] of equities.entries()) {
    const step = markEquity(now, money(equity), at + index * 60_000, LIMITS)
    now = step.state
    told.push(
      ...step.events.map((event: BreakerEvent) => `${event.limit} ${event.type.slice(6)} at ${equity}`),
    )
  }
  return { state: now, told }
}

describe('daily loss', () => {
  it('trips at 5 % of the equity the day began with and says so once', () => {
    expect(mark([951, 950, 940, 949]).told).toEqual(['daily_loss tripped at 950'])
  })

  it('stays tripped on the same day however equity recovers', () => {
    expect(mark([949.99, 1_000, 1_100]).state.dailyLossTripped).toBe(true)
  })

  it('re-arms at 00:00 UTC and measures the new day from its first mark', () => {
    const { state } = mark([949.99])
    const before = markEquity(state, money(949), TODAY + DAY_MS - 1, LIMITS)
    expect(before.events).toEqual([])
    const after = markEquity(before.state, money(949), TODAY + DAY_MS, LIMITS)
    expect(after.events).toEqual([{ type: 'limit.rearmed', limit: 'daily_loss' }])
    expect(after.state).toMatchObject({
      dayStart: TODAY + DAY_MS,
      dayStartEquity: '949',
      dailyLossTripped: false,
    })
  })

  it('does not turn the day back for a late mark', () => {
    const { state } = mark([949.99])
    const step = markEquity(state, money(2_000), TODAY - 1, LIMITS)
    expect(step.state).toMatchObject({ dayStart: TODAY, dayStartEquity: '1000', dailyLossTripped: true })
  })

  it('gives line and actual value with the event', () => {
    const step = markEquity(openBreakers(money(1_000), AT), money(940), AT, LIMITS)
    expect(step.events).toEqual([
      { type: 'limit.tripped', limit: 'daily_loss', line: '5.00 %', actual: '6.00 %' },
    ])
  })
})

describe('drawdown', () => {
  const withoutDay = { ...LIMITS, dailyLossRatioMax: null }

  it('warns at 15 % and trips at 25 % from the peak, each once', () => {
    const told = mark([1_200, 1_020, 900, 950, 900, 899]).told
    expect(told.filter(each => each.startsWith('drawdown'))).toEqual([
      'drawdown_warn tripped at 1020',
      'drawdown tripped at 900',
    ])
  })

  it('peak 1000, equity 750 trips once', () => {
    const told = mark([750, 749, 751, 700]).told
    expect(told.filter(each => each.startsWith('drawdown tripped'))).toEqual(['drawdown tripped at 750'])
  })

  it('re-arms below 20 %, not between the lines', () => {
    const told = mark([750, 760, 790, 800, 751, 800.01]).told
    expect(told.filter(each => each.startsWith('drawdown '))).toEqual([
      'drawdown tripped at 750',
      'drawdown rearmed at 800.01',
    ])
  })

  it('warns again only after a return to the peak', () => {
    const told = mark([850, 999, 850, 1_000, 850]).told
    expect(told.filter(each => each.startsWith('drawdown_warn'))).toEqual([
      'drawdown_warn tripped at 850',
      'drawdown_warn rearmed at 1000',
      'drawdown_warn tripped at 850',
    ])
  })

  it('of an account that is flat stays tripped until it is re-armed by hand, with a new peak', () => {
    const { state } = mark([750, 750, 750])
    expect(state.drawdownTripped).toBe(true)
    const armed = rearm(state, money(750))
    expect(armed.state).toMatchObject({ peakEquity: '750', drawdownTripped: false, drawdownWarned: false })
    expect(armed.events.map(event => event.limit)).toEqual(['drawdown', 'drawdown_warn'])
    expect(armed.state.dailyLossTripped).toBe(true)
    expect(markEquity(armed.state, money(563), AT, withoutDay).state.drawdownTripped).toBe(false)
    expect(markEquity(armed.state, money(562), AT, withoutDay).state.drawdownTripped).toBe(true)
  })

  it('re-arms when its limit is switched off', () => {
    const { state } = mark([750])
    const step = markEquity(state, money(750), AT, { ...withoutDay, drawdownTripRatio: null })
    expect(step.state).toMatchObject({ drawdownTripped: false, dailyLossTripped: false })
    expect(step.events.map(event => `${event.limit} ${event.type}`)).toEqual([
      'daily_loss limit.rearmed',
      'drawdown limit.rearmed',
    ])
  })

  it('does not flap when the re-arm line is set above the trip line by mistake', () => {
    const limits = { ...withoutDay, drawdownRearmRatio: 0.5 }
    const first = markEquity(openBreakers(money(1_000), AT), money(700), AT, limits)
    expect(markEquity(first.state, money(700), AT, limits).events).toEqual([])
  })
})

describe('loss lines', () => {
  it('are the equities at which each breaker trips next', () => {
    const lines = lossLines(openBreakers(money(1_000), AT), LIMITS)
    expect(lines.dailyLoss).toBeCloseTo(950, 5)
    expect(lines.drawdownWarn).toBeCloseTo(850, 5)
    expect(lines.drawdown).toBeCloseTo(750, 5)
  })

  it('are never below the line that trips', () => {
    const lines = lossLines(openBreakers(money('1000.1'), AT), LIMITS)
    expect(lines.dailyLoss).toBeGreaterThan(950.095)
  })

  it('are absent when a breaker is off or tripped', () => {
    const { state } = mark([750])
    expect(lossLines(state, LIMITS)).toEqual({ dailyLoss: null, drawdown: null, drawdownWarn: null })
    const off = { ...LIMITS, dailyLossRatioMax: null, drawdownTripRatio: null, drawdownWarnRatio: null }
    expect(lossLines(openBreakers(money(1_000), AT), off)).toEqual({
      dailyLoss: null,
      drawdown: null,
      drawdownWarn: null,
    })
  })
})

it('an account without equity trips on nothing until it loses from nothing', () => {
  const empty = openBreakers(money(0), AT)
  expect(markEquity(empty, money(0), AT, LIMITS).events).toEqual([])
  expect(markEquity(empty, money(-1), AT, LIMITS).state.drawdownTripped).toBe(true)
})
