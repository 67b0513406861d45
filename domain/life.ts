/** One life of a position, from flat to flat: what it needs to become a closed trade. */
import type { ExitCondition } from './exit-plan/condition.ts'
import type { ClosedTrade, ExitReason, TradePartial } from './fact.ts'
import type { Direction, Fill } from './order.ts'
import type { PositionBook } from './position.ts'
import {
  addMoney,
  dec,
  type Money,
  money,
  notional,
  type Price,
  price,
  type Quantity,
  quantity,
  subtractMoney,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './units.ts'

export type Life = {
  direction: Direction
  decisionId: string | null
  openedAt: number
  entryQuantity: Quantity
  entryCost: Money
  exitQuantity: Quantity
  exitCost: Money
  exitAt: number
  exitReason: ExitReason
  /** R: stop distance × quantity at entry; `null` without a stop. */
  risk: Money | null
  stopPrice: Price | null
  targetPrice: Price | null
  partials: TradePartial[]
}

export const beginLife = (direction: Direction, decisionId: string | null, at: number): Life => ({
  direction,
  decisionId,
  openedAt: at,
  entryQuantity: ZERO_QUANTITY,
  entryCost: ZERO_MONEY,
  exitQuantity: ZERO_QUANTITY,
  exitCost: ZERO_MONEY,
  exitAt: at,
  exitReason: 'external',
  risk: null,
  stopPrice: null,
  targetPrice: null,
  partials: [],
})

export const averageEntry = (life: Life): Price => price(dec(life.entryCost).div(life.entryQuantity))

/** Adds a fill that opened or grew the position. */
export const addEntry = (life: Life, fill: Fill): Life => ({
  ...life,
  entryQuantity: quantity(dec(life.entryQuantity).plus(fill.quantity)),
  entryCost: addMoney(life.entryCost, notional(fill.quantity, fill.price)),
})

/** Adds a fill that shrank the position. */
export const addExit = (life: Life, fill: Fill, realised: Money, reason: ExitReason): Life => ({
  ...life,
  exitQuantity: quantity(dec(life.exitQuantity).plus(fill.quantity)),
  exitCost: addMoney(life.exitCost, notional(fill.quantity, fill.price)),
  exitAt: fill.at,
  exitReason: reason,
  partials: [
    ...life.partials,
    { quantity: fill.quantity, exitPrice: fill.price, exitAt: fill.at, realised, fees: fill.fee },
  ],
})

/** Fixes the levels; R is fixed by the first stop and grows only with the position (glossary: R at entry). */
export const setLevels = (life: Life, stop: Price | null, target: Price | null): Life => ({
  ...life,
  stopPrice: stop,
  targetPrice: target,
  risk:
    stop === null ? life.risk : money(dec(averageEntry(life)).minus(stop).abs().times(life.entryQuantity)),
})

/** The record of a life that has ended flat. `book` is the position's book with all its fees and funding. */
export const closeLife = (
  life: Life,
  book: PositionBook,
  positionId: string,
  symbol: string,
  nakedMs: number,
  /** What the exit plan closed for, if it did. */
  condition: ExitCondition | null = null,
): ClosedTrade => {
  const pnl = subtractMoney(subtractMoney(book.realised, book.fees), book.funding)
  return {
    positionId,
    symbol,
    side: life.direction,
    quantity: life.entryQuantity,
    entryPrice: averageEntry(life),
    entryAt: life.openedAt,
    exitPrice: price(dec(life.exitCost).div(life.exitQuantity)),
    exitAt: life.exitAt,
    exitReason: life.exitReason,
    exitCondition: life.exitReason === 'exit_plan' ? condition : null,
    fees: book.fees,
    funding: book.funding,
    realised: book.realised,
    pnl,
    rMultiple: life.risk === null || dec(life.risk).isZero() ? null : dec(pnl).div(life.risk).toFixed(4),
    nakedSeconds: nakedMs / 1000,
    stopPrice: life.stopPrice,
    targetPrice: life.targetPrice,
    decisionId: life.decisionId,
    partials: life.partials.length > 1 ? life.partials : [],
  }
}
