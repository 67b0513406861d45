/** Where a life may stand before anything happens, and what makes it hard: each leads where chance alone seldom comes. */
import * as fc from 'fast-check'
import type { Step } from './play-step.ts'
import { candle, one, opening, shares, well } from './steps.ts'
import { PLAIN } from './terms.ts'

const times = (count: number, what: readonly Step[]): Step[] =>
  Array.from({ length: count }, () => what).flat()
const joined = (...parts: fc.Arbitrary<Step[]>[]): fc.Arbitrary<Step[]> =>
  fc.tuple(...parts).map(all => all.flat())

/** Decisions, one after another, each with some of its answers. */
const cycles = fc
  .array(fc.tuple(candle, fc.nat(8), one(0, 60_000, 300_000)), { minLength: 1, maxLength: 4 })
  .map(all =>
    all.flatMap(([decision, depth, ms]): Step[] => [decision, ...times(depth, well), { do: 'pass', ms }]),
  )

/** An entry that nobody decided on, on its way or further; what is asked last may be answered first. */
const approved = fc
  .record({
    depth: one(0, 1, 2, 3, 4, 5, 6, 8, 10, 14),
    share: shares,
    direction: one('long' as const, 'short' as const),
    index: one(0, 0, -1),
    isTold: one(true, true, false),
  })
  .map(({ depth, share, direction, index, isTold }): Step[] => [
    ...well,
    { do: 'move', to: 100, share },
    { do: 'approve', direction },
    ...times(depth, [{ do: 'answer', way: 'well', index }, ...(isTold ? [well[1] as Step] : [])]),
  ])

const ended = joined(approved, fc.constant<Step[]>([{ do: 'close', fraction: 1 }, ...times(8, well)]))

/** Somebody trades by hand, and an entry may be approved all the same. */
const strangers = fc
  .record({
    side: one('buy' as const, 'sell' as const),
    size: one('0.5', '3', 'all'),
    depth: fc.nat(6),
    isTold: fc.boolean(),
  })
  .map(({ side, size, depth, isTold }): Step[] => [
    { do: 'trade by hand', side, size },
    ...times(depth, isTold ? well : [{ do: 'answer', way: 'well', index: 0 }]),
    { do: 'approve', direction: 'long' },
  ])

/** The venue says no while time runs. */
const refusals: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({
      do: fc.constant('answer' as const),
      way: one('well' as const, 'refused' as const, 'thrown' as const),
      index: one(0, -1),
    }),
    fc.record({ do: fc.constant('pass' as const), ms: one(1_000, 4_500) }),
  ),
  { minLength: 2, maxLength: 8 },
)

/** Somebody takes the stop away. */
const lost = fc
  .nat(2)
  .map((depth): Step[] => [
    { do: 'end', leg: 'stop', status: 'cancelled' },
    { do: 'tell', twice: false },
    ...times(depth, well),
  ])

const drawdown = fc.constant<Step[]>([
  { do: 'mark', equity: 740 },
  { do: 'pass', ms: 60_000 },
  ...times(3, well),
])

/** The stop fills, and whoever hears of it has forgotten what it was before. */
const stopped = fc
  .nat(8)
  .map((depth): Step[] => [
    { do: 'move', to: 92, share: 1 },
    { do: 'restart', from: 'now' },
    ...times(depth, [{ do: 'answer', way: 'well', index: 0 }]),
    { do: 'pass', ms: 5_000 },
  ])

/**
 * An entry in slices, each of which fills before the protection of the one before it has settled: both slots for stops
 * are in use when the last one comes.
 */
const grown = fc.nat(2).map((depth): Step[] => {
  const newest: Step = { do: 'answer', way: 'well', index: -1 }
  const fill: Step[] = [newest, { do: 'answer', way: 'slow', index: -1 }, { do: 'tell', twice: false }]
  return [
    ...well,
    { do: 'settings', terms: { ...PLAIN, marketQuantityMax: '0.7' } },
    { do: 'approve', direction: 'long' },
    newest,
    ...fill,
    ...times(3, [newest]),
    { do: 'answer', way: 'well', index: 0 },
    ...fill,
    ...times(3, [newest]),
    { do: 'answer', way: 'well', index: 1 },
    ...fill,
    ...times(depth, [{ do: 'pass', ms: 4_500 }]),
  ]
})

/** The entry is closed by hand before its answer is here, and the venue lists neither fill yet. */
const gone = fc
  .nat(4)
  .map((depth): Step[] => [
    ...well,
    { do: 'settings', terms: { ...PLAIN, fillsLag: true } },
    { do: 'approve', direction: 'long' },
    ...times(2, [{ do: 'answer', way: 'well', index: 0 }]),
    { do: 'answer', way: 'slow', index: 0 },
    { do: 'trade by hand', side: 'sell', size: 'all' },
    ...times(depth, [{ do: 'answer', way: 'well', index: 0 }]),
  ])

/** The stop is refused when the naked time is nearly over. */
const stuck = one(3_000, 4_500).map((ms): Step[] => [
  ...well,
  { do: 'move', to: 100, share: 1 },
  { do: 'approve', direction: 'long' },
  ...times(3, well),
  { do: 'answer', way: 'well', index: 0 },
  { do: 'pass', ms },
  { do: 'answer', way: 'refused', index: -1 },
  { do: 'pass', ms: 1_000 },
])

/** An entry that is cancelled and fills on while the exit of its first part works. */
const late = fc
  .record({ depth: one(3, 4, 5, 6), exits: one(1, 2, 3), index: one(0, -1), rest: fc.nat(3) })
  .map(({ depth, exits, index, rest }): Step[] => [
    ...well,
    { do: 'settings', terms: { ...PLAIN, isThin: true } },
    { do: 'move', to: 100, share: 0.5 },
    { do: 'approve', direction: 'long' },
    ...times(depth, well),
    { do: 'close', fraction: 1 },
    ...times(exits, [{ do: 'answer', way: 'well', index }]),
    { do: 'move', to: 100, share: 1 },
    ...times(rest, [well[1] as Step]),
  ])

/** A signal that has to last; somebody else may be there before it is believed. */
const signalled = fc
  .record({ policy: one('close' as const, 'adopt' as const, 'report' as const), isThere: fc.boolean() })
  .map(({ policy, isThere }): Step[] => [
    ...well,
    { do: 'settings', terms: { ...PLAIN, confirmationMs: 300_000, unknownPositions: policy } },
    { do: 'candle', action: 'buy' },
    ...times(3, well),
    ...(isThere ? [{ do: 'trade by hand', side: 'buy', size: '0.5' } as const, ...times(3, well)] : []),
    ...(isThere ? [{ do: 'approve', direction: 'long' } as const] : []),
  ])

/** Kept from deciding, by hand or by a limit, while the venue is compared with on the beat. */
const kept = fc
  .record({
    why: one<Step[]>(
      [{ do: 'wish', wish: 'pause' }],
      [{ do: 'wish', wish: 'halt' }],
      [{ do: 'mark', equity: 940 }],
      times(3, [
        { do: 'candle', action: 'buy' },
        { do: 'answer', way: 'thrown', index: 0 },
      ]),
    ),
    reconcileMs: one(null, 30_000),
    ms: one(60_000, 300_000),
  })
  .map(({ why, reconcileMs, ms }): Step[] => [
    { do: 'settings', terms: { ...PLAIN, reconcileMs } },
    ...well,
    ...why,
    { do: 'pass', ms },
  ])

/** A person enters, and thinks better of it: before it is decided, on its way, or when a part of it has filled. */
const byPerson = fc
  .record({
    action: one('buy' as const, 'sell' as const),
    share: shares,
    depth: fc.nat(12),
    after: one<Step>({ do: 'withdraw' }, { do: 'cancel entry' }, { do: 'give', action: 'sell' }),
  })
  .map(({ action, share, depth, after }): Step[] => [
    ...well,
    { do: 'move', to: 100, share },
    { do: 'give', action },
    ...times(depth, well),
    after,
  ])

/** The target of a protected position is taken away, and nothing else happens for a while. */
const untargeted = fc.constant<Step[]>([
  ...well,
  { do: 'move', to: 100, share: 1 },
  { do: 'approve', direction: 'long' },
  ...times(12, well),
  { do: 'end', leg: 'target', status: 'cancelled' },
  { do: 'tell', twice: false },
  { do: 'pass', ms: 60_000 },
])

/** An exit never reaches the venue, which says so each time it is asked. */
const unheard = fc.constant<Step[]>([
  ...well,
  { do: 'move', to: 100, share: 1 },
  { do: 'approve', direction: 'long' },
  ...times(12, well),
  { do: 'close', fraction: 1 },
  ...times(2, [{ do: 'answer', way: 'request lost', index: -1 }]),
  ...times(6, [
    { do: 'pass', ms: 2_000 },
    { do: 'answer', way: 'well', index: -1 },
  ]),
])

/** Somebody else's position is only reported, and an entry is approved beside it. */
const beside = fc
  .nat(4)
  .map((depth): Step[] => [
    ...well,
    { do: 'settings', terms: { ...PLAIN, unknownPositions: 'report' } },
    { do: 'trade by hand', side: 'buy', size: '0.5' },
    ...times(depth, well),
    { do: 'approve', direction: 'long' },
  ])

/** One of them, and then perhaps one of the hardships. */
export const anyOpening: fc.Arbitrary<Step[]> = joined(
  fc.oneof(
    { weight: 4, arbitrary: opening },
    { weight: 8, arbitrary: approved },
    { weight: 4, arbitrary: ended },
    { weight: 4, arbitrary: joined(approved, cycles) },
    { weight: 4, arbitrary: cycles.map(all => [...well, ...all]) },
    { weight: 1, arbitrary: grown },
    { weight: 1, arbitrary: gone },
    { weight: 1, arbitrary: stuck },
    { weight: 1, arbitrary: signalled },
    { weight: 2, arbitrary: late },
    { weight: 2, arbitrary: kept },
    { weight: 2, arbitrary: byPerson },
    { weight: 1, arbitrary: untargeted },
    { weight: 1, arbitrary: unheard },
    { weight: 1, arbitrary: beside },
  ),
  fc.oneof(
    fc.constant<Step[]>([]),
    fc.constant<Step[]>([]),
    strangers,
    refusals,
    joined(fc.constant<Step[]>([{ do: 'close', fraction: 0.3 }]), refusals),
    stopped,
    lost,
    drawdown,
    fc.constant<Step[]>([{ do: 'wish', wish: 'halt' }]),
  ),
)
