/** Chance, from a seed. Every part of a run has dice of its own, so that one part changes no throw of another. */
import type { Random } from '../../domain/ports.ts'
import { derivedSeed, seededRandom } from '../../domain/random.ts'

export class Dice {
  readonly #random: Random

  constructor(seed: number, name: string) {
    this.#random = seededRandom(derivedSeed(seed, name))
  }

  /** Uniform in [0, 1). */
  share(): number {
    return this.#random.next()
  }

  chance(probability: number): boolean {
    return this.#random.next() < probability
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random.next() * (most - least + 1))
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error('Invariant: there is nothing to pick from')
    return items[this.between(0, items.length - 1)] as Item
  }

  /** Waiting time until the next of events that come `perDay` times a day, in ms. */
  waitMs(perDay: number): number {
    return Math.ceil((-Math.log(1 - this.#random.next()) * 86_400_000) / perDay)
  }
}
