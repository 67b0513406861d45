/** Moving average convergence divergence. */
import { EMA, MACD } from 'trading-signals'
import type { Candle } from '../candle.ts'
import { INDICATOR_LINES, type Indicator } from './indicator.ts'

/**
 * `macd` = EMA(fast) − EMA(slow), `signal` = EMA(signal) of it, `histogram` = macd − signal.
 *
 * `macd` is published from the `slow`-th close on, the others once the signal line has had its own length of inputs.
 */
export class ConvergenceDivergence implements Indicator {
  readonly lines = INDICATOR_LINES.macd
  readonly #macd: MACD
  #signalInputsLeft: number
  #values = [Number.NaN, Number.NaN, Number.NaN]

  constructor(fast: number, slow: number, signal: number) {
    this.#macd = new MACD(new EMA(fast), new EMA(slow), new EMA(signal))
    this.#signalInputsLeft = signal
  }

  update(candle: Candle): void {
    const result = this.#macd.update(candle.close, false)
    if (result === null) return
    this.#values[0] = result.macd
    if (this.#signalInputsLeft > 0) this.#signalInputsLeft -= 1
    if (this.#signalInputsLeft > 0) return
    this.#values[1] = result.signal
    this.#values[2] = result.histogram
  }

  read(line: number): number {
    return this.#values[line] as number
  }
}
