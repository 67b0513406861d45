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
import { check, checkQuiet } from './guarded.ts'
import { Play } from './play.ts'
import type { Step } from './play-step.ts'
import { opening, steps, well } from './steps.ts'
import { type Terms, terms } from './terms.ts'

/** One seed, so that a run means the same tomorrow; `SEED=n` tries another. */
const SEED = Number(process.env['SEED'] ?? 7)

const RUNS = 1_000

const run = (script: readonly Step[], by: Terms): Play => {
  const play = new Play(by)
  for (const step of script) {
    play.take(step)
    check(play)
  }
  return play
}

test('an open position is guarded after every event, and all agrees with the venue once it is quiet', () => {
  fc.assert(
    fc.property(terms, opening, steps, (by, begin, script) => {
      const play = run([...begin, ...script], by)
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
