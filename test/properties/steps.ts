/** What may happen to an account, at random: the venue's answers and their order, prices, candles, wishes, hands, restarts. */
import * as fc from 'fast-check'
import { type Step, WISHES } from './play-step.ts'
import { anyTerms } from './terms.ts'
import { WAYS } from './venue-services.ts'

export const one = <Value>(...values: Value[]) => fc.constantFrom(...values)
export const shares = one(0.25, 0.5, 1)

const way = fc.oneof(
  { weight: 6, arbitrary: fc.constant('well' as const) },
  { weight: 2, arbitrary: one(...WAYS) },
)
const answer = fc.record({ do: fc.constant('answer' as const), way, index: fc.nat(5) })
const tell = fc.record({
  do: fc.constant('tell' as const),
  twice: fc.boolean(),
  index: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
})
const pass = fc.record({
  do: fc.constant('pass' as const),
  ms: one(1, 250, 600, 1_000, 4_500, 5_000, 60_000),
})
const move = fc.record({ do: fc.constant('move' as const), to: one(92, 97, 100, 103, 108), share: shares })
export const candle = fc.record({
  do: fc.constant('candle' as const),
  action: one('buy' as const, 'buy' as const, 'sell' as const, 'close' as const, 'hold' as const),
})
const markClosed = fc.record({
  do: fc.constant('mark closed' as const),
  high: one(100, 102, 104),
  low: one(100, 98, 96),
})
const close = fc.record({ do: fc.constant('close' as const), fraction: one(0.0001, 0.3, 0.9999, 1) })
const wish = fc.record({
  do: fc.constant('wish' as const),
  wish: one(...WISHES.filter(each => each !== 'stop')),
})
const mark = fc.record({ do: fc.constant('mark' as const), equity: one(1_000, 940, 800, 740) })
const byHand = fc.oneof(
  fc.record({
    do: fc.constant('end' as const),
    leg: one('stop' as const, 'stop' as const, 'target' as const, 'entry' as const),
    status: one('cancelled' as const, 'expired' as const, 'rejected' as const),
  }),
  fc.record({
    do: fc.constant('trade by hand' as const),
    side: one('buy' as const, 'sell' as const),
    size: one('0.5', '3', 'all'),
  }),
)
const byPerson = fc.oneof(
  { weight: 4, arbitrary: one<Step>({ do: 'give', action: 'buy' }, { do: 'give', action: 'sell' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'withdraw' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'cancel entry' }) },
)
const restart = fc.record({
  do: fc.constant('restart' as const),
  from: one('now' as const, 'last intent' as const),
})

const usual: { weight: number; arbitrary: fc.Arbitrary<Step> }[] = [
  { weight: 12, arbitrary: answer },
  { weight: 6, arbitrary: tell },
  { weight: 4, arbitrary: pass },
  { weight: 3, arbitrary: move },
  { weight: 2, arbitrary: candle },
  { weight: 2, arbitrary: markClosed },
  { weight: 2, arbitrary: close },
  { weight: 1, arbitrary: wish },
  { weight: 1, arbitrary: mark },
  { weight: 1, arbitrary: byHand },
  { weight: 1, arbitrary: byPerson },
  { weight: 1, arbitrary: restart },
]
export const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(...usual), { maxLength: 40 })

const rare = fc.oneof(
  anyTerms.map((to): Step => ({ do: 'settings', terms: to })),
  one<Step>(
    { do: 'fund' },
    { do: 'wish', wish: 'stop' },
    { do: 'candle', action: 'hold', quiet: true },
    { do: 'approve', direction: 'long' },
    { do: 'approve', direction: 'short' },
    { do: 'pass', ms: 300_000 },
    { do: 'pass', ms: 1_000_000 },
  ),
)
/** Also what ends an account, or changes its terms. */
export const anySteps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(...usual, { weight: 2, arbitrary: rare }), {
  minLength: 5,
  maxLength: 50,
})

/** Everything goes well: the oldest question is answered, the oldest news are told. */
export const well: Step[] = [
  { do: 'answer', way: 'well', index: 0 },
  { do: 'tell', twice: false },
]

/** An entry on its way or further, up to a protected position that may be filled in part; then anything. */
export const opening = fc
  .record({ depth: fc.nat(12), share: shares })
  .map(({ depth, share }): Step[] => [
    ...well,
    { do: 'move', to: 100, share },
    { do: 'candle', action: 'buy' },
    ...Array.from({ length: depth }, () => well).flat(),
  ])
