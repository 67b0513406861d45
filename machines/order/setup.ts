/** Types, guards and actions of the order machine; the chart holds only their names. */
import { assign, emit, setup } from 'xstate'
import type { OrderStatus, VenueOrder } from '../../domain/order.ts'
import { port } from '../port.ts'
import {
  doubt,
  give,
  learn,
  mayBeSentAgain,
  mayStillArrive,
  type OrderContext,
  type OrderEvent,
  type OrderInput,
  type OrderReport,
  type OrderServiceInput,
  report,
  type VenueAnswer,
} from './context.ts'

export const orderSetup = setup({
  types: {
    context: {} as OrderContext,
    events: {} as OrderEvent,
    input: {} as OrderInput,
    emitted: {} as OrderReport,
  },
  actors: {
    saveIntent: port<{ at: number }, OrderServiceInput>('saveIntent'),
    submitOrder: port<VenueAnswer, OrderServiceInput>('submitOrder'),
    lookupOrder: port<VenueAnswer, OrderServiceInput>('lookupOrder'),
    cancelOrder: port<VenueAnswer, OrderServiceInput>('cancelOrder'),
  },
  guards: {
    isFilled: ({ context }) => context.progress.status === 'filled',
    isCancelled: ({ context }) => context.progress.status === 'cancelled',
    isRejected: ({ context }) => context.progress.status === 'rejected',
    isExpired: ({ context }) => context.progress.status === 'expired',
    cancelIsAsked: ({ context }) => context.progress.cancelAsked,
    isReduceOnly: ({ context }) => context.request.reduceOnly,
    lookupIsDue: ({ context, event }) =>
      event.type === 'clock.ticked' && context.timing.until !== null && event.at >= context.timing.until,
    mayStillArrive: ({ context }, params: { at: number }) => mayStillArrive(context, params.at),
    mayBeSentAgain: ({ context }) => mayBeSentAgain(context),
  },
  actions: {
    learnReport: assign(({ context, event }) =>
      event.type === 'order.reported' ? learn(context, event.order, event.at) : {},
    ),
    learnOrder: assign(({ context }, params: { order: VenueOrder; at: number }) =>
      learn(context, params.order, params.at),
    ),
    askCancel: assign(({ context }) => ({ progress: { ...context.progress, cancelAsked: true } })),
    countSubmit: assign(({ context }) => ({
      progress: { ...context.progress, submits: context.progress.submits + 1 },
    })),
    noteTime: assign(({ event }) => ({ timing: { until: null, at: event.at } })),
    doubtOutcome: assign(({ context }, params: { at: number }) => doubt(context, params.at)),
    lookUpNow: assign(({ context, event }) => doubt(context, event.at)),
    giveUp: assign(({ context }, params: { reason: string; at: number; status: OrderStatus }) =>
      give(context, params.status, params.reason, params.at),
    ),
    reportAccepted: emit(({ context }) => ({
      type: 'order.accepted' as const,
      ...report(context),
    })),
    reportSettled: emit(({ context }) => ({
      type: 'order.settled' as const,
      ...report(context),
      status: context.progress.status ?? 'rejected',
      filledQuantity: context.progress.filledQuantity,
      reason: context.progress.reason,
      venueOrderId: context.progress.venueOrderId,
    })),
  },
})
