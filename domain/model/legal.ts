/** What a model may want of each asset now. A schema made of this cannot express anything else. */
import type { PositionSummary } from '../position-state.ts'
import type { Proposal } from '../strategy.ts'

export type SchemaVersion = 1 | 2

export type Legal = { symbol: string; actions: readonly Proposal['action'][] }

/**
 * Flat: buy, sell, hold. Open and at rest: hold, the other side (a wish to reverse, which is how version 1 leaves a
 * position), and in version 2 close. While an order is under way, or in cooldown: hold only.
 */
export const legalActions = (
  version: SchemaVersion,
  symbols: readonly string[],
  positions: Readonly<Record<string, PositionSummary>>,
): Legal[] =>
  symbols.map(symbol => ({
    symbol,
    actions: actionsOf(version, Object.hasOwn(positions, symbol) ? positions[symbol] : undefined),
  }))

const actionsOf = (version: SchemaVersion, position: PositionSummary | undefined): Legal['actions'] => {
  if (position === undefined) return ['buy', 'sell', 'hold']
  const { state, direction } = position
  if (direction === null)
    return state === 'idle' || state === 'hysteresis' ? ['buy', 'sell', 'hold'] : ['hold']
  if (state !== 'protected' && state !== 'hysteresis') return ['hold']
  const other = direction === 'long' ? 'sell' : 'buy'
  return version === 1 ? [other, 'hold'] : [other, 'close', 'hold']
}

/** True when this action would turn an open position: it opens nothing by itself. */
export const isReversal = ({ actions }: Legal, action: Proposal['action']): boolean =>
  (action === 'buy' && !actions.includes('sell')) || (action === 'sell' && !actions.includes('buy'))
