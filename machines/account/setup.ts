/** Types, guards and actions of the account machine; the charts beside this file hold only their names. */
import { assign, enqueueActions, type ParameterizedObject, setup } from 'xstate'
import { port } from '../port.ts'
import type { PositionSettings } from '../position/context.ts'
import { positionMachine } from '../position.ts'
import { onCommand } from './command.ts'
import type {
  AccountCommand,
  AccountContext,
  AccountEvent,
  AccountInput,
  AccountReport,
  AnalyseAnswer,
  AnalyseInput,
  DecideAnswer,
  DecideInput,
  ReconcileAnswer,
  ReconcileInput,
} from './context.ts'
import * as cycle from './cycle.ts'
import { onReconciled } from './reconciled.ts'
import * as update from './update.ts'

type PositionChild = { src: 'position'; logic: typeof positionMachine; id: string | undefined }

export const positionSlot = (symbol: string): string => `position:${symbol}`

/** An action that carries out what a pure function says. */
const act = <Params extends ParameterizedObject['params'] | undefined = undefined>(
  plan: (context: AccountContext, event: AccountEvent, params: Params) => update.Effects,
) =>
  enqueueActions<
    AccountContext,
    AccountEvent,
    Params,
    AccountEvent,
    PositionChild,
    never,
    never,
    never,
    AccountReport
  >(({ context, event, enqueue }, params) => {
    const { patch, reports = [], send = [] } = plan(context, event, params)
    if (patch !== undefined) enqueue.assign(patch)
    for (const report of reports) enqueue.emit(report)
    for (const { symbol, event: message } of send) enqueue.sendTo(positionSlot(symbol), message)
  })

const effect = enqueueActions<
  AccountContext,
  AccountEvent,
  undefined,
  AccountEvent,
  PositionChild,
  never,
  never,
  never,
  AccountReport
>
type Step = Parameters<Parameters<typeof effect>[0]>[0]

/** One position actor per asset, for good: its id is its asset. */
const spawnPosition = ({ context, enqueue }: Step, symbol: string, settings: PositionSettings): void => {
  const input = { accountId: context.settings.id, symbol, settings, at: context.timing.at }
  enqueue.spawnChild('position', { id: positionSlot(symbol), input })
}

export const accountSetup = setup({
  types: {
    context: {} as AccountContext,
    events: {} as AccountEvent,
    input: {} as AccountInput,
    emitted: {} as AccountReport,
    tags: {} as 'atRest' | 'inFlight' | 'stopped',
  },
  actors: {
    position: positionMachine,
    analyseMarket: port<AnalyseAnswer, AnalyseInput>('analyseMarket'),
    decide: port<DecideAnswer, DecideInput>('decide'),
    reconcileAccount: port<ReconcileAnswer, ReconcileInput>('reconcileAccount'),
  },
  guards: {
    hasExposure: ({ context }) => update.hasExposure(context),
    isFlat: ({ context }) => !update.hasExposure(context),
    isSettled: ({ context }) => !update.isSettling(context),
    isDisturbed: ({ context }) => update.isDisturbed(context),
    isDue: ({ context }) => context.cycle.due.length > 0,
    isGiven: ({ context }) => cycle.isGiven(context),
    /** An account that ends flattens again whatever comes after: a fill told late, somebody's trade by hand. */
    mustFlatten: ({ context }) =>
      (context.control.flatten !== null || context.control.stopping) && update.hasExposure(context),
    hasNothingToFlatten: ({ context }) => context.control.flatten !== null && !update.hasExposure(context),
    isSettling: ({ context }) => update.isSettling(context),
    mustStop: ({ context }) => context.control.stopping && !update.hasExposure(context),
    isHalted: ({ context }) => context.control.halted !== null,
    isDrained: ({ context }) => update.isDrained(context),
    isPaused: ({ context }) => context.control.paused,
    /** A pause and a stop let a decision end; an emergency does not. */
    isCalledOff: ({ context: { control } }) =>
      control.halted !== null || (control.flatten !== null && !control.stopping),
    drawdownIsTripped: ({ context }) => context.breakers.drawdownTripped,
    dailyLossIsTripped: ({ context }) => context.breakers.dailyLossTripped,
    isCooling: ({ context }) => context.control.cooldownUntil !== null,
    cooldownIsOver: ({ context }) =>
      context.control.cooldownUntil === null || context.timing.at >= context.control.cooldownUntil,
    mayLeaveHalt: ({ context }) =>
      context.control.halted === null ||
      (context.control.flatten !== null && update.hasExposure(context)) ||
      context.control.stopping,
    mayLeavePause: ({ context }) =>
      !context.control.paused ||
      update.isDrained(context) ||
      context.control.halted !== null ||
      context.control.stopping ||
      (context.control.flatten !== null && update.hasExposure(context)),
    mayLeaveHysteresis: ({ context }) =>
      !context.breakers.drawdownTripped ||
      !update.hasExposure(context) ||
      context.control.flatten !== null ||
      context.control.halted !== null,
    mayLeaveCooldown: ({ context }) =>
      context.control.paused ||
      context.control.halted !== null ||
      context.control.flatten !== null ||
      context.control.stopping ||
      update.isDrained(context) ||
      context.breakers.drawdownTripped,
    checkIsDue: ({ context: { counters, timing } }) =>
      counters.checkAt !== null && timing.at >= counters.checkAt,
    retryIsDue: ({ context, event }) =>
      event.type === 'clock.ticked' && context.timing.until !== null && event.at >= context.timing.until,
  },
  actions: {
    spawnPositions: effect(step => {
      for (const [symbol, settings] of Object.entries(step.context.slots))
        spawnPosition(step, symbol, settings)
    }),
    noteTime: assign(({ context, event }) => ({ timing: { ...context.timing, at: event.at } })),
    noteCandle: assign(({ context, event }) => cycle.noteCandle(context, event)),
    rememberCandle: assign(({ context, event }) => cycle.rememberCandle(context, event)),
    /** New assets get their position actor; known ones hear of their new settings, and those taken out keep theirs. */
    adoptSettings: effect(step => {
      const { context, event, enqueue } = step
      if (event.type !== 'settings.changed') return
      enqueue.assign({ settings: event.settings, slots: { ...context.slots, ...event.positions } })
      for (const [symbol, settings] of Object.entries(event.positions)) {
        if (context.slots[symbol] === undefined) spawnPosition(step, symbol, settings)
        else enqueue.sendTo(positionSlot(symbol), { type: 'settings.changed', settings, at: event.at })
      }
    }),
    markEquity: act((context, event) =>
      event.type === 'equity.marked' ? update.onEquity(context, event.equity, event.at) : {},
    ),
    /** Older fills may still be missing: they are asked for from where the books were last known to be whole. */
    bookEarly: assign(({ context, event }) => ({
      ...update.onPositionReport(context, event as update.BookedReport),
      counters: context.counters,
    })),
    bookReport: assign(({ context, event }) =>
      update.onPositionReport(context, event as update.BookedReport),
    ),
    obey: act((context, event) => onCommand(context, event as AccountCommand)),
    takeGiven: assign(({ context, event }) => cycle.takeGiven(context, event)),
    decideGiven: act<{ at: number }>((context, _event, { at }) => cycle.onGiven(context, at)),
    beginCycle: assign(({ context }) => cycle.beginCycle(context)),
    takeAnalysis: act<{ answer: AnalyseAnswer }>((context, _event, { answer }) =>
      cycle.onAnalysis(context, answer),
    ),
    takeProposals: act<{ answer: DecideAnswer }>((context, _event, { answer }) =>
      cycle.onProposals(context, answer),
    ),
    failCycle: act<{ reason: string }>((context, _event, { reason }) => cycle.failCycle(context, reason)),
    abandonCycle: act<{ reason: string }>((context, _event, { reason }) =>
      cycle.abandonCycle(context, reason),
    ),
    dropCycle: assign(({ context }) => ({ cycle: cycle.dropped(context) })),
    takeVenueTruth: act<{ answer: ReconcileAnswer }>((context, _event, { answer }) =>
      onReconciled(context, answer),
    ),
    degrade: act<{ reason: string }>((context, _event, { reason }) =>
      update.degrade(context, reason, context.timing.at),
    ),
    /** Behind the positions' own answers: what they have become of it is known when this comes back. */
    agree: effect(({ context, enqueue, self }) =>
      enqueue.sendTo(self, { type: 'venue.agreed', at: context.timing.at }),
    ),
    closeEverything: act(context => update.closeEverything(context)),
    flattenIsDone: assign(({ context }) => ({ control: { ...context.control, flatten: null } })),
    drainIsDone: assign(({ context }) => ({
      control: { ...context.control, draining: false, paused: true },
    })),
    haltForDrawdown: assign(({ context }) => ({ control: { ...context.control, halted: 'drawdown' } })),
    waitForTomorrow: assign(({ context }) => update.waitForTomorrow(context)),
    startCooldown: assign(({ context }) => ({
      timing: { until: update.cooldownDeadline(context), at: context.timing.at },
    })),
    endCooldown: act(context => update.endCooldown(context)),
  },
})
