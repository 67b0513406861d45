/** Rules about stop and target: present, readable, on the right side, on a tick. */
import type { Level } from '../strategy.ts'
import { type Decimal, dec, type Price, price, roundToTick } from '../units.ts'
import { type EntryPrices, readDecimal } from './draft.ts'
import { off, pass, priced, type Rule, refuse, shown, skip, text } from './rule.ts'

const levelText = (level: Level): string =>
  'price' in level ? shown(level.price) : `${shown(level.ratio)} of the fill price away`

/**
 * Sees to it that the entry has a stop. Where none is asked for (`off`), the whole notional counts as risk: what may
 * be lost is not known, so the caps assume all of it.
 */
export const stopRequired: Rule = (draft, view) => {
  if (draft.stop !== null) return pass('a stop', levelText(draft.stop))
  const { stop, stopAtrMultiple } = view.limits
  if (stop === 'reject') return refuse('a stop in the proposal', 'none')
  if (draft.prices === null) return skip('no direction or no price')
  const { direction, reference, dearest } = draft.prices
  if (stop === 'off') {
    return { ...off('no stop, the whole notional is at risk'), change: { riskPerUnit: dearest } }
  }
  const limit = `a stop ${stopAtrMultiple} ATR14 of ${view.interval} away`
  if (view.atr === null || !(view.atr > 0)) {
    return refuse(limit, view.atr === null ? 'none given, ATR not known yet' : `ATR ${view.atr}`)
  }
  const distance = dec(stopAtrMultiple).times(view.atr)
  const at = direction === 'long' ? reference.minus(distance) : reference.plus(distance)
  return {
    ...pass(limit, `derived ${text(at)} from ATR ${text(view.atr)}`),
    change: { stop: { price: price(at) } },
  }
}

/**
 * A stop must lie beyond every price the entry may fill at. It is rounded toward the entry: rounding may cost an
 * early exit, it never adds to the loss.
 */
export const stopSide: Rule = priced((prices, draft, view) => {
  if (draft.stop === null) return draft.riskPerUnit === null ? skip('no stop') : off('no stop')
  const side = prices.direction === 'long' ? 'below' : 'above'
  const stop = levelBeyond(prices, side, draft.stop, view.instrument.tickSize)
  if (stop === null) return refuse(sideText(prices, side), levelText(draft.stop))
  const change = { stop, riskPerUnit: riskPerUnit(stop, prices) }
  return { ...pass(sideText(prices, side), levelText(stop)), change }
})

/** A target lies on the other side. It is rounded toward the entry, so that it is reached no later than asked. */
export const targetSide: Rule = priced((prices, draft, view) => {
  if (draft.target === null) return off('no target')
  const side = prices.direction === 'long' ? 'above' : 'below'
  const target = levelBeyond(prices, side, draft.target, view.instrument.tickSize)
  if (target === null) return refuse(sideText(prices, side), levelText(draft.target))
  return { ...pass(sideText(prices, side), levelText(target)), change: { target } }
})

type Beyond = 'above' | 'below'

const sideText = (prices: EntryPrices, side: Beyond): string =>
  side === 'above'
    ? `a tick or more above ${text(prices.high)}`
    : `above 0, a tick or more below ${text(prices.low)}`

/**
 * The level with its price on a tick, rounded toward the entry; `null` when it does not lie on that side. Nearer than
 * a tick is not beyond: it would round onto the entry, and a loss of nearly nothing would allow any size.
 */
const levelBeyond = (prices: EntryPrices, side: Beyond, level: Level, tick: Price): Level | null => {
  const value = readDecimal('price' in level ? level.price : level.ratio)
  if (value === null || value.lte(0)) return null
  if ('ratio' in level) {
    // A distance of all of the price below it is a level of zero, which no mark ever reaches.
    const isReachable = side === 'above' || value.lt(1)
    return isReachable && prices.low.times(value).gte(tick) ? level : null
  }
  const rounded = roundToTick(value, tick, side === 'above' ? 'down' : 'up')
  const distance = side === 'above' ? dec(rounded).minus(prices.high) : prices.low.minus(rounded)
  return distance.gte(tick) ? { price: rounded } : null
}

/** A price stop is farthest from the adverse end of the range, a ratio stop from the dearest fill. */
const riskPerUnit = (stop: Level, prices: EntryPrices): Decimal =>
  'price' in stop ? prices.adverse.minus(stop.price).abs() : prices.dearest.times(stop.ratio)
