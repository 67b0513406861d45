/** The common factor: what moves all symbols at once, minute by minute. */
import type { Random } from '../../../domain/ports.ts'
import { drawExponential, drawFatTailed, drawNormal } from './draws.ts'
import { nextRegime, REGIME, type Regime } from './regime.ts'

/** Plain JSON. */
export type FactorState = {
  regime: Regime
  /** Log of the volatility level: an AR(1) process around 0, which is what makes volatility cluster. */
  logVolatility: number
}

/** What one minute of the factor means for a symbol with beta 1. */
export type FactorMinute = {
  /** Log return, all in. */
  logReturn: number
  /** Deviation of its continuous part in this minute. */
  sigma: number
  /** Factor on the symbols' own deviations. */
  liveliness: number
  /** Factor on the frequency of the symbols' own jumps. */
  jumpiness: number
}

/** Deviation per minute in quiet times: about 51 % a year, before regimes, clusters and jumps. */
const SIGMA = 0.0007
/** Half-life of a volatility cluster in minutes, and how far the level strays (log). */
const CLUSTER_HALF_LIFE = 180
const CLUSTER_DEVIATION = 0.42
const CLUSTER_KEEP = 0.5 ** (1 / CLUSTER_HALF_LIFE)
const CLUSTER_NOISE = CLUSTER_DEVIATION * Math.sqrt(1 - CLUSTER_KEEP ** 2)
/** A jump shakes the market: the volatility level rises with it. */
const CLUSTER_JUMP = 0.25
const JUMPS_PER_MINUTE = 1.5 / 1440
export const JUMP_SIZE_MIN = 0.0025
export const JUMP_SIZE_MEAN = 0.0035

export const initialFactor = (): FactorState => ({ regime: 'range', logVolatility: 0 })

/** Advances `state` by one minute, in place. */
export const advanceFactor = (state: FactorState, random: Random): FactorMinute => {
  state.regime = nextRegime(state.regime, random)
  const { drift, volatility, jumpiness, downShare } = REGIME[state.regime]
  state.logVolatility = state.logVolatility * CLUSTER_KEEP + CLUSTER_NOISE * drawNormal(random)
  const liveliness = volatility * Math.exp(state.logVolatility)
  const sigma = SIGMA * liveliness
  let logReturn = drift + sigma * drawFatTailed(random)
  if (random.next() < JUMPS_PER_MINUTE * jumpiness) {
    const size = JUMP_SIZE_MIN + JUMP_SIZE_MEAN * drawExponential(random)
    logReturn += random.next() < downShare ? -size : size
    state.logVolatility += CLUSTER_JUMP
  }
  return { logReturn, sigma, liveliness, jumpiness }
}
