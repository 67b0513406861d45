/** In flight: reconciling with the venue, and the cycle analysing → deciding → ordering; closing everything. */
import { isGiven, questionOf } from './cycle.ts'
import { reconcileInput } from './reconciled.ts'
import { accountSetup } from './setup.ts'

/**
 * To flatten does not wait for a slow strategy. Leaving drops its answer, and nothing else: neither to analyse nor to
 * decide does anything at the venue. All other wishes wait for rest.
 */
const FLATTEN_FIRST = {
  guard: 'mustFlatten',
  target: 'closing',
  actions: { type: 'abandonCycle', params: { reason: 'flattening' } },
} as const

/** A model may think for long: an emergency does not wait for its answer, even where nothing is open. */
const CALLED_OFF = {
  guard: 'isCalledOff',
  target: 'resting',
  actions: [{ type: 'abandonCycle', params: { reason: 'called_off' } }, 'dropCycle'],
} as const

/** Start and recovery are one path: nothing is decided before the venue's truth is in. */
export const reconciling = accountSetup.createStateConfig({
  tags: 'inFlight',
  entry: 'dropCycle',
  invoke: {
    id: 'reconcileAccount',
    src: 'reconcileAccount',
    input: ({ context }) => reconcileInput(context),
    onDone: [
      {
        guard: ({ event }) => event.output.reachable,
        target: 'agreeing',
        actions: [{ type: 'takeVenueTruth', params: ({ event }) => ({ answer: event.output }) }, 'agree'],
      },
      {
        target: 'degraded',
        actions: { type: 'takeVenueTruth', params: ({ event }) => ({ answer: event.output }) },
      },
    ],
    onError: { target: 'degraded', actions: { type: 'degrade', params: { reason: 'reconcile_failed' } } },
  },
  on: {
    'account.resumed': { target: 'reconciling', reenter: true, actions: 'noteTime' },
    // The answer on its way may be older than this fill, and would undo it: it is asked for again.
    'fill.booked': { target: 'reconciling', reenter: true, actions: 'bookEarly' },
    // Being asked already: to begin again at each doubt would never end where the venue is slower than the doubts.
    'position.doubted': { actions: 'noteTime' },
  },
})

/**
 * The positions have been told the venue's truth, and what they make of it comes back before this is left: one that
 * has to place its stop again is waited for before anything is decided.
 */
export const agreeing = accountSetup.createStateConfig({
  tags: 'inFlight',
  on: {
    'venue.agreed': 'resting',
    'account.resumed': { target: 'reconciling', actions: 'noteTime' },
  },
})

export const analysing = accountSetup.createStateConfig({
  tags: 'inFlight',
  entry: 'beginCycle',
  always: FLATTEN_FIRST,
  invoke: {
    id: 'analyseMarket',
    src: 'analyseMarket',
    input: ({ context }) => ({
      accountId: context.settings.id,
      symbols: context.cycle.due,
      at: context.cycle.dueAt,
    }),
    onDone: [
      {
        guard: ({ context, event }) => event.output.ready && isGiven(context),
        target: 'ordering',
        actions: [
          { type: 'takeAnalysis', params: ({ event }) => ({ answer: event.output }) },
          { type: 'decideGiven', params: ({ event }) => ({ at: event.output.at }) },
        ],
      },
      {
        guard: ({ event }) => event.output.ready,
        target: 'deciding',
        actions: { type: 'takeAnalysis', params: ({ event }) => ({ answer: event.output }) },
      },
      {
        target: 'resting',
        actions: { type: 'takeAnalysis', params: ({ event }) => ({ answer: event.output }) },
      },
    ],
    onError: { target: 'resting', actions: { type: 'failCycle', params: { reason: 'analysis_failed' } } },
  },
  on: {
    'proposal.withdrawn': {
      guard: 'isGiven',
      target: 'resting',
      actions: { type: 'failCycle', params: { reason: 'withdrawn' } },
    },
    'candle.closed': { actions: 'rememberCandle' },
    'account.resumed': { target: 'reconciling', actions: 'noteTime' },
  },
})

export const deciding = accountSetup.createStateConfig({
  tags: 'inFlight',
  always: [FLATTEN_FIRST, CALLED_OFF],
  invoke: {
    id: 'decide',
    src: 'decide',
    input: ({ context }) => questionOf(context),
    onDone: {
      target: 'ordering',
      actions: { type: 'takeProposals', params: ({ event }) => ({ answer: event.output }) },
    },
    onError: { target: 'resting', actions: { type: 'failCycle', params: { reason: 'strategy_failed' } } },
  },
  on: {
    'candle.closed': { actions: 'rememberCandle' },
    'account.resumed': { target: 'reconciling', actions: 'noteTime' },
  },
})

/** Approved entries are with their positions; the next decision waits until each is protected or gone. */
export const ordering = accountSetup.createStateConfig({
  tags: 'inFlight',
  always: [
    { guard: 'mustFlatten', target: 'closing' },
    { guard: 'isSettled', target: 'resting' },
  ],
  on: { 'account.resumed': { target: 'reconciling', actions: 'noteTime' } },
})

/** Flattening: every position is told to close until none is left, and the venue is asked whether it is so. */
export const closing = accountSetup.createStateConfig({
  tags: 'inFlight',
  entry: ['dropCycle', 'closeEverything'],
  always: { guard: 'isFlat', target: 'reconciling', actions: 'flattenIsDone' },
  on: {
    'account.resumed': { target: 'reconciling', actions: 'noteTime' },
  },
})
