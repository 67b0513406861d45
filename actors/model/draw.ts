/**
 * One asset by lot: the same seed and candle draw the same one, and no draw changes another. Accounts of one seed are asked
 * about the same asset, so that their models can be compared; those that should not be have seeds of their own.
 */
import { derivedSeed, seededRandom } from '../../domain/random.ts'

export const drawn = (seed: number, candleAt: number, symbols: readonly string[]): string | null => {
  const random = seededRandom(derivedSeed(seed, `${candleAt}`))
  return symbols[Math.floor(random.next() * symbols.length)] ?? null
}
