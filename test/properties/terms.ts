/** What an account trades by in a play: its exit plans, its limits, and the manners of its venue. */
import * as fc from 'fast-check'
import type { ExitCondition } from '../../domain/exit-plan/condition.ts'
import type { UnknownPositions } from '../../domain/settings.ts'

const one = <Value>(...values: Value[]) => fc.constantFrom(...values)

export type Terms = {
  /** Exit plan of every entry. */
  conditions: readonly ExitCondition[]
  hasTarget: boolean
  /** Largest market order of the venue; an entry is about 2 of the asset. */
  marketQuantityMax: string | null
  confirmationMs: number
  /** Decisions in a row for the other direction that end a position. */
  reversalCount: number
  unknownPositions: UnknownPositions
  reconcileMs: number | null
  emergencyAction: 'flatten' | 'halt'
  /** The venue lists fills only some time after it has told them. */
  fillsLag: boolean
  /** Exits, too, fill only in the share that entries do. */
  isThin: boolean
  /** Intents are durable at once, so that a snapshot is taken in the middle of what follows from one event. */
  isPrompt: boolean
}

export const PLAIN: Terms = {
  conditions: [],
  hasTarget: true,
  marketQuantityMax: null,
  confirmationMs: 0,
  reversalCount: 2,
  unknownPositions: 'close',
  reconcileMs: null,
  emergencyAction: 'flatten',
  fillsLag: false,
  isThin: false,
  isPrompt: false,
}

const condition: fc.Arbitrary<ExitCondition> = one<ExitCondition>(
  { kind: 'trailing', distance: { ratio: 0.02 }, activateAfterR: 0 },
  { kind: 'trailing', distance: { r: 0.5 }, activateAfterR: 0.5 },
  { kind: 'trailing', distance: { atr: 1 }, activateAfterR: 0 },
  { kind: 'break_even', afterR: 0.4, offsetR: 0.1 },
  { kind: 'time_stop', afterMs: 60_000 },
  { kind: 'unrealised_below_r', r: -0.5 },
  { kind: 'adverse_funding', rateMax: 0.00005 },
)

/** Exit plans, slices, no target, comparisons on the beat: what a position must stay guarded with. */
export const terms: fc.Arbitrary<Terms> = fc.record({
  conditions: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }) },
  ),
  hasTarget: one(true, true, false),
  marketQuantityMax: one(null, null, '0.7'),
  confirmationMs: fc.constant(0),
  reversalCount: one(2, 3),
  unknownPositions: fc.constant('close' as const),
  reconcileMs: one(null, null, 30_000),
  emergencyAction: one('flatten' as const, 'halt' as const),
  fillsLag: fc.constant(false),
  isThin: fc.constant(false),
  isPrompt: fc.constant(false),
})

/** Also those that leave positions of others alone, wait for a signal to last, or whose venue is behind with its fills. */
export const anyTerms: fc.Arbitrary<Terms> = fc
  .tuple(
    terms,
    fc.record({
      confirmationMs: one(0, 0, 300_000),
      unknownPositions: one('close' as const, 'adopt' as const, 'report' as const),
      fillsLag: one(false, true),
      isThin: one(false, false, true),
      isPrompt: one(false, true),
    }),
  )
  .map(([plain, more]) => ({ ...plain, ...more }))
