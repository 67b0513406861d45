/** Where stop and target stand once the entry price is known. */
import { tighterStop } from '../../domain/exit-plan/review.ts'
import { averageEntry, type Life } from '../../domain/life.ts'
import type { Level } from '../../domain/strategy.ts'
import { dec, type Price, roundToTick } from '../../domain/units.ts'
import type { PositionContext } from './context.ts'

/** The price of a level for an entry, rounded to the tick on the side of less risk: toward the entry. */
const priceOf = (level: Level | null, entry: Price, upward: boolean, tick: Price): Price | null => {
  if (level === null) return null
  const raw =
    'price' in level
      ? dec(level.price)
      : dec(entry).times(upward ? dec(1).plus(level.ratio) : dec(1).minus(level.ratio))
  return roundToTick(raw, tick, upward ? 'down' : 'up')
}

/**
 * Levels of a life that has grown. A target stays where the first fill put it. A stop at a price stays too; one at a
 * distance follows the average entry, but only toward profit: the risk was sized with it at the dearest fill, and a stop
 * left behind by dearer fills would risk more. A life without a plan (found at the venue) has none.
 */
export const protectionLevels = (
  context: PositionContext,
  life: Life,
): { stop: Price | null; target: Price | null } | null => {
  const isNew = life.stopPrice === null
  if (context.plan === null) return isNew ? null : { stop: life.stopPrice, target: life.targetPrice }
  const { stop, target } = context.plan.entry
  const entry = averageEntry(life)
  const isLong = life.direction === 'long'
  const tick = context.settings.tickSize
  const planned = priceOf(stop, entry, !isLong, tick)
  if (isNew) return { stop: planned, target: priceOf(target, entry, isLong, tick) }
  return { stop: tighterStop(life.direction, life.stopPrice, planned), target: life.targetPrice }
}
