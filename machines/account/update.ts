/** How an account changes: pure functions from its context and an event to a patch, reports and commands. */
import { DAY_MS, dayStart } from '../../domain/interval.ts'
import { bookFunding, bookTrade, equityOf, openLedger } from '../../domain/ledger.ts'
import type { Fill } from '../../domain/order.ts'
import { FLAT, unrealisedAt } from '../../domain/position.ts'
import { isEntering, isExposed } from '../../domain/position-state.ts'
import { markEquity, openBreakers } from '../../domain/risk/breakers.ts'
import { addMoney, type Money, type Price, ZERO_MONEY } from '../../domain/units.ts'
import type { PositionEvent, PositionReport } from '../position/context.ts'
import type { AccountContext, AccountInput, AccountReport } from './context.ts'

export type Effects = {
  patch?: Partial<AccountContext>
  reports?: AccountReport[]
  send?: { symbol: string; event: PositionEvent }[]
}

/** A venue that cannot be reached is asked again soon, then more and more seldom. */
const DEGRADED_MS_MIN = 1_000
const DEGRADED_MS_MAX = 10_000

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
      entriesStopped: false,
      draining: false,
      cooldownUntil: null,
      reason: null,
    },
    counters: {
      day: dayStart(at),
      tradesToday: 0,
      failures: 0,
      unreachable: 0,
      lastFillAt: at,
      checkAt: null,
      gap: null,
    },
    timing: { until: null, at },
  }
}

export const hasExposure = (context: AccountContext): boolean =>
  Object.values(context.positions).some(isExposed)
export const isSettling = (context: AccountContext): boolean =>
  Object.values(context.positions).some(isEntering)

/** Why no entry is taken, by what is heaviest; `null` while entries are taken. Exits never ask this. */
export const entriesStopped = (control: AccountContext['control']): string | null => {
  if (control.stopping) return 'stopping'
  if (control.halted !== null) return `halted: ${control.halted}`
  if (control.flatten !== null) return 'flattening'
  if (control.draining) return 'draining'
  if (control.paused) return 'paused'
  return control.entriesStopped ? 'entries stopped by hand' : null
}

const HALTED_BY_HAND: readonly string[] = ['emergency_stop', 'panic']

/** Why a person has halted the account, in their words; `null`: nobody has, or gave no reason. */
export const haltWords = ({ halted, haltWords: words }: AccountContext['control']): string | null =>
  halted !== null && HALTED_BY_HAND.includes(halted) ? (words ?? null) : null

/** `entriesStopped` for people to read. Rules and models are not told what somebody wrote. */
export const whyStopped = (control: AccountContext['control']): string | null => {
  const words = haltWords(control)
  const why = entriesStopped(control)
  return why === null || words === null ? why : `${why} (${words})`
}

/** A drain is over when nothing is open. */
export const isDrained = (context: AccountContext): boolean =>
  context.control.draining && !hasExposure(context)

/** A wish or a limit that a resting account must act on. */
export const isDisturbed = (context: AccountContext): boolean => {
  const { control, breakers } = context
  return (
    control.paused ||
    control.halted !== null ||
    control.flatten !== null ||
    control.stopping ||
    control.cooldownUntil !== null ||
    isDrained(context) ||
    breakers.drawdownTripped ||
    (breakers.dailyLossTripped && !hasExposure(context))
  )
}

/** At rest an account waits for its next comparison with the venue. */
export const restTiming = (
  { counters, timing }: AccountContext,
  at: number = timing.at,
): AccountContext['timing'] => ({ until: counters.checkAt, at })

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
export const lastEquity = (context: AccountContext): Money =>
  hasExposure(context) ? context.equity.value : equityBy(context, () => null)

/**
 * Entries of the UTC day that holds `at`. Moments of an account may come a little out of order (a candle that is played
 * late, a fill that is told late); one of an older day does not turn the day back.
 */
export const tradesOn = ({ counters }: AccountContext, at: number): number =>
  dayStart(at) > counters.day ? 0 : counters.tradesToday

/** What a position tells that changes its account's books. */
export type BookedReport = Extract<
  PositionReport,
  { type: 'position.changed' | 'position.resized' | 'fill.booked' | 'funding.booked' | 'position.opened' }
>

/** Fills of the venue are asked for from here on; one that we assumed is none of its. */
const lastFillAt = ({ counters }: AccountContext, fill: Fill): number =>
  fill.venueOrderId === 'reconcile' ? counters.lastFillAt : Math.max(counters.lastFillAt, fill.at)

/** What a position tells its account, booked. */
export const onPositionReport = (context: AccountContext, event: BookedReport): Partial<AccountContext> => {
  switch (event.type) {
    case 'position.changed':
      return {
        positions: { ...context.positions, [event.summary.symbol]: event.summary },
        timing: noted(context, event.at),
      }
    case 'position.resized': {
      const known = context.positions[event.symbol]
      if (known === undefined) return {}
      return { positions: { ...context.positions, [event.symbol]: { ...known, ...event.book } } }
    }
    case 'fill.booked':
      return {
        ledger: bookTrade(context.ledger, event.realised, event.fill.fee),
        counters: { ...context.counters, lastFillAt: lastFillAt(context, event.fill) },
        timing: noted(context, event.at),
      }
    case 'funding.booked':
      return { ledger: bookFunding(context.ledger, event.paid), timing: noted(context, event.at) }
    case 'position.opened':
      return {
        counters: {
          ...context.counters,
          day: Math.max(context.counters.day, dayStart(event.at)),
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

export const degrade = (context: AccountContext, reason: string, at: number): Effects => {
  const { counters, control } = context
  const wait = Math.min(DEGRADED_MS_MAX, DEGRADED_MS_MIN * 2 ** Math.min(counters.unreachable, 10))
  return {
    patch: {
      control: { ...control, reason },
      counters: { ...counters, unreachable: counters.unreachable + 1 },
      timing: { until: at + wait, at },
    },
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

/** Whatever comes first: the end of the cooldown, or the next comparison with the venue. */
export const cooldownDeadline = ({ control, counters }: AccountContext): number | null =>
  control.cooldownUntil === null || counters.checkAt === null
    ? (control.cooldownUntil ?? counters.checkAt)
    : Math.min(control.cooldownUntil, counters.checkAt)

export const endCooldown = (context: AccountContext): Effects => {
  const marked = onEquity(context, lastEquity(context), context.timing.at)
  const control = { ...(marked.patch?.control ?? context.control), cooldownUntil: null, reason: null }
  return { ...marked, patch: { ...marked.patch, control, timing: restTiming(context) } }
}
