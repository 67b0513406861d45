/**
 * One order in a slot of a position, from intent to a final word of the venue.
 *
 * It makes the intent durable before it sends, sends once, and when the outcome is in doubt looks the order up by its
 * client order id until it is known; only an order the venue never saw, past its validity, is sent again, once, with
 * the same id. It never sizes, prices or retries on its own account. Its position spawns it, hears `order.accepted` and
 * `order.settled`, and stops it. Partial fills leave it `working`.
 *
 * recording → submitting → working → cancelling → filled | cancelled | rejected | expired;  doubt: unknown ⇄ looking
 */
import type { ActorRefFrom } from 'xstate'
import { isDuplicate, isFinal, knownOrder, refusal, startOrder } from './order/context.ts'
import { orderSetup } from './order/setup.ts'

export const orderMachine = orderSetup.createMachine({
  id: 'order',
  options: { maxIterations: 100 },
  context: ({ input }) => startOrder(input),
  initial: 'recording',
  // A cancel is remembered wherever it comes, and sent once the venue is known to have the order.
  on: { 'order.cancel': { actions: 'askCancel' } },
  states: {
    recording: {
      tags: 'inFlight',
      invoke: {
        id: 'saveIntent',
        src: 'saveIntent',
        input: ({ context }) => ({ ids: context.ids, request: context.request }),
        onDone: [{ guard: 'cancelIsAsked', target: 'unsent' }, { target: 'submitting' }],
        onError: [
          { guard: 'cancelIsAsked', target: 'unsent' },
          { guard: 'isReduceOnly', target: 'submitting' },
          {
            target: 'rejected',
            actions: {
              type: 'giveUp',
              params: ({ context }) => ({
                reason: 'intent_not_recorded',
                status: 'rejected',
                at: context.timing.at,
              }),
            },
          },
        ],
      },
      // The snapshot may be older than what was sent, so a restart asks the venue first.
      on: { 'account.resumed': { target: 'looking', actions: 'lookUpNow' } },
    },
    /** Cancelled before it was sent: the venue never hears of it. */
    unsent: {
      always: {
        target: 'cancelled',
        actions: {
          type: 'giveUp',
          params: ({ context }) => ({
            reason: 'cancelled_before_sent',
            status: 'cancelled',
            at: context.timing.at,
          }),
        },
      },
    },
    submitting: {
      tags: 'inFlight',
      entry: 'countSubmit',
      invoke: {
        id: 'submitOrder',
        src: 'submitOrder',
        input: ({ context }) => ({ ids: context.ids, request: context.request }),
        onDone: [
          {
            guard: ({ event }) => event.output.outcome === 'known',
            target: 'settling',
            actions: { type: 'learnOrder', params: ({ event }) => knownOrder(event.output) },
          },
          // It has come before, late: it was sent twice because nobody found it, and the venue has the first.
          {
            guard: ({ event }) => isDuplicate(event.output),
            target: 'unknown',
            actions: { type: 'doubtOutcome', params: ({ event }) => ({ at: event.output.at }) },
          },
          {
            guard: ({ event }) =>
              event.output.outcome === 'refused' || event.output.outcome === 'unreachable',
            target: 'rejected',
            actions: { type: 'giveUp', params: ({ event }) => refusal(event.output) },
          },
          {
            target: 'unknown',
            actions: { type: 'doubtOutcome', params: ({ event }) => ({ at: event.output.at }) },
          },
        ],
        onError: {
          target: 'unknown',
          actions: { type: 'doubtOutcome', params: ({ context }) => ({ at: context.timing.at }) },
        },
      },
      on: {
        'order.reported': { actions: 'learnReport' },
        'account.resumed': { target: 'looking', actions: 'lookUpNow' },
      },
    },
    settling: {
      always: [
        { guard: 'isFilled', target: 'filled' },
        { guard: 'isCancelled', target: 'cancelled' },
        { guard: 'isRejected', target: 'rejected' },
        { guard: 'isExpired', target: 'expired' },
        { guard: 'cancelIsAsked', target: 'cancelling' },
        { target: 'working', actions: 'reportAccepted' },
      ],
    },
    working: {
      tags: 'open',
      on: {
        'order.reported': [
          { guard: ({ event }) => isFinal(event.order), target: 'settling', actions: 'learnReport' },
          { actions: 'learnReport' },
        ],
        'order.cancel': { target: 'cancelling', actions: 'askCancel' },
        'order.doubted': { target: 'looking', actions: 'lookUpNow' },
        'account.resumed': { target: 'looking', actions: 'lookUpNow' },
      },
    },
    cancelling: {
      tags: ['open', 'inFlight'],
      invoke: {
        id: 'cancelOrder',
        src: 'cancelOrder',
        input: ({ context }) => ({ ids: context.ids, request: context.request }),
        onDone: [
          {
            guard: ({ event }) => event.output.outcome === 'known' && isFinal(event.output.order),
            target: 'settling',
            actions: { type: 'learnOrder', params: ({ event }) => knownOrder(event.output) },
          },
          {
            target: 'unknown',
            actions: { type: 'doubtOutcome', params: ({ event }) => ({ at: event.output.at }) },
          },
        ],
        onError: {
          target: 'unknown',
          actions: { type: 'doubtOutcome', params: ({ context }) => ({ at: context.timing.at }) },
        },
      },
      on: {
        'order.reported': [
          { guard: ({ event }) => isFinal(event.order), target: 'settling', actions: 'learnReport' },
          { actions: 'learnReport' },
        ],
        'account.resumed': { target: 'looking', actions: 'lookUpNow' },
      },
    },
    unknown: {
      tags: 'inFlight',
      on: {
        'clock.ticked': { guard: 'lookupIsDue', target: 'looking', actions: 'noteTime' },
        'order.reported': { target: 'settling', actions: 'learnReport' },
        'account.resumed': { target: 'looking', actions: 'lookUpNow' },
      },
    },
    looking: {
      tags: 'inFlight',
      invoke: {
        id: 'lookupOrder',
        src: 'lookupOrder',
        input: ({ context }) => ({ ids: context.ids, request: context.request }),
        onDone: [
          {
            guard: ({ event }) => event.output.outcome === 'known',
            target: 'settling',
            actions: { type: 'learnOrder', params: ({ event }) => knownOrder(event.output) },
          },
          {
            guard: ({ event }) => event.output.outcome !== 'absent',
            target: 'unknown',
            actions: { type: 'doubtOutcome', params: ({ event }) => ({ at: event.output.at }) },
          },
          {
            guard: { type: 'mayStillArrive', params: ({ event }) => ({ at: event.output.at }) },
            target: 'unknown',
            actions: { type: 'doubtOutcome', params: ({ event }) => ({ at: event.output.at }) },
          },
          { guard: 'mayBeSentAgain', target: 'submitting' },
          {
            target: 'rejected',
            actions: {
              type: 'giveUp',
              params: ({ context, event }) => ({
                reason:
                  context.progress.venueOrderId === null ? 'never_reached_the_venue' : 'lost_at_the_venue',
                status: 'rejected',
                at: event.output.at,
              }),
            },
          },
        ],
        onError: {
          target: 'unknown',
          actions: { type: 'doubtOutcome', params: ({ context }) => ({ at: context.timing.at }) },
        },
      },
      on: {
        'order.reported': { target: 'settling', actions: 'learnReport' },
        'account.resumed': { target: 'looking', reenter: true },
      },
    },
    filled: { type: 'final', entry: 'reportSettled' },
    cancelled: { type: 'final', entry: 'reportSettled' },
    rejected: { type: 'final', entry: 'reportSettled' },
    expired: { type: 'final', entry: 'reportSettled' },
  },
})

export type OrderActor = ActorRefFrom<typeof orderMachine>
