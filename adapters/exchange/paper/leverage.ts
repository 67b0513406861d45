/** Leverage of one symbol of one account. */
import { refuse } from './check.ts'
import type { Holding } from './holding.ts'
import { onlyShrinks } from './working.ts'

/** Sets it while nothing stands on the old one, and returns it. The same leverage again is always granted. */
export const changeLeverage = (holding: Holding, leverage: number): number => {
  const { instrument } = holding.market
  const { symbol } = instrument
  if (!Number.isInteger(leverage) || leverage < 1) {
    refuse('leverage_invalid', `leverage of ${symbol} cannot be ${leverage}; give a whole number from 1`)
  }
  if (leverage === holding.leverage) return leverage
  const highest =
    instrument.kind === 'spot' ? 1 : Math.max(...instrument.marginTiers.map(tier => tier.leverageMax))
  if (leverage > highest) {
    refuse('leverage_exceeds_tier', `${symbol} allows ${highest}x at most, asked for ${leverage}x`)
  }
  const opening = holding.orders.find(({ order }) => !onlyShrinks(order, instrument))
  if (holding.position.direction !== null || opening !== undefined) {
    const what = opening === undefined ? 'a position is open' : `${opening.order.clientOrderId} is working`
    refuse('leverage_locked', `leverage of ${symbol} stays ${holding.leverage}x while ${what}`)
  }
  holding.leverage = leverage
  return leverage
}
