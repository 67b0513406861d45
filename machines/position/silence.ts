/** An entry that nobody speaks of: its fill may have been told to nobody, so it is looked up, more and more seldom. */
import type { PositionContext } from './context.ts'
import type { Effects } from './effects.ts'
import { newest, slotsOf } from './slots.ts'

/** Shortest and longest silence of an entry before it is looked up; in between, as long as it has lasted. */
const SILENCE_MS_MIN = 2_000
const SILENCE_MS_MAX = 30_000

export const awaitEntry = (context: PositionContext): Effects => {
  const { at } = context.timing
  const lasted = at - (newest(context, 'entry')?.since ?? at)
  const wait = Math.min(SILENCE_MS_MAX, Math.max(SILENCE_MS_MIN, lasted))
  return { patch: { timing: { until: at + wait, at } } }
}

export const doubtEntry = (context: PositionContext): Effects => ({
  send: slotsOf(context, 'entry')
    .filter(use => !use.ended)
    .map(use => ({ slot: use.slot, event: { type: 'order.doubted', at: context.timing.at } })),
})
