/** The mood of the whole market: a Markov chain of four regimes, each with its drift, its liveliness and its jumps. */
import type { Random } from '../../../domain/ports.ts'

export type Regime = 'trend_up' | 'trend_down' | 'range' | 'panic'
export const REGIMES: readonly Regime[] = ['trend_up', 'trend_down', 'range', 'panic']

export type RegimeCharacter = {
  /** Mean stay. */
  minutesMean: number
  /** Drift of the common factor in log price per minute. */
  drift: number
  /** Factor on every deviation. */
  volatility: number
  /** Factor on the frequency of jumps. */
  jumpiness: number
  /** Chance that a common jump goes down. */
  downShare: number
  /** Where it goes next. */
  next: readonly (readonly [Regime, number])[]
}

/** Per minute: a move of `percent` spread over `hours`. */
const driftOf = (percent: number, hours: number): number => percent / 100 / (hours * 60)

export const REGIME: Readonly<Record<Regime, RegimeCharacter>> = {
  trend_up: {
    minutesMean: 300,
    drift: driftOf(1.05, 5),
    volatility: 0.95,
    jumpiness: 1,
    downShare: 0.35,
    next: [
      ['range', 0.68],
      ['trend_down', 0.25],
      ['panic', 0.07],
    ],
  },
  trend_down: {
    minutesMean: 270,
    drift: driftOf(-0.9, 5),
    volatility: 1.1,
    jumpiness: 1.2,
    downShare: 0.65,
    next: [
      ['range', 0.6],
      ['trend_up', 0.3],
      ['panic', 0.1],
    ],
  },
  range: {
    minutesMean: 360,
    drift: 0,
    volatility: 0.75,
    jumpiness: 0.6,
    downShare: 0.5,
    next: [
      ['trend_up', 0.5],
      ['trend_down', 0.46],
      ['panic', 0.04],
    ],
  },
  panic: {
    minutesMean: 40,
    drift: driftOf(-2.2, 1),
    volatility: 2.6,
    jumpiness: 12,
    downShare: 0.75,
    next: [
      ['range', 0.5],
      ['trend_up', 0.35],
      ['trend_down', 0.15],
    ],
  },
}

/** The regime of the next minute. Stays are geometric, so the chain needs no memory but the regime itself. */
export const nextRegime = (regime: Regime, random: Random): Regime => {
  const { minutesMean, next } = REGIME[regime]
  if (random.next() * minutesMean >= 1) return regime
  let left = random.next()
  for (const [candidate, share] of next) {
    left -= share
    if (left < 0) return candidate
  }
  return (next[0] as readonly [Regime, number])[0]
}
