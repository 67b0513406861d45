/** Whether the levels of an entry make sense beside the price it is taken at. */

export type Levels = { tp_price: number | null; sl_price: number | null }

/**
 * A long needs stop < price < target, a short the reverse. What is `null` is not compared; without a price the levels
 * are compared with each other. `null` when they make sense.
 */
export const priceProblem = (
  action: 'buy' | 'sell',
  { tp_price: target, sl_price: stop }: Levels,
  mark: number | null,
): { field: 'tp_price' | 'sl_price'; problem: string } | null => {
  const sign = action === 'buy' ? 1 : -1
  const [lower, upper] = action === 'buy' ? ['below', 'above'] : ['above', 'below']
  const isBehind = (one: number, other: number): boolean => (other - one) * sign > 0
  if (stop !== null && mark !== null && !isBehind(stop, mark)) {
    return { field: 'sl_price', problem: `${stop} has to be ${lower} the price ${mark} for a ${action}` }
  }
  if (target !== null && mark !== null && !isBehind(mark, target)) {
    return { field: 'tp_price', problem: `${target} has to be ${upper} the price ${mark} for a ${action}` }
  }
  if (stop !== null && target !== null && !isBehind(stop, target)) {
    return { field: 'tp_price', problem: `${target} has to be ${upper} sl_price ${stop} for a ${action}` }
  }
  return null
}
