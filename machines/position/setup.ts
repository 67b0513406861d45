/** Types, guards and actions of the position machine; the charts beside this file hold only their names. */
import { assign, enqueueActions, type ParameterizedObject, setup } from 'xstate'
import type { ExitReason } from '../../domain/fact.ts'
import type { Leg } from '../../domain/order.ts'
import type { PositionPhase } from '../../domain/position-state.ts'
import { orderMachine } from '../order.ts'
import { port } from '../port.ts'
import type {
  LeverageAnswer,
  LeverageInput,
  PositionContext,
  PositionEvent,
  PositionInput,
  PositionReport,
  ProtectionAnswer,
  ProtectionInput,
} from './context.ts'
import * as effects from './effects.ts'
import * as exitPlan from './exit-plan.ts'
import * as leverage from './leverage.ts'
import * as portions from './portions.ts'
import * as protection from './protection.ts'
import * as reconciled from './reconciled.ts'
import { awaitEntry, doubtEntry } from './silence.ts'
import { freeSlot, newest, slotsOf } from './slots.ts'
import { doubtProtection, isFlat, noteReversal, noteSignal, resizeProtection } from './update.ts'

/** How long to wait before an exit or a stop that was refused is asked for again. */
const RETRY_MS = 1_000

type OrderChild = { src: 'order'; logic: typeof orderMachine; id: string | undefined }

/** An action that carries out what a pure function says. */
const act = <Params extends ParameterizedObject['params'] | undefined = undefined>(
  plan: (context: PositionContext, event: PositionEvent, params: Params) => effects.Effects,
) =>
  enqueueActions<
    PositionContext,
    PositionEvent,
    Params,
    PositionEvent,
    OrderChild,
    never,
    never,
    never,
    PositionReport
  >(({ context, event, enqueue }, params) =>
    effects.carryOut(enqueue, effects.withSize(context, plan(context, event, params))),
  )

export const positionSetup = setup({
  types: {
    context: {} as PositionContext,
    events: {} as PositionEvent,
    input: {} as PositionInput,
    emitted: {} as PositionReport,
    tags: {} as 'exposed' | 'inFlight',
  },
  actors: {
    order: orderMachine,
    setLeverage: port<LeverageAnswer, LeverageInput>('setLeverage'),
    readProtection: port<ProtectionAnswer, ProtectionInput>('readProtection'),
  },
  guards: {
    isOpen: ({ context }) => !isFlat(context),
    isFlat: ({ context }) => isFlat(context),
    sentNothing: ({ context }) => isFlat(context) && slotsOf(context, 'entry').length === 0,
    isSeen: ({ context, event }) =>
      event.type === 'fill.received' && context.fills.seen.includes(event.fill.tradeId),
    isOfOthers: ({ context, event }) => reconciled.isOfOthers(context, event),
    isReported: ({ context }) => context.fills.reported !== null,
    isTakenOver: ({ context }) => !isFlat(context) && context.plan !== null,
    stopIsMissing: ({ context, event }) => reconciled.stopIsMissing(context, event),
    closeIsAsked: ({ context }) => context.exit.asked && !isFlat(context),
    closesPart: ({ context, event }) =>
      event.type === 'position.close' && !isFlat(context) && portions.partAsked(context, event) !== null,
    isDue: ({ context, event }) =>
      event.type === 'clock.ticked' && context.timing.until !== null && event.at >= context.timing.until,
    nakedIsOver: ({ context, event }) => {
      const until = protection.nakedUntil(context)
      return event.type === 'clock.ticked' && until !== null && event.at >= until
    },
    wantsNoStop: ({ context }) => context.protection.stopPrice === null,
    needsStop: ({ context }) => protection.needsStop(context),
    outgrewStop: ({ context }) => protection.outgrewStop(context),
    isForeign: ({ context }) => protection.isForeign(context),
    owesFills: ({ context, event }) => effects.owesFills(context, event),
    hasEvidence: ({ context }) => context.evidence !== null,
    targetStands: ({ context }) => protection.targetStands(context),
    stopIsAccepted: ({ context, event }) =>
      event.type === 'order.accepted' && event.leg === 'stop' && newest(context, 'stop')?.slot === event.slot,
    isProved: ({ context }, { answer }: { answer: ProtectionAnswer }) =>
      answer.confirmed && protection.newestStopCovers(context),
    stopWouldTrigger: ({ event }) =>
      event.type === 'order.settled' && event.leg === 'stop' && event.reason === 'would_trigger_immediately',
    stopIsLost: ({ context, event }) =>
      event.type === 'order.settled' &&
      event.leg === 'stop' &&
      event.status !== 'filled' &&
      newest(context, 'stop')?.slot === event.slot,
    isLeg: ({ event }, params: { leg: Leg }) =>
      (event.type === 'order.settled' || event.type === 'order.accepted') && event.leg === params.leg,
    /** More is open than the exits in flight will close, and there is room for another. */
    exitFallsShort: ({ context }) =>
      portions.exitQuantity(context) !== null && freeSlot(context, 'exit') !== null,
    exitIsFilled: ({ event }) =>
      event.type === 'order.settled' && event.leg === 'exit' && event.status === 'filled',
    exitHasFilled: ({ event }) => portions.exitHasFilled(event),
    wantsNextSlice: ({ context, event }) => portions.wantsNextSlice(context, event),
    partIsDue: ({ context }) => portions.partIsDue(context),
    leverageFits: ({ context }, { answer }: { answer: LeverageAnswer }) =>
      leverage.leverageFits(context, answer),
    planCloses: ({ context, event }) => exitPlan.planCloses(context, event),
    planMovesStop: ({ context, event }) => exitPlan.planMovesStop(context, event),
    targetIsDue: ({ context, event }) =>
      event.type === 'clock.ticked' &&
      protection.targetIsMissing(context) &&
      context.timing.until !== null &&
      event.at >= context.timing.until,
    hasNoOrders: ({ context }) => context.slots.used.length === 0,
    cooldownIsOver: ({ context }) =>
      context.timing.until === null || context.timing.at >= context.timing.until,
  },
  actions: {
    noteTime: assign(({ context, event }) => ({ timing: { ...context.timing, at: event.at } })),
    learnTime: assign(({ context }, params: { at: number }) => ({
      timing: { ...context.timing, at: params.at },
    })),
    /** Nothing is waited for, but what a position at rest does by itself. */
    endTiming: assign(({ context }) => ({
      timing: { until: protection.restUntil(context), at: context.timing.at },
    })),
    adoptSettings: assign(({ event }) =>
      event.type === 'settings.changed' ? { settings: event.settings } : {},
    ),
    noteSignal: assign(({ context, event }) => noteSignal(context, event)),
    noteReversal: assign(({ context, event }) => noteReversal(context, event)),
    forgetSignal: assign(({ event }) => ({ evidence: null, timing: { until: null, at: event.at } })),
    doubtProtection: assign(({ context, event }) => doubtProtection(context, event.at)),
    resizeProtection: assign(({ context, event }) => resizeProtection(context, event.at)),
    waitBeforeRetry: assign(({ context }) => ({
      timing: { until: context.timing.at + RETRY_MS, at: context.timing.at },
    })),
    waitBeforeStop: assign(({ context }) => {
      const deadline = protection.nakedUntil(context)
      const retryAt = context.timing.at + RETRY_MS
      return {
        timing: { until: deadline === null ? retryAt : Math.min(deadline, retryAt), at: context.timing.at },
      }
    }),
    approveEntry: act(effects.onApproved),
    bookFill: act(effects.onFill),
    forwardReport: act(effects.onOrderReport),
    bookFunding: act(effects.onFunding),
    bookDifference: act(reconciled.onReconciled),
    setAside: act(reconciled.setAside),
    markAccepted: act(effects.onAccepted),
    releaseSlot: act(effects.onSettled),
    askClose: act(portions.onClose),
    settlePart: act(portions.settlePart),
    closeByPlan: act(exitPlan.closeByPlan),
    moveStop: act(exitPlan.moveStop),
    noteMark: act(exitPlan.noteMark),
    refitEntry: act<{ answer: LeverageAnswer }>((context, _event, { answer }) =>
      leverage.refitEntry(context, answer),
    ),
    closeBecause: act<{ reason: ExitReason }>((context, event, { reason }) =>
      // After `always`, the event may be an answer of a service, which has no time of its own.
      effects.closeAll(context, reason, event.at ?? context.timing.at),
    ),
    endPartialExit: act(effects.endPartialExit),
    placeEntry: act(effects.placeEntry),
    awaitEntry: act(awaitEntry),
    doubtEntry: act(doubtEntry),
    placeStop: act(protection.placeStop),
    placeTarget: act(protection.placeTarget),
    awaitTarget: act(protection.awaitTarget),
    placeExit: act(effects.placeExit),
    cancelEntry: act(effects.cancelEntry),
    cancelOlder: act<{ leg: Leg }>((context, _event, { leg }) => effects.cancelOlder(context, leg)),
    sweepOrders: act(effects.sweep),
    confirmProtection: act(protection.confirmProtection),
    finishLife: act(effects.finish),
    abandonEntry: act<{ reason: string; at: number }>((context, _event, { reason, at }) =>
      effects.abandonEntry(context, reason, at),
    ),
    doubtVenue: act<{ reason: string }>((context, _event, { reason }) => effects.doubtVenue(context, reason)),
    refuseEntry: act<{ state: PositionPhase }>((context, event, { state }) =>
      effects.refuseEntry(context, state, event.at),
    ),
    reportState: act<{ state: PositionPhase }>((context, _event, { state }) =>
      effects.reportChange(context, state),
    ),
  },
})
