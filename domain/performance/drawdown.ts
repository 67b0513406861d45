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
  const flowsUntil = flowCursor(flows, opening === null ? first.at : Number.NEGATIVE_INFINITY)
  let index = dec(1)
  // index = scale × equity. Only a flow changes the scale, so most snapshots cost one product; null: nothing to measure.
  let scale = opening !== null && dec(opening).gt(0) ? index.div(opening) : null
  let peak = index
  let peakAt = first.at
  let worst: Drawdown = { ratio: dec(0), peakAt: null, troughAt: null }
  for (const point of points) {
    const equity = dec(point.equity)
    const flow = flowsUntil(point.at)
    if (scale !== null) index = Decimal.max(0, scale.times(equity.minus(flow)))
    if (scale === null || !flow.isZero()) scale = equity.gt(0) ? index.div(equity) : null
    if (index.gt(peak)) {
      peak = index
      peakAt = point.at
    }
    const ratio = peak.minus(index).div(peak)
    if (ratio.gt(worst.ratio)) worst = { ratio, peakAt, troughAt: point.at }
  }
  return worst
}
