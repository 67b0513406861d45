/**
 * Seeded randomness: the same seed gives the same numbers on every machine, and a stored state goes on exactly.
 *
 * The generator is xoshiro128** 1.1 (Blackman and Vigna, prng.di.unimi.it), its state filled by splitmix32. It is fast
 * and statistically sound, and it is no secret keeper: never use it for keys, tokens or nonces.
 */
import type { Random } from './ports.ts'

/** Four unsigned 32-bit words, not all zero. Plain JSON. */
export type RandomState = readonly [number, number, number, number]

export type SeededRandom = Random & {
  /** From which `restoredRandom` continues with the very next number. */
  state(): RandomState
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

/** Continues from a state taken earlier. Throws on a state no generator can be in. */
export const restoredRandom = (state: RandomState): SeededRandom => {
  const isWord = (word: number): boolean => Number.isInteger(word) && word >= 0 && word <= 0xffffffff
  if (state.length !== 4 || !state.every(isWord) || state.every(word => word === 0)) {
    throw new RangeError(
      `Random state ${JSON.stringify(state)} is not four unsigned 32-bit words, one of them above zero; start again from a seed`,
    )
  }
  let [a, b, c, d] = state.map(word => word | 0) as [number, number, number, number]
  const word = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotateLeft(d, 11)
    return result
  }
  return {
    // 53 random bits from two words: every double of the form k / 2^53 can come up.
    next: () => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 0x20000000000000,
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  }
}

/** A generator from any finite number; equal seeds give equal sequences. Throws on NaN and infinity. */
export const seededRandom = (seed: number): SeededRandom => {
  if (!Number.isFinite(seed)) throw new RangeError(`Seed ${seed} is not a finite number; give a whole number`)
  const whole = Math.trunc(seed)
  const high = Math.floor(whole / 0x100000000) | 0
  let counter = (whole | 0) ^ Math.imul(high, 0x9e3779b1)
  const splitmix = (): number => {
    counter = (counter + 0x9e3779b9) | 0
    let mixed = counter ^ (counter >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  return restoredRandom([splitmix(), splitmix(), splitmix(), splitmix()])
}

/** A seed of its own for a named part of a run, so that adding one part changes no number of another (FNV-1a). */
export const derivedSeed = (seed: number, name: string): number => {
  let hash = 0x811c9dc5
  for (const char of `${seed}/${name}`) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193)
  return hash >>> 0
}
