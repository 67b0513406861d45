/** Where stop and target stand once the entry price is known. */
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

/** Levels of the life's first fill stay; a life without a plan (found at the venue) has none. */
export const protectionLevels = (
  context: PositionContext,
  life: Life,
): { stop: Price | null; target: Price | null } | null => {
  if (life.stopPrice !== null) return { stop: life.stopPrice, target: life.targetPrice }
  if (context.plan === null) return null
  const { stop, target } = context.plan.entry
  const entry = averageEntry(life)
  const isLong = life.direction === 'long'
  const tick = context.settings.tickSize
  return { stop: priceOf(stop, entry, !isLong, tick), target: priceOf(target, entry, isLong, tick) }
}
