/** A wall clock that is set while the engine runs: deadlines keep their length, candles are played once and not early. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WallClock } from '../../actors/wall-clock.ts'
import { WallDriver } from '../../actors/wall-driver.ts'
import type { MarketStep } from '../../domain/feed.ts'
import { givenSeries, givenSettings, givenStore, runLive } from './given.ts'

const NOW = Date.UTC(2026, 0, 5, 12, 0, 30)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('the clock', () => {
  /** A wall clock and a time that only grows, both by hand. */
  const given = () => {
    const time = { wall: NOW, monotonic: 0 }
    const clock = new WallClock({ now: () => time.wall }, () => time.monotonic)
    const pass = (ms: number) => {
      time.wall += ms
      time.monotonic += ms
    }
    return { time, clock, pass }
  }

  test('is the wall clock while nobody sets that', () => {
    const { clock, pass } = given()
    for (let count = 0; count < 1_000; count += 1) {
      pass(17)
      expect(clock.now()).toBe(NOW + 17 * (count + 1))
      expect(clock.ahead()).toBe(0)
    }
  })

  test.each([
    ['ten minutes', 10 * MINUTE],
    ['an hour', HOUR],
  ])('goes on at its pace, late by at most a hundredth, when the wall clock is set back %s', (_what, ms) => {
    const { time, clock, pass } = given()
    time.wall -= ms
    for (let passed = 250; passed <= HOUR; passed += 250) {
      pass(250)
      const told = clock.now() - NOW
      expect(told).toBeLessThanOrEqual(passed)
      expect(told).toBeGreaterThanOrEqual(Math.min(Math.floor(passed * 0.99) - 1, passed))
    }
    expect(clock.ahead()).toBe(ms - HOUR / 100)
  })

  test('is back with the wall clock when it has made up for being ahead', () => {
    const { time, clock, pass } = given()
    time.wall -= 1_000
    for (let count = 0; count < 200; count += 1) pass(1_000)
    expect(clock.ahead()).toBe(0)
    expect(clock.now()).toBe(time.wall)
  })

  test('believes a wall clock that is set forward, and counts on from there when that was a mistake', () => {
    const { time, clock, pass } = given()
    time.wall += HOUR
    expect(clock.now()).toBe(NOW + HOUR)
    time.wall -= HOUR
    pass(5_000)
    expect(clock.now()).toBe(NOW + HOUR + 4_950)
    expect(clock.wall()).toBe(NOW + 5_000)
  })

  test('never goes back, whatever is set', () => {
    const { time, clock } = given()
    let last = clock.now()
    for (const jump of [5, -HOUR, 3, HOUR, HOUR, -10 * MINUTE, 0, -HOUR, 7]) {
      time.wall += jump
      time.monotonic += 100
      expect(clock.now()).toBeGreaterThanOrEqual(last)
      last = clock.now()
    }
  })

  test('a start goes on from the time its snapshot was of, if that was ahead', () => {
    const { clock, pass } = given()
    clock.advanceTo(NOW + 10 * MINUTE)
    pass(1_000)
    expect(clock.now()).toBe(NOW + 10 * MINUTE + 990)
  })
})

describe('the wall driver', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** A driver at work on one-minute candles; `played` are those decided on, `folded` those that were history. */
  const given = () => {
    const clock = new WallClock({ now: () => Date.now() })
    const played: { openAt: number; wallAt: number }[] = []
    const folded: number[] = []
    let openAt = NOW - (NOW % MINUTE)
    const driver = new WallDriver({
      clock,
      speed: 1,
      onError: error => {
        throw error
      },
      source: {
        interval: '1m',
        symbols: [],
        instruments: [],
        stepsTotal: null,
        state: () => null,
        next: (): MarketStep => {
          const step = { openAt, candles: [], fundingRates: [] }
          openAt += MINUTE
          return step
        },
      },
      system: {
        conductor: {
          warm: (step: MarketStep) => folded.push(step.openAt),
          close: (step: MarketStep) => played.push({ openAt: step.openAt, wallAt: Date.now() }),
        },
        desk: { accountIds: () => [], capture: () => [] },
        journal: { captureWith: () => {}, flush: () => undefined },
        inFlight: { count: 0 },
        market: { publish: () => {} },
      } as never,
    })
    driver.catchUp()
    const ended = driver.run()
    const end = async () => {
      driver.stop()
      await vi.advanceTimersByTimeAsync(1_000)
      await ended
    }
    return { clock, played, folded, end }
  }

  test.each([
    ['back ten minutes', -10 * MINUTE],
    ['back an hour', -HOUR],
    ['forward an hour', HOUR],
  ])('a naked deadline is never later because the clock was set %s', async (_what, jump) => {
    const { clock, end } = given()
    const began = performance.now()
    let firedAfter = Number.POSITIVE_INFINITY
    clock.at(clock.now() + 5_000, () => {
      firedAfter = performance.now() - began
    })
    await vi.advanceTimersByTimeAsync(2_000)
    vi.setSystemTime(Date.now() + jump)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(firedAfter).toBeLessThanOrEqual(5_000 * 1.01 + 1)
    await end()
  })

  test('a cooldown begun after the clock was set back is as long as any other', async () => {
    const { clock, end } = given()
    vi.setSystemTime(Date.now() - HOUR)
    await vi.advanceTimersByTimeAsync(1_000)
    const began = performance.now()
    let firedAfter = 0
    clock.at(clock.now() + 60_000, () => {
      firedAfter = performance.now() - began
    })
    await vi.advanceTimersByTimeAsync(62_000)
    expect(firedAfter).toBeGreaterThanOrEqual(60_000)
    expect(firedAfter).toBeLessThanOrEqual(60_610)
    await end()
  })

  test('set back, it plays no candle twice and none before it is over at the market', async () => {
    const { played, folded, end } = given()
    await vi.advanceTimersByTimeAsync(3 * MINUTE)
    const before = played.length
    expect(before).toBe(3)
    vi.setSystemTime(Date.now() - 10 * MINUTE)
    await vi.advanceTimersByTimeAsync(9 * MINUTE)
    expect(played).toHaveLength(before)
    await vi.advanceTimersByTimeAsync(4 * MINUTE)
    expect(played.length).toBe(before + 3)
    expect(new Set(played.map(each => each.openAt)).size).toBe(played.length)
    for (const { openAt, wallAt } of played) expect(wallAt).toBeGreaterThanOrEqual(openAt + MINUTE)
    expect(folded).toEqual([])
    await end()
  })

  test('set forward, it decides on the newest candle only', async () => {
    const { played, folded, end } = given()
    await vi.advanceTimersByTimeAsync(1_000)
    vi.setSystemTime(Date.now() + HOUR)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(played).toHaveLength(1)
    expect(folded).toHaveLength(59)
    await end()
  })
})

test('the live driver reads no wall clock: one that jumps about changes no fact', async () => {
  const run = async () => {
    const settings = givenSettings()
    const { facts } = await runLive(settings, givenSeries(3, 200), givenStore())
    // Accounts are islands: whose turn comes first is for the machine to say.
    return facts.toSorted((one, other) => one.accountId.localeCompare(other.accountId))
  }
  const calm = await run()
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  try {
    let count = 0
    const timer = setInterval(() => {
      count += 1
      vi.setSystemTime(NOW + (count % 2 === 0 ? HOUR : -10 * MINUTE))
    }, 1)
    expect(await run()).toEqual(calm)
    clearInterval(timer)
  } finally {
    vi.useRealTimers()
  }
  expect(calm.length).toBeGreaterThan(50)
})
