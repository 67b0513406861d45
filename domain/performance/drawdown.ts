/** The deepest fall from a peak, over every equity snapshot, with deposits and withdrawals taken out. */
import { Decimal, type DecimalInput, dec } from '../units.ts'
import { type EquityPoint, type Flow, flowCursor } from './daily.ts'

export type Drawdown = {
  /** (peak − trough) ÷ peak, positive; 0 when it never fell. */
  ratio: Decimal
  /** Epoch ms; `null` when it never fell. */
  peakAt: number | null
  troughAt: number | null
}

/** Far above what a product of two plain numbers can be off by, far below what anybody asks for. */
const DOUBT = 1e-9

/** The fold behind `maxDrawdown`, snapshot by snapshot: `worst` is what it comes to so far. */
export class DrawdownFold {
  worst: Drawdown = { ratio: dec(0), peakAt: null, troughAt: null }
  readonly #flowsUntil: (at: number) => Decimal
  #index = dec(1)
  /** index = scale × equity. Only a flow changes it, so most snapshots cost one product; `null`: nothing to measure. */
  #scale: Decimal | null
  #peak = this.#index
  #peakAt: number
  /** The same as plain numbers, and the equity of the snapshot before. */
  #near = { scale: 0, peak: 1, worst: 0 }
  #before: string | null = null

  /** `firstAt` is the time of the first snapshot. */
  constructor(firstAt: number, flows: readonly Flow[], opening: DecimalInput | null) {
    this.#flowsUntil = flowCursor(flows, opening === null ? firstAt : Number.NEGATIVE_INFINITY)
    this.#scale = opening !== null && dec(opening).gt(0) ? this.#index.div(opening) : null
    this.#peakAt = firstAt
  }

  step(point: EquityPoint): void {
    const flow = this.#flowsUntil(point.at)
    if (flow.isZero() && this.#isWithin(point.equity)) return
    this.#before = point.equity
    const equity = dec(point.equity)
    if (this.#scale !== null) this.#index = Decimal.max(0, this.#scale.times(equity.minus(flow)))
    if (this.#scale === null || !flow.isZero()) this.#scale = equity.gt(0) ? this.#index.div(equity) : null
    if (this.#index.gt(this.#peak)) {
      this.#peak = this.#index
      this.#peakAt = point.at
    }
    const ratio = this.#peak.minus(this.#index).div(this.#peak)
    if (ratio.gt(this.worst.ratio)) this.worst = { ratio, peakAt: this.#peakAt, troughAt: point.at }
    this.#near = {
      scale: this.#scale?.toNumber() ?? 0,
      peak: this.#peak.toNumber(),
      worst: this.worst.ratio.toNumber(),
    }
  }

  /**
   * Neither a new peak nor a deeper fall, beyond all doubt of plain numbers: of a year of snapshots almost every one, and a
   * decimal costs hundreds of times a number.
   */
  #isWithin(equity: string): boolean {
    if (equity === this.#before) return true
    const { scale, peak, worst } = this.#near
    if (scale <= 0) return false
    const index = scale * Number(equity)
    return index < peak * (1 - DOUBT) && (peak - Math.max(0, index)) / peak < worst - DOUBT
  }
}

/**
 * Measured on an index that starts at 1 and moves by (E_k − F_k) ÷ E_{k−1} from snapshot to snapshot, F_k the flows
 * between the two. While the account is empty the index stands still; one that lost everything stays at zero,
 * whatever is paid in later. `null` without a snapshot. `opening`, if given, is what the account began with.
 */
export const maxDrawdown = (
  points: readonly EquityPoint[],
  flows: readonly Flow[],
  opening: DecimalInput | null = null,
): Drawdown | null => {
  const first = points[0]
  if (first === undefined) return null
  const fold = new DrawdownFold(first.at, flows, opening)
  for (const point of points) fold.step(point)
  return fold.worst
}
