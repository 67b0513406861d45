/** One cycle of an account, as pure functions: what is due, what was analysed, what was decided, and how it failed. */
import { type Command, deliberate, identityOf } from '../../domain/deliberate.ts'
import type { DecisionRecord } from '../../domain/fact.ts'
import { walletBalance } from '../../domain/ledger.ts'
import { hold } from '../../domain/strategy.ts'
import type {
  AccountContext,
  AccountEvent,
  AccountReport,
  AnalyseAnswer,
  DecideAnswer,
  DecideInput,
} from './context.ts'
import { type Effects, entriesStopped, equityBy, noted, restTiming, tradesOn } from './update.ts'

/** A third failure in a row is no accident: the account waits. */
const FAILURES_MAX = 3
const FAILURE_COOLDOWN_MS = 300_000

/** A candle that may change something makes its assets due. */
export const noteCandle = (context: AccountContext, event: AccountEvent): Partial<AccountContext> =>
  event.type === 'candle.closed'
    ? {
        cycle: event.quiet ? context.cycle : { ...context.cycle, due: event.symbols, dueAt: event.at },
        timing: noted(context, event.at),
      }
    : {}

/** A candle that closes while its predecessor is being decided on waits for its own turn. */
export const rememberCandle = (context: AccountContext, event: AccountEvent): Partial<AccountContext> =>
  event.type === 'candle.closed' && !event.quiet
    ? {
        cycle: { ...context.cycle, next: { symbols: event.symbols, at: event.at } },
        timing: noted(context, event.at),
      }
    : {}

/** A person has decided about one asset: it is due at once, and by itself. */
export const takeGiven = (context: AccountContext, event: AccountEvent): Partial<AccountContext> =>
  event.type === 'proposal.given'
    ? {
        cycle: {
          ...context.cycle,
          due: [event.proposal.symbol],
          dueAt: event.at,
          given: event.proposal,
        },
        timing: noted(context, event.at),
      }
    : {}

/** Whether the cycle is about what a person wants. */
export const isGiven = ({ cycle }: AccountContext): boolean => (cycle.given ?? null) !== null

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

/** Nothing is due, nor given. */
export const dropped = (context: AccountContext): AccountContext['cycle'] => ({
  ...context.cycle,
  due: [],
  next: null,
  analysis: null,
  ...(isGiven(context) ? { given: null } : {}),
})

/** What is asked about the assets that are due. */
export const questionOf = (context: AccountContext): DecideInput => {
  const { settings, cycle, ledger, breakers, control, equity, positions } = context
  const balance = walletBalance(ledger)
  return {
    accountId: settings.id,
    symbols: cycle.due,
    at: cycle.dueAt,
    equity: equity.value,
    positions,
    standing: {
      balance,
      marginFree: cycle.analysis?.marginFree ?? balance,
      deposits: ledger.deposits,
      dayStartEquity: breakers.dayStartEquity,
      peakEquity: breakers.peakEquity,
      tradesToday: tradesOn(context, cycle.dueAt),
      entriesStopped: entriesStopped(control) ?? cycle.analysis?.entriesStopped ?? null,
    },
  }
}

/** Every asset that was due is held, with one reason. */
const holdAll = (context: AccountContext, reason: string): AccountReport[] => {
  const { cycle, settings } = context
  const decisions: DecisionRecord[] = cycle.due.map(symbol => {
    const proposal = cycle.given ?? hold(symbol, reason)
    const { decisionId, strategy } = identityOf(
      { accountId: settings.id, settings, at: cycle.dueAt },
      proposal,
    )
    return {
      decisionId,
      symbol,
      strategy,
      candleAt: cycle.dueAt,
      price: null,
      proposal,
      outcome: 'held',
      code: reason,
      limit: null,
      actual: null,
      risk: [],
    }
  })
  return decisions.map(decision => ({ type: 'decision.recorded', decision, at: cycle.dueAt }))
}

/** What a person wanted says nothing of how the strategy fares: failures are neither counted nor forgotten by it. */
const failuresAfter = (context: AccountContext, failed: boolean): number => {
  const { failures } = context.counters
  if (isGiven(context)) return failures
  return failed ? failures + 1 : 0
}

const endCycle = (context: AccountContext, at: number, failed: boolean): Partial<AccountContext> => {
  const failures = failuresAfter(context, failed)
  const waits = failures >= FAILURES_MAX
  const { next, dueAt } = context.cycle
  return {
    cycle: {
      ...context.cycle,
      due: next?.symbols ?? [],
      dueAt: next?.at ?? dueAt,
      next: null,
      analysis: null,
      ...(isGiven(context) ? { given: null } : {}),
      lastAt: dueAt,
    },
    counters: { ...context.counters, failures: waits ? 0 : failures },
    control: waits
      ? { ...context.control, cooldownUntil: at + FAILURE_COOLDOWN_MS, reason: 'repeated_failures' }
      : context.control,
    timing: restTiming(context, at),
  }
}

export const onProposals = (context: AccountContext, answer: DecideAnswer): Effects => {
  const { analysis } = context.cycle
  if (analysis === null) return failCycle(context, 'no_analysis')
  const { decisions, commands } = deliberate(
    {
      at: context.cycle.dueAt,
      now: answer.at,
      accountId: context.settings.id,
      settings: context.settings,
      analysis,
      equity: context.equity.value,
      breakers: context.breakers,
      positions: context.positions,
      tradesToday: tradesOn(context, context.cycle.dueAt),
      entriesStopped: entriesStopped(context.control) ?? analysis.entriesStopped ?? null,
    },
    answer.proposals,
  )
  return {
    patch: { ...endCycle(context, answer.at, false), positions: withEntries(context, commands) },
    reports: decisions.map(decision => ({ type: 'decision.recorded', decision, at: answer.at })),
    send: commands.map(({ symbol, command }) => ({ symbol, event: command })),
  }
}

/** The analysis is in, and a person has decided already. */
export const onGiven = (context: AccountContext, at: number): Effects => {
  const { given } = context.cycle
  return onProposals(context, { proposals: given == null ? [] : [given], at })
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

/** What was due is decided by something stronger. */
export const abandonCycle = (context: AccountContext, reason: string): Effects => ({
  reports: holdAll(context, reason),
})
