/**
 * Which price executes which order. A candle is played as its open, then its inside, then its close; of what the inside
 * leaves open, the order of its prices, the answer that hurts the account is taken (docs/fills.md).
 */
import type { Holding } from './holding.ts'
import type { Inside } from './market.ts'
import { execute, liquidate, takeAt } from './settle.ts'
import { actsFalling, isFiredBy, isInBook, isProtectiveStop, isThrough, type Working } from './working.ts'

/** Order in which things at one price happen: what hurts first. */
const RANK = { liquidation: 0, stop: 1, limit: 2, target: 3, taking: 4 } as const

const rankOf = ({ stage, order }: Working): number => {
  if (stage === 'taking') return RANK.taking
  if (stage === 'resting') return RANK.limit
  return order.type === 'stop_market' ? RANK.stop : RANK.target
}

/** True when a price range reaches the liquidation price of the position. */
const isLiquidatedIn = (holding: Holding, high: number, low: number): boolean => {
  if (holding.liquidationPrice === null) return false
  const level = Number(holding.liquidationPrice)
  return holding.position.direction === 'long' ? low <= level : high >= level
}

/** The first trade of a candle: everything it jumped over happens at it. */
export const playOpen = (holding: Holding, open: number, at: number): void => {
  const { market } = holding
  if (isLiquidatedIn(holding, open, open)) liquidate(holding, at)
  const due = holding.orders.toSorted((a, b) => rankOf(a) - rankOf(b))
  for (const working of due) {
    if (!holding.orders.includes(working) || !isInBook(working, market.candle, at)) continue
    if (working.stage === 'taking') takeAt(holding, working, open, at)
    else if (working.stage === 'armed' && isFiredBy(working, open)) takeAt(holding, working, open, at)
    else if (working.stage === 'resting' && isThrough(working, open)) fillLimit(holding, working, at)
  }
}

/** The inside of a candle: what arrives in it, then the way to the worse extreme, then to the other. */
export const playInside = (holding: Holding, high: number, low: number, at: number): void => {
  arrive(holding, { high, low, closeAt: at }, at)
  const fallsFirst = holding.position.direction !== 'short'
  playLeg(holding, fallsFirst, high, low, at)
  playLeg(holding, !fallsFirst, high, low, at)
  // A position opened on the second leg may still have met the extreme of the first.
  if (holding.position.direction !== null) {
    playLeg(holding, holding.position.direction === 'long', high, low, at)
  }
}

/** Market orders that have reached the book after the open of this candle and not executed in it yet. */
const arrivals = ({ orders, market }: Holding, at: number): Working[] =>
  orders.filter(
    each => each.stage === 'taking' && each.arriveAt > market.openAt && isInBook(each, market.candle, at),
  )

export const hasArrivals = (holding: Holding, at: number): boolean => arrivals(holding, at).length > 0

/** Late orders, at the moment they arrive; without knowledge of the inside, at the last price told. */
export const playArrivals = (holding: Holding, at: number): void => {
  const { last, inside } = holding.market
  arrive(holding, inside ?? { high: last, low: last, closeAt: at }, at)
}

/** Late market orders execute as if the price ran from the open straight to the worse extreme. */
const arrive = (holding: Holding, inside: Inside, at: number): void => {
  const { market } = holding
  for (const working of arrivals(holding, at)) {
    if (!holding.orders.includes(working)) continue
    const share = (working.arriveAt - market.openAt) / (inside.closeAt - market.openAt)
    const worst = working.order.side === 'buy' ? inside.high : inside.low
    const base = market.openPrice + (worst - market.openPrice) * share
    holding.see(base)
    takeAt(holding, working, base, at)
  }
}

/** One way through the candle, falling or rising: events in the order in which the price meets them. */
const playLeg = (holding: Holding, falls: boolean, high: number, low: number, at: number): void => {
  for (;;) {
    const next = nextOrder(holding, falls, high, low, at)
    const liquidates =
      holding.position.direction === (falls ? 'long' : 'short') && isLiquidatedIn(holding, high, low)
    if (liquidates && (next === null || !comesBefore(next.level, Number(holding.liquidationPrice), falls))) {
      liquidate(holding, at)
    } else if (next === null) {
      return
    } else if (next.stage === 'resting') {
      fillLimit(holding, next, at)
    } else {
      holding.see(next.level)
      takeAt(holding, next, next.order.triggerPrice ?? next.level, at)
    }
  }
}

/** Working order the price meets first on this leg; `null` when it meets none. */
const nextOrder = (
  holding: Holding,
  falls: boolean,
  high: number,
  low: number,
  at: number,
): Working | null => {
  let first: Working | null = null
  for (const working of holding.orders) {
    if (actsFalling(working.order) !== falls || !takesPart(holding, working, at)) continue
    const extreme = falls ? low : high
    if (!(working.stage === 'armed' ? isFiredBy(working, extreme) : isThrough(working, extreme))) continue
    if (first === null || comesBefore(working.level, first.level, falls)) first = working
    else if (working.level === first.level && rankOf(working) < rankOf(first)) first = working
  }
  return first
}

/** True when a price on its way meets `level` before `other`. */
const comesBefore = (level: number, other: number, falls: boolean): boolean =>
  falls ? level > other : level < other

/** Orders that were in the book at the open take part in the candle; of later ones only stops, for they hurt. */
const takesPart = ({ market }: Holding, working: Working, at: number): boolean => {
  if (working.stage === 'taking') return false
  const latest = isProtectiveStop(working.order) ? at : market.openAt
  return isInBook(working, market.candle, latest)
}

const fillLimit = (holding: Holding, working: Working, at: number): void => {
  const { price } = working.order
  if (price === null) throw new Error(`Invariant: resting order ${working.order.clientOrderId} has no price`)
  holding.see(working.level)
  execute(holding, working, price, 'maker', at)
}
