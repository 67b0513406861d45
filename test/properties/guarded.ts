/** What holds of a position in a play, whatever the venue has done: guarded after every event, agreed once it is quiet. */
import { expect } from 'vitest'
import { dec } from '../../domain/units.ts'
import type { PositionContext } from '../../machines/position/context.ts'
import type { Play } from './play.ts'

const POSITION = 'position:BTC'

const context = (play: Play): PositionContext => play.stage.positionContext(POSITION)

/** True when a stop stands for all that is open, as far as we have been told. */
const stopStands = (play: Play): boolean => {
  const { slots, book } = context(play)
  return slots.used.some(use => {
    if (use.leg !== 'stop' || !use.accepted || dec(use.quantity).lt(book.quantity)) return false
    const isToldLater = play.venue.events.length > 0
    const isAskedFor = play.stage.state(POSITION, use.slot) !== 'working'
    return play.venue.orders.get(use.clientOrderId)?.status === 'working' || isToldLater || isAskedFor
  })
}

/** Flat, or a standing stop, an exit in flight, or inside the naked deadline. */
export const isGuarded = (play: Play): boolean => {
  const { protection, timing, slots, book } = context(play)
  const state = play.state
  const now = play.stage.at
  // Flat in truth, or as far as we have been told.
  if (play.venue.book.direction === null || book.direction === null) return true
  if (state.startsWith('protect')) {
    if (protection.nakedSince === null) return stopStands(play)
    return now - protection.nakedSince < 5_000 && timing.until !== null
  }
  if (state === 'closing.exiting') return slots.used.some(use => use.leg === 'exit')
  return state === 'closing.waiting' && timing.until !== null && timing.until - now <= 1_000
}

/** What holds after every event. */
export const check = (play: Play): void => {
  const { book, life, fills } = context(play)
  expect(play.stage.failure).toBeNull()
  expect(isGuarded(play), `unguarded in ${play.state}`).toBe(true)
  for (const [id, count] of play.venue.arrivals) {
    if (/-e[0-9a-z]+$/.test(id)) expect(count, `${id} has reached the venue`).toBe(1)
  }
  expect(fills.seen.length).toBe(new Set(fills.seen).size)
  const open = life === null ? dec(0) : dec(life.entryQuantity).minus(life.exitQuantity)
  const sign = life === null || book.direction === null || book.direction === life.direction ? 1 : -1
  expect(open.toFixed(), 'fills booked').toBe(dec(book.quantity).times(sign).toFixed())
}

/** What holds once nothing is in flight: our book is the venue's, and it is protected there or flat. */
export const checkQuiet = (play: Play): void => {
  const { book } = context(play)
  expect(book.direction === 'short' ? `-${book.quantity}` : book.quantity, 'our book').toBe(
    play.venue.holding,
  )
  const working = play.venue.working.map(({ type, quantity }) => ({ type, quantity }))
  if (book.direction === null) {
    expect(play.state).toMatch(/^(idle|cooldown|hysteresis)$/)
    expect(working).toEqual([])
    return
  }
  expect(play.state).toMatch(/^protected/)
  const stops = working.filter(order => order.type === 'stop_market')
  expect(stops).toHaveLength(1)
  expect(dec(stops[0]?.quantity ?? 0).gte(book.quantity), 'the stop covers all').toBe(true)
  expect(working.filter(order => order.type === 'market')).toEqual([])
}
