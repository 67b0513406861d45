/** How a position changes: pure functions from its context and an event to a patch of its context. */
import { positionIdOf } from '../../domain/client-order-id.ts'
import { closeLife } from '../../domain/life.ts'
import { FLAT } from '../../domain/position.ts'
import type { PositionPhase, PositionSummary } from '../../domain/position-state.ts'
import { addMoney, dec, type Money, ZERO_QUANTITY } from '../../domain/units.ts'
import type { PositionContext, PositionEvent, PositionInput, PositionReport } from './context.ts'

export type Patch = Partial<PositionContext>

const NO_PROTECTION: PositionContext['protection'] = {
  stopPrice: null,
  targetPrice: null,
  quantity: ZERO_QUANTITY,
  confirmed: false,
  nakedSince: null,
  nakedMsLongest: 0,
  stopOrderId: null,
  targetOrderId: null,
  best: null,
}
const NO_SLOTS: PositionContext['slots'] = {
  used: [],
  attempts: { entry: 0, exit: 0, stop: 0, target: 0 },
}
export const NO_EXIT: PositionContext['exit'] = {
  reason: 'external',
  condition: null,
  quantity: null,
  asked: false,
  refusals: 0,
  sendAt: null,
}

/** A position that is flat and asks for nothing, in its `life`-th life. */
const blank = (
  accountId: string,
  symbol: string,
  life: number,
  at: number,
  fills: PositionContext['fills'] = { seen: [], assumed: [], reported: null, fundedAt: null },
) => ({
  ids: { accountId, symbol, life, positionId: positionIdOf(accountId, symbol, life) },
  book: FLAT,
  life: null,
  plan: null,
  protection: NO_PROTECTION,
  slots: NO_SLOTS,
  evidence: null,
  exit: NO_EXIT,
  timing: { until: null, at },
  fills,
})

/** Trade ids carried into the next life: a fill may be told again after its position has ended. */
const SEEN_KEPT = 200
const lastFills = ({ fills }: PositionContext): PositionContext['fills'] => ({
  ...fills,
  seen: fills.seen.slice(-SEEN_KEPT),
})

export const startPosition = (input: PositionInput): PositionContext => ({
  ...blank(input.accountId, input.symbol, 1, input.at),
  settings: input.settings,
})

export const isFlat = (context: PositionContext): boolean => context.book.direction === null

export const bookFunding = (context: PositionContext, paid: Money, at: number): Patch => ({
  ...(isFlat(context) ? {} : { book: { ...context.book, funding: addMoney(context.book.funding, paid) } }),
  fills: { ...context.fills, fundedAt: at },
  timing: { ...context.timing, at },
})

/** Ends the time without a confirmed stop and keeps the longest one. */
export const endNaked = (context: PositionContext, at: number): PositionContext['protection'] => {
  const { protection } = context
  const naked = protection.nakedSince === null ? 0 : at - protection.nakedSince
  return { ...protection, nakedSince: null, nakedMsLongest: Math.max(protection.nakedMsLongest, naked) }
}

/** Starts the naked time, unless it is running: from here the position must be protected, or closed, by its deadline. */
export const startNaked = (
  context: PositionContext,
  at: number,
): Pick<PositionContext, 'protection' | 'timing'> => {
  const { protection, timing, settings } = context
  if (protection.nakedSince !== null) return { protection, timing }
  const deadline = at + settings.nakedMsMax
  return {
    protection: { ...protection, nakedSince: at },
    timing: { ...timing, until: timing.until === null ? deadline : Math.min(timing.until, deadline) },
  }
}

/** Puts protection in doubt: from here the position counts as naked until a stop is proved again. */
export const doubtProtection = (context: PositionContext, at: number): Patch => ({
  protection: {
    ...context.protection,
    quantity: ZERO_QUANTITY,
    confirmed: false,
    nakedSince: context.protection.nakedSince ?? (context.protection.stopPrice === null ? null : at),
  },
  timing: { until: null, at },
})

/** Standing protection that covers too much after a partial close: proved again, but never naked. */
export const resizeProtection = (context: PositionContext, at: number): Patch => ({
  protection: { ...context.protection, quantity: ZERO_QUANTITY },
  timing: { ...context.timing, at },
})

/** Ends a life that is flat: its trade, and the context of the next life in cooldown. */
export const finishLife = (context: PositionContext): { patch: Patch; reports: PositionReport[] } => {
  const { ids, life, timing, settings } = context
  const next = blank(ids.accountId, ids.symbol, ids.life + 1, timing.at, lastFills(context))
  const patch: Patch = { ...next, timing: { until: timing.at + settings.cooldownMs, at: timing.at } }
  if (life === null || dec(life.exitQuantity).isZero()) return { patch, reports: [] }
  const naked = endNaked(context, timing.at).nakedMsLongest
  const trade = closeLife(life, context.book, ids.positionId, ids.symbol, naked, context.exit.condition)
  return { patch, reports: [{ type: 'trade.closed', trade, at: timing.at }] }
}

/** A life that never opened: the next one starts at once, so that no client order id is used twice. */
export const abandonLife = (context: PositionContext, at: number): Patch =>
  blank(context.ids.accountId, context.ids.symbol, context.ids.life + 1, at, lastFills(context))

/** An entry signal that must last: believed at `until`, forgotten when it is not repeated in time. */
export const noteSignal = (_context: PositionContext, event: PositionEvent): Patch =>
  event.type === 'entry.signalled'
    ? {
        evidence: { direction: event.direction, since: event.since, until: event.until, count: 1 },
        timing: { until: event.expiresAt, at: event.at },
      }
    : {}

/** Evidence for the other direction while open: believed after enough decisions in a row. */
export const noteReversal = (context: PositionContext, event: PositionEvent): Patch =>
  event.type === 'exit.signalled'
    ? {
        evidence: {
          direction: event.direction,
          since: context.evidence?.since ?? event.at,
          until: event.at,
          count: event.count,
        },
        timing: { ...context.timing, at: event.at },
      }
    : {}

export const summaryOf = (context: PositionContext, state: PositionPhase): PositionSummary => ({
  symbol: context.ids.symbol,
  positionId: context.ids.positionId,
  state,
  direction: context.book.direction,
  quantity: context.book.quantity,
  entryPrice: context.book.entryPrice,
  stopPrice: context.protection.stopPrice,
  targetPrice: context.protection.targetPrice,
  evidence: context.evidence,
  cooldownUntil: state === 'cooldown' ? context.timing.until : null,
  openedAt: context.life?.openedAt ?? null,
  leverage: context.plan?.entry.leverage ?? 1,
  conditions: context.plan?.entry.conditions ?? [],
})
