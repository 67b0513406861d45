/**
 * Whatever the venue does, in whatever order:
 * 1. after every event an open position has a standing stop, or an exit in flight, or is inside its naked deadline;
 * 2. one intent is at most one order at the venue, and an entry is never sent twice;
 * 3. the fills booked are the position, each once;
 * 4. once all is quiet, our book is the venue's, and a position is protected there, or there is none and no order is left;
 * 5. a restart at any point, in flight or not, from this moment or from the last intent, ends the same way;
 * 6. a close is always answered by a reduce-only exit that the venue accepts.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { dec } from '../../domain/units.ts'
import type { PositionContext } from '../../machines/position/context.ts'
import { Play, type Step, WAYS } from './play.ts'

/** One seed, so that a run means the same tomorrow; `SEED=n` tries another (1785895067 is an open question, docs/promises.md). */
const SEED = Number(process.env['SEED'] ?? 7)

const POSITION = 'position:BTC'
const RUNS = 1_000

const way = fc.oneof(
  { weight: 6, arbitrary: fc.constant('well' as const) },
  { weight: 2, arbitrary: fc.constantFrom(...WAYS) },
)
const answer = fc.record({ do: fc.constant('answer' as const), way, index: fc.nat(5) })
const tell = fc.record({ do: fc.constant('tell' as const), twice: fc.boolean() })
const pass = fc.record({
  do: fc.constant('pass' as const),
  ms: fc.constantFrom(1, 250, 600, 1_000, 5_000, 60_000),
})
const move = fc.record({
  do: fc.constant('move' as const),
  to: fc.constantFrom(92, 97, 100, 103, 108),
  share: fc.constantFrom(0.25, 0.5, 1),
})
const candle = fc.record({
  do: fc.constant('candle' as const),
  action: fc.constantFrom('buy' as const, 'buy' as const, 'sell' as const, 'close' as const, 'hold' as const),
})
const close = fc.record({
  do: fc.constant('close' as const),
  fraction: fc.constantFrom(0.0001, 0.3, 0.9999, 1),
})
const wish = fc.record({
  do: fc.constant('wish' as const),
  wish: fc.constantFrom(
    'pause' as const,
    'resume' as const,
    'halt' as const,
    'rearm' as const,
    'flatten' as const,
  ),
})
const mark = fc.record({ do: fc.constant('mark' as const), equity: fc.constantFrom(1_000, 940, 800, 740) })
const byHand = fc.oneof(
  fc.constant({ do: 'cancel by hand' } as const),
  fc.record({
    do: fc.constant('trade by hand' as const),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    size: fc.constantFrom('0.5', '3'),
  }),
)
const restart = fc.record({
  do: fc.constant('restart' as const),
  from: fc.constantFrom('now' as const, 'last intent' as const),
})

/** Everything goes well: the oldest question is answered, the oldest news are told. */
const well: Step[] = [
  { do: 'answer', way: 'well', index: 0 },
  { do: 'tell', twice: false },
]

/** An entry on its way or further, up to a protected position that may be filled in part; then anything. */
const opening = fc
  .record({ depth: fc.nat(12), share: fc.constantFrom(0.25, 0.5, 1) })
  .map(({ depth, share }): Step[] => {
    const well: Step[] = [
      { do: 'answer', way: 'well', index: 0 },
      { do: 'tell', twice: false },
    ]
    return [
      ...well,
      { do: 'move', to: 100, share },
      { do: 'candle', action: 'buy' },
      ...Array.from({ length: depth }, () => well).flat(),
    ]
  })
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: answer },
    { weight: 6, arbitrary: tell },
    { weight: 4, arbitrary: pass },
    { weight: 3, arbitrary: move },
    { weight: 2, arbitrary: candle },
    { weight: 2, arbitrary: close },
    { weight: 1, arbitrary: wish },
    { weight: 1, arbitrary: mark },
    { weight: 1, arbitrary: byHand },
    { weight: 1, arbitrary: restart },
  ),
  { maxLength: 40 },
)

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

const isGuarded = (play: Play): boolean => {
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

const check = (play: Play): void => {
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

const checkQuiet = (play: Play): void => {
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

const run = (script: readonly Step[]): Play => {
  const play = new Play()
  for (const step of script) {
    play.take(step)
    check(play)
  }
  return play
}

test('an open position is guarded after every event, and all agrees with the venue once it is quiet', () => {
  fc.assert(
    fc.property(opening, steps, (begin, script) => {
      const play = run([...begin, ...script])
      play.quiet()
      check(play)
      checkQuiet(play)
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

test('a restart at any point of a life ends where the life without it does, with one order per intent', () => {
  const uninterrupted = new Play()
  const life = [
    ...well,
    { do: 'candle', action: 'buy' } as const,
    ...Array.from({ length: 14 }, () => well).flat(),
  ]
  for (const step of life) uninterrupted.take(step)
  expect(uninterrupted.state).toBe('protected.holding')
  fc.assert(
    fc.property(
      fc.nat(life.length - 1),
      fc.constantFrom('now' as const, 'last intent' as const),
      fc.nat(4_000),
      (at, from, down) => {
        const play = new Play()
        for (const step of life.slice(0, at)) play.take(step)
        const wasSent = play.stage.sent('entry').length > 0
        play.venue.passTo(play.stage.at + down)
        play.take({ do: 'restart', from })
        play.quiet()
        check(play)
        checkQuiet(play)
        expect(play.venue.holding).toBe(wasSent ? uninterrupted.venue.holding : '0')
        for (const [id, count] of play.venue.arrivals) expect(count, id).toBe(1)
      },
    ),
    { numRuns: RUNS, seed: SEED },
  )
})

const flag = fc.oneof(
  fc
    .constantFrom('pause' as const, 'halt' as const, 'resume' as const, 'rearm' as const)
    .map((kind): Step => ({ do: 'wish', wish: kind })),
  fc.constantFrom(1_000, 990, 940, 800, 740).map((equity): Step => ({ do: 'mark', equity })),
  fc.constant<Step>({ do: 'candle', action: 'hold' }),
)

test('a close leads to a reduce-only exit that the venue accepts, whatever flags are set', () => {
  fc.assert(
    fc.property(
      fc.array(flag, { maxLength: 8 }),
      fc.constantFrom(0.2, 1),
      fc.nat(14),
      (flags, fraction, depth) => {
        const play = new Play()
        for (const step of [...well, { do: 'candle', action: 'buy' } as const]) play.take(step)
        for (let count = 0; count < depth; count += 1) for (const step of well) play.take(step)
        for (const step of flags) play.take(step)
        const held = play.book.quantity
        play.take({ do: 'close', fraction })
        play.quiet()
        checkQuiet(play)
        const exits = [...play.venue.orders.values()].filter(order =>
          /-x[0-9a-z]+$/.test(order.clientOrderId),
        )
        for (const exit of exits) expect(exit).toMatchObject({ reduceOnly: true, status: 'filled' })
        if (held !== '0') expect(exits.length).toBeGreaterThan(0)
        if (fraction === 1 && held !== '0') expect(play.venue.holding).toBe('0')
      },
    ),
    { numRuns: RUNS, seed: SEED },
  )
})
