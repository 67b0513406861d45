/** A long of BTC from 100 with its stop at 98 (R is 2), and candles around it. */
import * as fc from 'fast-check'
import type { ExitCondition, StopCondition } from '../../../domain/exit-plan/condition.ts'
import type { Holding, MarkReading } from '../../../domain/exit-plan/review.ts'
import { price } from '../../../domain/units.ts'

export const OPENED_AT = Date.UTC(2026, 0, 15, 12)
export const MINUTE = 60_000

export const holding = (change: Partial<Holding> = {}): Holding => ({
  direction: 'long',
  entryPrice: price(100),
  openedAt: OPENED_AT,
  firstStop: price(98),
  stopPrice: price(98),
  best: null,
  tickSize: price('0.01'),
  ...change,
})

export const candle = (change: Partial<MarkReading> = {}): MarkReading => ({
  openAt: OPENED_AT,
  high: 100.5,
  low: 99.5,
  close: 100,
  atr: 1,
  fundingRate: 0,
  closes: [],
  ...change,
})

export const trailing = (distance: { ratio: number } | { atr: number } | { r: number }, activateAfterR = 0) =>
  ({ kind: 'trailing', distance, activateAfterR }) as const

const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true })

export const stopConditions: fc.Arbitrary<StopCondition> = fc.oneof(
  fc.record({
    kind: fc.constant('break_even' as const),
    afterR: positive(0.5, 3),
    offsetR: positive(-0.9, 0.4),
  }),
  fc.record({
    kind: fc.constant('trailing' as const),
    distance: fc.oneof(
      fc.record({ ratio: positive(0.001, 0.2) }),
      fc.record({ atr: positive(0.1, 5) }),
      fc.record({ r: positive(0.1, 3) }),
    ),
    activateAfterR: positive(0, 2),
  }),
)

export const closeConditions: fc.Arbitrary<ExitCondition> = fc.oneof(
  fc.record({ kind: fc.constant('time_stop' as const), afterMs: fc.integer({ min: 1, max: 3_600_000 }) }),
  fc.record({ kind: fc.constant('adverse_funding' as const), rateMax: positive(0, 0.01) }),
  fc.record({ kind: fc.constant('unrealised_below_r' as const), r: positive(-2, -0.1) }),
)

/** Prices that wander around 100, as candles one after the other. */
export const candles: fc.Arbitrary<MarkReading[]> = fc.array(
  fc
    .record({
      close: positive(80, 130),
      up: positive(0, 10),
      down: positive(0, 10),
      atr: fc.oneof(fc.constant(null), positive(0.01, 5)),
    })
    .map(({ close, up, down, atr }) => candle({ close, high: close + up, low: close - down, atr })),
  { minLength: 1, maxLength: 30 },
)
