/** Draws from the distributions the market is made of. Each takes a fixed number of uniform numbers where it can. */
import type { Random } from '../../../domain/ports.ts'

/** Standard normal by Box and Muller; the second of the pair is left unused so that no draw has a hidden state. */
export const drawNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

const WILD_SHARE = 0.08
const WILD_SCALE = 2.6
const WILD_NORM = 1 / Math.sqrt(1 - WILD_SHARE + WILD_SHARE * WILD_SCALE ** 2)

/** Unit variance with fat tails: a mixture of a calm and a wild normal, kurtosis about 6. */
export const drawFatTailed = (random: Random): number =>
  (random.next() < WILD_SHARE ? WILD_SCALE : 1) * WILD_NORM * drawNormal(random)

/** Exponential with mean 1. */
export const drawExponential = (random: Random): number => -Math.log(1 - random.next())

/**
 * Highest point of a Brownian bridge that starts at 0, ends at `end` and has deviation `sigma`: exact, by inversion.
 * Never below `max(0, end)`. The lowest point of a path to `end` is minus the highest of its mirror to `-end`.
 */
export const drawBridgeMaximum = (random: Random, end: number, sigma: number): number =>
  (end + Math.sqrt(end * end + 2 * sigma * sigma * drawExponential(random))) / 2
