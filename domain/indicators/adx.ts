/** Average directional index: how strong a trend is, 0 to 100, whichever way it goes. */
import { WSMA } from 'trading-signals'
import type { Candle } from '../candle.ts'
import { INDICATOR_LINES, type Indicator } from './indicator.ts'

/**
 * DX = 100 × |+DM − −DM| ÷ (+DM + −DM) of Wilder-smoothed movements; ADX is its Wilder smoothing.
 *
 * The library's own ADX divides both movements by the average range first. That cancels out of DX, but is 0 ÷ 0 for
 * a series that starts flat, and the `NaN` then stays in its smoothing for ever. Built here from the library's WSMA.
 */
export class DirectionalIndex implements Indicator {
  readonly lines = INDICATOR_LINES.adx
  readonly #up: WSMA
  readonly #down: WSMA
  readonly #smoothed: WSMA
  #previous: Candle | null = null
  #value = Number.NaN

  constructor(length: number) {
    this.#up = new WSMA(length)
    this.#down = new WSMA(length)
    this.#smoothed = new WSMA(length)
  }

  update(candle: Candle): void {
    const rise = this.#previous === null ? 0 : candle.high - this.#previous.high
    const fall = this.#previous === null ? 0 : this.#previous.low - candle.low
    this.#previous = candle
    const up = this.#up.update(rise > 0 && rise > fall ? rise : 0, false)
    const down = this.#down.update(fall > 0 && fall > rise ? fall : 0, false)
    if (up === null || down === null) return
    const sum = up + down
    this.#value =
      this.#smoothed.update(sum === 0 ? 0 : (Math.abs(up - down) / sum) * 100, false) ?? Number.NaN
  }

  read(): number {
    return this.#value
  }
}
