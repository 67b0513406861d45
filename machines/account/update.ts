/** How an account changes: pure functions from its context and an event to a patch, reports and commands. */
import { type Command, decisionIdOf, deliberate, strategyLabel } from '../../domain/deliberate.ts'
import type { DecisionRecord } from '../../domain/fact.ts'
import { DAY_MS, dayStart } from '../../domain/interval.ts'
import { bookFunding, bookTrade, equityOf, openLedger } from '../../domain/ledger.ts'
import { FLAT, unrealisedAt } from '../../domain/position.ts'
import { isEntering, isExposed } from '../../domain/position-state.ts'
import { markEquity, openBreakers, rearm } from '../../domain/risk/breakers.ts'
import { hold, type Proposal } from '../../domain/strategy.ts'
import { addMoney, type Money, type Price, ZERO_MONEY, ZERO_QUANTITY } from '../../domain/units.ts'
import type { PositionEvent } from '../position/context.ts'
import type {
  AccountContext,
  AccountEvent,
  AccountInput,
  AccountReport,
  AnalyseAnswer,
  DecideAnswer,
  ReconcileAnswer,
} from './context.ts'

export type Effects = {
  patch?: Partial<AccountContext>
  reports?: AccountReport[]
  send?: { symbol: string; event: PositionEvent }[]
}

const NOTHING: Effects = {}
/** A third failure in a row is no accident: the account waits. */
const FAILURES_MAX = 3
const FAILURE_COOLDOWN_MS = 300_000
const DEGRADED_RETRY_MS = 30_000

export const startAccount = (input: AccountInput): AccountContext => {
  const { settings, at } = input
  return {
    settings,
    slots: input.positions,
    ledger: openLedger(settings.deposit),
    breakers: openBreakers(settings.deposit, at),
    positions: {},
    cycle: { number: 0, due: [], dueAt: at, analysis: null, lastAt: null },
    equity: { value: settings.deposit, at },
    control: {
      paused: false,
      halted: null,
      flatten: null,
      stopping: false,
      cooldownUntil: null,
      reason: null,
    },
    counters: { day: dayStart(at), tradesToday: 0, failures: 0, lastFillAt: at },
    timing: { until: null, at },
  }
}

export const hasExposure = (context: AccountContext): boolean =>
  Object.values(context.positions).some(isExposed)
export const isSettling = (context: AccountContext): boolean =>
  Object.values(context.positions).some(isEntering)

/** A wish or a limit that a resting account must act on. */
export const isDisturbed = (context: AccountContext): boolean => {
  const { control, breakers } = context
  return (
    control.paused ||
    control.halted !== null ||
    control.flatten !== null ||
    control.stopping ||
    control.cooldownUntil !== null ||
    breakers.drawdownTripped ||
    (breakers.dailyLossTripped && !hasExposure(context))
  )
}

const noted = (context: AccountContext, at: number): AccountContext['timing'] => ({ ...context.timing, at })

export const noteCandle = (context: AccountContext, event: AccountEvent): Partial<AccountContext> =>
  event.type === 'candle.closed'
    ? {
        cycle: event.quiet ? context.cycle : { ...context.cycle, due: event.symbols, dueAt: event.at },
        timing: noted(context, event.at),
      }
    : {}

/** Equity moved past a line that the breakers watch. */
export const onEquity = (context: AccountContext, equity: Money, at: number): Effects => {
  const { state, events } = markEquity(context.breakers, equity, at, context.settings.risk)
  const tripped = events.some(event => event.type === 'limit.tripped' && event.limit === 'drawdown')
  const flattens = tripped && context.settings.risk.emergencyAction === 'flatten'
  return {
    patch: {
      breakers: state,
      equity: { value: equity, at },
      control: flattens ? { ...context.control, flatten: 'drawdown', halted: 'drawdown' } : context.control,
      timing: noted(context, at),
    },
    reports: events.map(event => ({ ...event, at })),
  }
}

/** Equity by our own books at the marks of the analysis; a position without a mark counts at its entry. */
export const equityBy = (context: AccountContext, mark: (symbol: string) => Price | null): Money =>
  equityOf(
    context.ledger,
    addMoney(
      ZERO_MONEY,
      ...Object.values(context.positions).map(each => {
        const at = mark(each.symbol) ?? each.entryPrice
        if (each.direction === null || at === null) return ZERO_MONEY
        const book = {
          ...FLAT,
          direction: each.direction,
          quantity: each.quantity,
          entryPrice: each.entryPrice,
        }
        return unrealisedAt(book, at)
      }),
    ),
  )

/** Flat, equity is the wallet's balance; else what it was at the last mark. */
const lastEquity = (context: AccountContext): Money =>
  hasExposure(context) ? context.equity.value : equityBy(context, () => null)

export const beginCycle = (context: AccountContext): Partial<AccountContext> => ({
  cycle: { ...context.cycle, number: context.cycle.number + 1, analysis: null },
  timing: { until: null, at: context.cycle.dueAt },
})

export const onAnalysis = (context: AccountContext, answer: AnalyseAnswer): Effects => {
  if (!answer.ready) return failCycle(context, answer.reason)
  const { analysis } = answer
  const equity = equityBy(context, symbol => analysis.assets[symbol]?.mark?.price ?? null)
  return { patch: { equity: { value: equity, at: analysis.at }, cycle: { ...context.cycle, analysis } } }
}

/** Every asset that was due is held, with one reason. */
const holdAll = (context: AccountContext, reason: string): AccountReport[] => {
  const { cycle, settings } = context
  const decisions: DecisionRecord[] = cycle.due.map(symbol => ({
    decisionId: decisionIdOf(settings.id, symbol, cycle.dueAt),
    symbol,
    strategy: strategyLabel(settings.strategy.name),
    candleAt: cycle.dueAt,
    price: null,
    proposal: hold(symbol, reason),
    outcome: 'held',
    code: reason,
    limit: null,
    actual: null,
    risk: [],
  }))
  return decisions.map(decision => ({ type: 'decision.recorded', decision, at: cycle.dueAt }))
}

const endCycle = (context: AccountContext, at: number, failed: boolean): Partial<AccountContext> => {
  const failures = failed ? context.counters.failures + 1 : 0
  const waits = failures >= FAILURES_MAX
  return {
    cycle: { ...context.cycle, due: [], analysis: null, lastAt: context.cycle.dueAt },
    counters: { ...context.counters, failures: waits ? 0 : failures },
    control: waits
      ? { ...context.control, cooldownUntil: at + FAILURE_COOLDOWN_MS, reason: 'repeated_failures' }
      : context.control,
    timing: { until: null, at },
  }
}

export const onProposals = (context: AccountContext, answer: DecideAnswer): Effects => {
  const { analysis } = context.cycle
  if (analysis === null) return failCycle(context, 'no_analysis')
  const { decisions, commands } = deliberate(
    {
      at: context.cycle.dueAt,
      accountId: context.settings.id,
      settings: context.settings,
      analysis,
      equity: context.equity.value,
      breakers: context.breakers,
      positions: context.positions,
      tradesToday: tradesOn(context, context.cycle.dueAt),
    },
    answer.proposals,
  )
  return {
    patch: { ...endCycle(context, answer.at, false), positions: withEntries(context, commands) },
    reports: decisions.map(decision => ({ type: 'decision.recorded', decision, at: answer.at })),
    send: commands.map(({ symbol, command }) => ({ symbol, event: command })),
  }
}

/** An approved entry counts as in flight from here, before its position has said so. */
const withEntries = (context: AccountContext, commands: Command[]): AccountContext['positions'] => {
  const positions = { ...context.positions }
  for (const { symbol, command } of commands) {
    const summary = positions[symbol]
    if (command.type === 'entry.approved' && summary !== undefined) {
      positions[symbol] = { ...summary, state: 'ordering' }
    }
  }
  return positions
}

/** A service failed where it should have answered: nothing is decided, and it is counted. */
export const failCycle = (context: AccountContext, reason: string): Effects => ({
  reports: holdAll(context, reason),
  patch: endCycle(context, context.timing.at, true),
})

const tradesOn = (context: AccountContext, at: number): number =>
  context.counters.day === dayStart(at) ? context.counters.tradesToday : 0

/** What a position tells its account, booked. */
export const onPositionReport = (context: AccountContext, event: AccountEvent): Partial<AccountContext> => {
  switch (event.type) {
    case 'position.changed':
      return {
        positions: { ...context.positions, [event.summary.symbol]: event.summary },
        timing: noted(context, event.at),
      }
    case 'fill.booked':
      return {
        ledger: bookTrade(context.ledger, event.realised, event.fill.fee),
        counters: { ...context.counters, lastFillAt: event.fill.at },
        timing: noted(context, event.at),
      }
    case 'funding.booked':
      return { ledger: bookFunding(context.ledger, event.paid), timing: noted(context, event.at) }
    case 'position.opened':
      return {
        counters: {
          ...context.counters,
          day: dayStart(event.at),
          tradesToday: tradesOn(context, event.at) + 1,
        },
      }
    default:
      return {}
  }
}

export const closeEverything = (context: AccountContext): Effects => ({
  send: Object.values(context.positions)
    .filter(isExposed)
    .map(({ symbol }) => ({
      symbol,
      event: {
        type: 'position.close',
        reason: context.control.flatten ?? 'close_command',
        fraction: 1,
        at: context.timing.at,
      },
    })),
})

/** Venue truth in: missed fills first, then whatever still differs. */
export const onReconciled = (context: AccountContext, answer: ReconcileAnswer): Effects => {
  if (!answer.reachable) return degrade(context, answer.message, answer.at)
  const { positions, fills, at } = answer
  const send: Effects['send'] = fills
    .filter(fill => Object.hasOwn(context.slots, fill.symbol))
    .map(fill => ({ symbol: fill.symbol, event: { type: 'fill.received', fill, order: null, at } }))
  for (const symbol of Object.keys(context.slots)) {
    const found = positions.find(position => position.symbol === symbol)
    send.push({
      symbol,
      event: {
        type: 'venue.reconciled',
        quantity: found?.quantity ?? ZERO_QUANTITY,
        direction: found?.direction ?? null,
        price: found?.entryPrice ?? null,
        at,
      },
    })
  }
  return { send, patch: { timing: { until: null, at } } }
}

export const degrade = (context: AccountContext, reason: string, at: number): Effects => ({
  patch: { control: { ...context.control, reason }, timing: { until: at + DEGRADED_RETRY_MS, at } },
})

export const onCommand = (context: AccountContext, event: AccountEvent): Effects => {
  const { control } = context
  const wish = (change: Partial<AccountContext['control']>): Effects => ({
    patch: { control: { ...control, ...change }, timing: noted(context, event.at) },
  })
  switch (event.type) {
    case 'account.pause':
      return wish({ paused: true })
    case 'account.resume':
      return wish({ paused: false, cooldownUntil: null })
    case 'account.halt':
      return wish({ halted: event.reason })
    case 'account.flatten':
      return wish({ flatten: event.reason })
    case 'account.stop':
      return wish({ stopping: true, flatten: 'close_command' })
    case 'account.rearm': {
      const { state, events } = rearm(context.breakers, lastEquity(context))
      const { patch } = wish({ halted: null, reason: null })
      return {
        patch: { ...patch, breakers: state },
        reports: events.map(each => ({ ...each, at: event.at })),
      }
    }
    default:
      return NOTHING
  }
}

/** After a day's loss limit there is nothing to decide until the next UTC day. */
export const waitForTomorrow = (context: AccountContext): Partial<AccountContext> => ({
  control: {
    ...context.control,
    cooldownUntil: dayStart(context.timing.at) + DAY_MS,
    reason: 'daily_loss',
  },
})

export const endCooldown = (context: AccountContext): Effects => {
  const marked = onEquity(context, lastEquity(context), context.timing.at)
  const control = { ...(marked.patch?.control ?? context.control), cooldownUntil: null, reason: null }
  return { ...marked, patch: { ...marked.patch, control, timing: { until: null, at: context.timing.at } } }
}
