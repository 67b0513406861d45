/** The slow stochastic oscillator and KDJ, two smoothings of the same raw value. */
import { SMA } from 'trading-signals'
import type { Candle } from '../candle.ts'
import { INDICATOR_LINES, type Indicator } from './indicator.ts'
import { RollingRange } from './rolling-range.ts'

/** `k`: SMA(smoothK) of the raw value, `d`: SMA(smoothD) of `k`. */
export class Stochastic implements Indicator {
  readonly lines = INDICATOR_LINES.stochastic
  readonly #range: RollingRange
  readonly #smoothK: SMA
  readonly #smoothD: SMA
  #k = Number.NaN
  #d = Number.NaN

  constructor(length: number, smoothK: number, smoothD: number) {
    this.#range = new RollingRange(length)
    this.#smoothK = new SMA(smoothK)
    this.#smoothD = new SMA(smoothD)
  }

  update(candle: Candle): void {
    const raw = this.#range.update(candle)
    if (Number.isNaN(raw)) return
    const k = this.#smoothK.update(raw, false)
    if (k === null) return
    this.#k = k
    this.#d = this.#smoothD.update(k, false) ?? Number.NaN
  }

  read(line: number): number {
    return line === 0 ? this.#k : this.#d
  }
}

const KDJ_START = 50

/**
 * `k` = k′ × (smoothK − 1) ÷ smoothK + raw ÷ smoothK, `d` likewise of `k`, both starting at 50; `j` = 3k − 2d, which
 * may leave 0 to 100.
 */
export class Kdj implements Indicator {
  readonly lines = INDICATOR_LINES.kdj
  readonly #range: RollingRange
  readonly #smoothK: number
  readonly #smoothD: number
  #warm = false
  #k = KDJ_START
  #d = KDJ_START

  constructor(length: number, smoothK: number, smoothD: number) {
    this.#range = new RollingRange(length)
    this.#smoothK = smoothK
    this.#smoothD = smoothD
  }

  update(candle: Candle): void {
    const raw = this.#range.update(candle)
    if (Number.isNaN(raw)) return
    this.#warm = true
    this.#k += (raw - this.#k) / this.#smoothK
    this.#d += (this.#k - this.#d) / this.#smoothD
  }

  read(line: number): number {
    if (!this.#warm) return Number.NaN
    return line === 0 ? this.#k : line === 1 ? this.#d : 3 * this.#k - 2 * this.#d
  }
}
