/** How the diary names its entries and puts levels, refusals and orders into words. */
import type { DecisionRecord } from '../../../domain/fact.ts'
import type { Level } from '../../../domain/strategy.ts'
import type { Price } from '../../../domain/units.ts'
import type { OrderRecord } from '../record.ts'

/** Name of the diary entry of a decision. */
export const decisionEntry = (decisionId: string): string => `decision:${decisionId}`

/** Price of a level; `null` while it is only a distance from a fill to come. */
export const levelPrice = (level: Level | null): Price | null =>
  level !== null && 'price' in level ? level.price : null

/** What became of a decision that led to no order, e.g. `refused: heat_exceeded (limit 0.06, actual 0.07)`. */
export const firstOrderResult = (decision: DecisionRecord): string | null => {
  const { outcome, code, limit, actual } = decision
  if (code === null) return null
  const measure = limit === null || actual === null ? '' : ` (limit ${limit}, actual ${actual})`
  return `${outcome}: ${code}${measure}`
}

/** E.g. `filled 0.5 at 60000`, `rejected: margin_insufficient`. */
export const orderResult = (order: OrderRecord): string => {
  const filled = order.averagePrice === null ? '' : ` ${order.filledQuantity} at ${order.averagePrice}`
  return `${order.status}${filled}${order.reason === null ? '' : `: ${order.reason}`}`
}
