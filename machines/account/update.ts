/** How an account changes: pure functions from its context and an event to a patch, reports and commands. */
import { DAY_MS, dayStart } from '../../domain/interval.ts'
import { bookFunding, bookTrade, equityOf, openLedger } from '../../domain/ledger.ts'
import { FLAT, unrealisedAt } from '../../domain/position.ts'
import { isEntering, isExposed } from '../../domain/position-state.ts'
import { markEquity, openBreakers, rearm } from '../../domain/risk/breakers.ts'
import { addMoney, type Money, type Price, ZERO_MONEY, ZERO_QUANTITY } from '../../domain/units.ts'
import type { PositionEvent, PositionReport } from '../position/context.ts'
import type {
  AccountCommand,
  AccountContext,
  AccountInput,
  AccountReport,
  ReconcileAnswer,
} from './context.ts'

export type Effects = {
  patch?: Partial<AccountContext>
  reports?: AccountReport[]
  send?: { symbol: string; event: PositionEvent }[]
}

const DEGRADED_RETRY_MS = 30_000

export const startAccount = (input: AccountInput): AccountContext => {
  const { settings, at } = input
  return {
    settings,
    slots: input.positions,
    ledger: openLedger(settings.deposit),
    breakers: openBreakers(settings.deposit, at),
    positions: {},
    cycle: { number: 0, due: [], dueAt: at, next: null, analysis: null, lastAt: null },
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

export const noted = (context: AccountContext, at: number): AccountContext['timing'] => ({
  ...context.timing,
  at,
})

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

/** Entries of the UTC day that holds `at`. */
export const tradesOn = (context: AccountContext, at: number): number =>
  context.counters.day === dayStart(at) ? context.counters.tradesToday : 0

/** What a position tells that changes its account's books. */
export type BookedReport = Extract<
  PositionReport,
  { type: 'position.changed' | 'fill.booked' | 'funding.booked' | 'position.opened' }
>

/** What a position tells its account, booked. */
export const onPositionReport = (context: AccountContext, event: BookedReport): Partial<AccountContext> => {
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

export const onCommand = (context: AccountContext, event: AccountCommand): Effects => {
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
