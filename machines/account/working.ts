/** In flight: reconciling with the venue, and the cycle analysing → deciding → ordering; closing everything. */
import { accountSetup } from './setup.ts'

/** Start and recovery are one path: nothing is decided before the venue's truth is in. */
export const reconciling = accountSetup.createStateConfig({
  tags: 'inFlight',
  entry: 'dropCycle',
  invoke: {
    id: 'reconcileAccount',
    src: 'reconcileAccount',
    input: ({ context }) => ({ accountId: context.settings.id, since: context.counters.lastFillAt }),
    onDone: [
      {
        guard: ({ event }) => event.output.reachable,
        target: 'resting',
        actions: { type: 'takeVenueTruth', params: ({ event }) => ({ answer: event.output }) },
      },
      {
        target: 'degraded',
        actions: { type: 'takeVenueTruth', params: ({ event }) => ({ answer: event.output }) },
      },
    ],
    onError: { target: 'degraded', actions: { type: 'degrade', params: { reason: 'reconcile_failed' } } },
  },
  on: { 'account.resumed': { target: 'reconciling', reenter: true, actions: 'noteTime' } },
})

export const analysing = accountSetup.createStateConfig({
  tags: 'inFlight',
  entry: 'beginCycle',
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
  on: { 'account.resumed': { target: 'reconciling', actions: 'noteTime' } },
})

export const deciding = accountSetup.createStateConfig({
  tags: 'inFlight',
  invoke: {
    id: 'decide',
    src: 'decide',
    input: ({ context }) => ({
      accountId: context.settings.id,
      symbols: context.cycle.due,
      at: context.cycle.dueAt,
      equity: context.equity.value,
      positions: context.positions,
    }),
    onDone: {
      target: 'ordering',
      actions: { type: 'takeProposals', params: ({ event }) => ({ answer: event.output }) },
    },
    onError: { target: 'resting', actions: { type: 'failCycle', params: { reason: 'strategy_failed' } } },
  },
  on: { 'account.resumed': { target: 'reconciling', actions: 'noteTime' } },
})

/** Approved entries are with their positions; the next decision waits until each is protected or gone. */
export const ordering = accountSetup.createStateConfig({
  tags: 'inFlight',
  always: { guard: 'isSettled', target: 'resting' },
  on: { 'account.resumed': { target: 'reconciling', actions: 'noteTime' } },
})

/** Flattening: every position is told to close until none is left. */
export const closing = accountSetup.createStateConfig({
  tags: 'inFlight',
  entry: ['dropCycle', 'closeEverything'],
  always: { guard: 'isFlat', target: 'resting', actions: 'flattenIsDone' },
  on: {
    'account.resumed': { target: 'reconciling', actions: 'noteTime' },
  },
})
