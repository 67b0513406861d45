/** From flat to the first fill: idle, hysteresis (a signal must last), ordering, and cooldown after an exit. */
import { leverageReason } from './leverage.ts'
import { positionSetup } from './setup.ts'

/**
 * A fill nobody waits for any more, or a position found at the venue: it is not ours to keep, unless it was taken over
 * with a plan.
 */
const OPEN_UNASKED = [
  { guard: 'isTakenOver', target: 'protecting' },
  { guard: 'isOpen', target: 'closing' },
] as const

/** While somebody else's position is there, an entry would be netted with it. */
const ENTRY = [
  { guard: 'isReported', actions: { type: 'refuseEntry', params: { state: 'idle' } } },
  { target: 'ordering', actions: 'approveEntry' },
] as const

export const idle = positionSetup.createStateConfig({
  entry: ['endTiming', { type: 'reportState', params: { state: 'idle' } }],
  always: OPEN_UNASKED,
  on: {
    'entry.signalled': { target: 'hysteresis', actions: 'noteSignal' },
    'entry.approved': ENTRY,
  },
})

export const hysteresis = positionSetup.createStateConfig({
  entry: { type: 'reportState', params: { state: 'hysteresis' } },
  always: OPEN_UNASKED,
  on: {
    'entry.signalled': { target: 'hysteresis', reenter: true, actions: 'noteSignal' },
    'entry.approved': ENTRY,
    'signal.lost': { target: 'idle', actions: 'forgetSignal' },
    'clock.ticked': { guard: 'isDue', target: 'idle', actions: 'forgetSignal' },
  },
})

export const ordering = positionSetup.createStateConfig({
  tags: 'inFlight',
  entry: { type: 'reportState', params: { state: 'ordering' } },
  initial: 'preparing',
  always: [
    { guard: 'closeIsAsked', target: 'closing' },
    { guard: 'isOpen', target: 'protecting' },
  ],
  states: {
    preparing: {
      invoke: {
        id: 'setLeverage',
        src: 'setLeverage',
        input: ({ context }) => ({
          accountId: context.ids.accountId,
          symbol: context.ids.symbol,
          leverage: context.plan?.entry.leverage ?? 1,
        }),
        onDone: [
          {
            guard: ({ event }) => event.output.ok,
            target: 'sent',
            actions: { type: 'learnTime', params: ({ event }) => ({ at: event.output.at }) },
          },
          {
            guard: { type: 'leverageFits', params: ({ event }) => ({ answer: event.output }) },
            target: 'sent',
            actions: { type: 'refitEntry', params: ({ event }) => ({ answer: event.output }) },
          },
          {
            target: '#position.idle',
            actions: {
              type: 'abandonEntry',
              params: ({ context, event }) => ({
                reason: leverageReason(context, event.output),
                at: event.output.at,
              }),
            },
          },
        ],
        onError: {
          target: '#position.idle',
          actions: {
            type: 'abandonEntry',
            params: ({ context }) => ({ reason: 'leverage_not_set', at: context.timing.at }),
          },
        },
      },
      on: {
        'position.close': {
          target: '#position.idle',
          actions: { type: 'abandonEntry', params: ({ event }) => ({ reason: event.reason, at: event.at }) },
        },
        'entry.cancel': {
          target: '#position.idle',
          actions: { type: 'abandonEntry', params: ({ event }) => ({ reason: event.reason, at: event.at }) },
        },
        // No order was sent yet, so a restart simply does not enter.
        'account.resumed': {
          target: '#position.idle',
          actions: { type: 'abandonEntry', params: ({ event }) => ({ reason: 'restarted', at: event.at }) },
        },
      },
    },
    sent: {
      entry: ['placeEntry', 'awaitEntry'],
      // Nothing was left to send, and nothing would ever be heard of it.
      always: {
        guard: 'sentNothing',
        target: '#position.idle',
        actions: {
          type: 'abandonEntry',
          params: ({ context }) => ({ reason: 'nothing_to_send', at: context.timing.at }),
        },
      },
      on: {
        // Its fill may have been told to nobody: an entry that is silent is looked up, for it may be open already.
        'clock.ticked': { guard: 'isDue', actions: ['noteTime', 'doubtEntry', 'awaitEntry'] },
        'order.settled': [
          { guard: 'owesFills', target: 'awaiting', actions: 'releaseSlot' },
          {
            guard: 'isFlat',
            target: '#position.idle',
            actions: [
              'releaseSlot',
              {
                type: 'abandonEntry',
                params: ({ event }) => ({ reason: event.reason ?? event.status, at: event.at }),
              },
            ],
          },
        ],
        'position.close': { actions: ['askClose', 'cancelEntry'] },
        'entry.cancel': { actions: 'cancelEntry' },
      },
    },
    /** The venue has filled the entry and has not told us the fills: it is asked until it does, or says we are flat. */
    awaiting: {
      entry: 'waitBeforeRetry',
      on: {
        'clock.ticked': {
          guard: 'isDue',
          target: 'awaiting',
          reenter: true,
          actions: ['noteTime', { type: 'doubtVenue', params: { reason: 'fills_missing' } }],
        },
        'venue.reconciled': { target: 'judging', actions: 'bookDifference' },
        'position.close': { actions: 'askClose' },
      },
    },
    judging: {
      always: {
        guard: 'isFlat',
        target: '#position.idle',
        actions: {
          type: 'abandonEntry',
          params: ({ context }) => ({ reason: 'closed_at_the_venue', at: context.timing.at }),
        },
      },
    },
  },
})

export const cooldown = positionSetup.createStateConfig({
  entry: { type: 'reportState', params: { state: 'cooldown' } },
  always: [...OPEN_UNASKED, { guard: 'cooldownIsOver', target: 'idle' }],
  on: {
    'clock.ticked': { actions: 'noteTime' },
    'entry.approved': { actions: { type: 'refuseEntry', params: { state: 'cooldown' } } },
  },
})
