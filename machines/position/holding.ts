/** While exposed: protecting (a stop is placed and proved at the venue) and protected (it stands). */
import { positionSetup } from './setup.ts'

const NAKED_TOO_LONG = {
  guard: 'nakedIsOver',
  target: '#position.closing',
  actions: { type: 'closeBecause', params: { reason: 'naked_deadline' } },
} as const

/** The next slice of an entry that the venue does not take at once. */
const NEXT_SLICE = { guard: 'wantsNextSlice', actions: ['releaseSlot', 'placeEntry'] } as const

export const protecting = positionSetup.createStateConfig({
  tags: ['exposed', 'inFlight'],
  entry: { type: 'reportState', params: { state: 'protecting' } },
  initial: 'stopping',
  always: [
    { guard: 'isFlat', target: 'closing' },
    {
      guard: 'isForeign',
      target: 'closing',
      actions: { type: 'closeBecause', params: { reason: 'external' } },
    },
    { guard: 'needsStop', target: '.stopping' },
  ],
  on: {
    'entry.approved': { actions: { type: 'refuseEntry', params: { state: 'protecting' } } },
    'entry.cancel': { actions: 'cancelEntry' },
    'position.close': [
      { guard: 'closesPart', actions: ['askClose', 'placeExit'] },
      { target: 'closing', actions: 'askClose' },
    ],
    'clock.ticked': NAKED_TOO_LONG,
    // The stop is on its way to where it was wanted last; it is moved again once it stands.
    'mark.closed': [
      { guard: 'planCloses', target: 'closing', actions: 'closeByPlan' },
      { actions: 'noteMark' },
    ],
    'order.settled': [
      {
        guard: 'stopWouldTrigger',
        target: 'closing',
        actions: ['releaseSlot', { type: 'closeBecause', params: { reason: 'stop_refused' } }],
      },
      { guard: 'stopIsLost', target: '.waiting', actions: 'releaseSlot' },
      { guard: 'exitHasFilled', actions: ['releaseSlot', 'settlePart', 'resizeProtection'] },
      { guard: { type: 'isLeg', params: { leg: 'exit' } }, actions: ['releaseSlot', 'settlePart'] },
      NEXT_SLICE,
      { actions: 'releaseSlot' },
    ],
  },
  states: {
    stopping: {
      entry: 'placeStop',
      always: { guard: 'wantsNoStop', target: 'aiming' },
      on: {
        'order.accepted': [
          {
            guard: 'stopIsAccepted',
            target: 'proving',
            actions: ['markAccepted', { type: 'cancelOlder', params: { leg: 'stop' } }],
          },
          { actions: 'markAccepted' },
        ],
      },
    },
    proving: {
      invoke: {
        id: 'readProtection',
        src: 'readProtection',
        input: ({ context }) => ({
          accountId: context.ids.accountId,
          symbol: context.ids.symbol,
          stopOrderId: context.slots.used.findLast(use => use.leg === 'stop')?.clientOrderId ?? null,
          quantity: context.book.quantity,
        }),
        onDone: [
          {
            guard: { type: 'isProved', params: ({ event }) => ({ answer: event.output }) },
            target: 'aiming',
            actions: { type: 'learnTime', params: ({ event }) => ({ at: event.output.at }) },
          },
          {
            target: 'waiting',
            actions: { type: 'learnTime', params: ({ event }) => ({ at: event.output.at }) },
          },
        ],
        onError: 'waiting',
      },
      on: { 'account.resumed': { target: 'proving', reenter: true, actions: 'noteTime' } },
    },
    /** The stop is proved, so the naked time ends here; a target is welcome but nothing waits long for it. */
    aiming: {
      entry: ['confirmProtection', 'awaitTarget', 'placeTarget'],
      always: { guard: 'targetStands', target: '#position.protected' },
      on: {
        'order.accepted': [
          {
            guard: { type: 'isLeg', params: { leg: 'target' } },
            actions: ['markAccepted', { type: 'cancelOlder', params: { leg: 'target' } }],
          },
          { actions: 'markAccepted' },
        ],
        'order.settled': [
          {
            guard: { type: 'isLeg', params: { leg: 'target' } },
            target: '#position.protected',
            actions: 'releaseSlot',
          },
          { guard: 'stopIsLost', target: 'waiting', actions: ['releaseSlot', 'doubtProtection'] },
        ],
        'clock.ticked': [NAKED_TOO_LONG, { guard: 'isDue', target: '#position.protected' }],
      },
    },
    waiting: {
      entry: 'waitBeforeStop',
      on: {
        'clock.ticked': [NAKED_TOO_LONG, { guard: 'isDue', target: 'stopping', actions: 'noteTime' }],
      },
    },
  },
})

export const protectedState = positionSetup.createStateConfig({
  tags: 'exposed',
  entry: ['endTiming', { type: 'reportState', params: { state: 'protected' } }],
  initial: 'holding',
  always: [
    { guard: 'isFlat', target: 'closing' },
    {
      guard: 'isForeign',
      target: 'closing',
      actions: { type: 'closeBecause', params: { reason: 'external' } },
    },
    { guard: 'outgrewStop', target: 'protecting' },
    { guard: 'partIsDue', actions: 'placeExit' },
  ],
  on: {
    'entry.approved': { actions: { type: 'refuseEntry', params: { state: 'protected' } } },
    // What of it has filled is kept and protected; the rest is not wanted any more.
    'entry.cancel': { actions: 'cancelEntry' },
    'clock.ticked': [
      NAKED_TOO_LONG,
      // The stop is read back once more on the way to the target.
      { guard: 'targetIsDue', target: '#position.protecting.proving', actions: 'noteTime' },
      { actions: 'noteTime' },
    ],
    'mark.closed': [
      { guard: 'planCloses', target: 'closing', actions: 'closeByPlan' },
      { guard: 'planMovesStop', actions: 'moveStop' },
      { actions: 'noteMark' },
    ],
    'venue.reconciled': [
      {
        guard: 'stopIsMissing',
        target: 'protecting',
        actions: ['bookDifference', 'doubtProtection'],
      },
      { actions: 'bookDifference' },
    ],
    'position.close': [
      { guard: 'closesPart', actions: ['askClose', 'placeExit'] },
      { target: 'closing', actions: 'askClose' },
    ],
    'order.settled': [
      { guard: 'stopIsLost', target: 'protecting', actions: ['releaseSlot', 'doubtProtection'] },
      {
        guard: 'exitHasFilled',
        target: 'protecting',
        actions: ['releaseSlot', 'settlePart', 'resizeProtection'],
      },
      {
        guard: { type: 'isLeg', params: { leg: 'exit' } },
        actions: ['releaseSlot', 'settlePart', 'endTiming'],
      },
      {
        guard: { type: 'isLeg', params: { leg: 'target' } },
        actions: ['releaseSlot', 'endTiming'],
      },
      NEXT_SLICE,
      { actions: 'releaseSlot' },
    ],
  },
  states: {
    holding: {
      // The stop may have been placed anew meanwhile: what was gathering is not forgotten by that.
      always: { guard: 'hasEvidence', target: 'hysteresis' },
      on: { 'exit.signalled': { target: 'hysteresis', actions: 'noteReversal' } },
    },
    /** Evidence for the other direction is gathering; the position stays as it is until it is believed. */
    hysteresis: {
      entry: { type: 'reportState', params: { state: 'protected' } },
      exit: { type: 'reportState', params: { state: 'protected' } },
      on: {
        'exit.signalled': { target: 'hysteresis', reenter: true, actions: 'noteReversal' },
        'signal.lost': { target: 'holding', actions: ['forgetSignal', 'endTiming'] },
      },
    },
  },
})
