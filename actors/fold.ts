/**
 * Facts folded into the contexts of an account and its positions: what was booked since a state was kept.
 *
 * Orders in flight are not brought back: a restart reconciles, which cancels those of ours that no slot knows, and places
 * protection anew.
 */
import { parseClientOrderId, positionIdOf } from '../domain/client-order-id.ts'
import type { Fact } from '../domain/fact.ts'
import { bookFlow } from '../domain/ledger.ts'
import { markEquity, shiftBreakers } from '../domain/risk/breakers.ts'
import type { EntryPlan } from '../domain/risk/verdict.ts'
import { type Price, price, ZERO_MONEY } from '../domain/units.ts'
import type { AccountContext } from '../machines/account/context.ts'
import { onPositionReport } from '../machines/account/update.ts'
import type { PositionContext } from '../machines/position/context.ts'
import { bookFill } from '../machines/position/fills.ts'
import { abandonLife, bookFunding, finishLife, NO_EXIT } from '../machines/position/update.ts'

type Booked = Extract<Fact, { type: 'fill.booked' }>

/** Books of an account: money, counters, and the limits that were tripped. */
export const foldAccount = (context: AccountContext, facts: readonly Fact[]): AccountContext =>
  facts.reduce((state, fact) => ({ ...state, ...foldOne(state, fact) }), context)

const foldOne = (context: AccountContext, fact: Fact): Partial<AccountContext> => {
  const { breakers, ledger, settings, control } = context
  switch (fact.type) {
    case 'fill.booked':
    case 'funding.booked':
    case 'position.opened':
      return onPositionReport(context, fact)
    case 'deposit.booked':
      return { ledger: bookFlow(ledger, fact.amount), breakers: shiftBreakers(breakers, fact.amount) }
    case 'equity.marked':
      return { breakers: markEquity(breakers, fact.equity, fact.at, settings.risk).state }
    case 'limit.tripped':
    case 'limit.rearmed': {
      const isTripped = fact.type === 'limit.tripped'
      if (fact.limit === 'daily_loss') return { breakers: { ...breakers, dailyLossTripped: isTripped } }
      if (fact.limit !== 'drawdown') return { breakers: { ...breakers, drawdownWarned: isTripped } }
      const flattens = isTripped && settings.risk.emergencyAction === 'flatten'
      return {
        breakers: { ...breakers, drawdownTripped: isTripped },
        control: flattens ? { ...control, flatten: 'drawdown', halted: 'drawdown' } : control,
      }
    }
    default:
      return {}
  }
}

const lifeOf = (positionId: string): number => Number.parseInt(positionId.split('-').at(-1) ?? '', 36)
const attemptOf = (id: string): number => Number.parseInt(/[exst]([0-9a-z]+)$/.exec(id)?.[1] ?? '0', 36)

const positionIdIn = (fact: Fact): string | null =>
  fact.type === 'trade.closed' ? fact.trade.positionId : 'positionId' in fact ? fact.positionId : null

/** Facts of one position, in its lives from `life` on. */
const factsOf = (context: PositionContext, facts: readonly Fact[]): Fact[] => {
  const { accountId, symbol, life } = context.ids
  const prefix = positionIdOf(accountId, symbol, 1).slice(0, -1)
  return facts.filter(fact => {
    if (fact.type === 'funding.booked' || fact.type === 'reconcile.differed') return fact.symbol === symbol
    const id = positionIdIn(fact)
    return id !== null && id.startsWith(prefix) && lifeOf(id) >= life
  })
}

/** The next life, if the fact is of one that we have not begun. */
const atLifeOf = (context: PositionContext, positionId: string | null): PositionContext => {
  const life = positionId === null ? Number.NaN : lifeOf(positionId)
  if (!(life > context.ids.life)) return context
  const ended = { ...context, ...finishLife(context).patch }
  return { ...ended, ids: { ...ended.ids, life, positionId: positionId as string } }
}

/** The plan of a life as its proved protection tells it; without one, what is open has no plan and is closed. */
const planOf = (first: Booked, stopPrice: Price, targetPrice: Price | null): PositionContext['plan'] => {
  const { fill } = first
  const entry: EntryPlan = {
    symbol: fill.symbol,
    direction: fill.side === 'buy' ? 'long' : 'short',
    quantity: fill.quantity,
    referencePrice: fill.price,
    worstPrice: fill.price,
    bestPrice: null,
    leverageMax: 1,
    leverage: 1,
    stop: { price: stopPrice },
    target: targetPrice === null ? null : { price: targetPrice },
    conditions: [],
    marginReserved: ZERO_MONEY,
    riskReserved: ZERO_MONEY,
  }
  // It was approved when it was opened; that record is what is read here.
  return { entry, decisionId: fill.clientOrderId, exitPlan: '' }
}

/** A real fill has taken an assumed one's place: told in the same breath, the two cancel out. */
const withoutUndone = (facts: readonly Fact[]): Fact[] => {
  const undone = new Set(
    facts.flatMap(fact => {
      const mark = fact.type === 'fill.booked' ? fact.fill.tradeId.indexOf('-undone-by-') : -1
      return fact.type === 'fill.booked' && mark > 0
        ? [fact.fill.tradeId, fact.fill.tradeId.slice(0, mark)]
        : []
    }),
  )
  return facts.filter(fact => fact.type !== 'fill.booked' || !undone.has(fact.fill.tradeId))
}

const foldPositionFact = (from: PositionContext, fact: Fact, facts: readonly Fact[]): PositionContext => {
  const context = atLifeOf(from, positionIdIn(fact))
  switch (fact.type) {
    case 'intent.recorded': {
      const { attempts } = context.slots
      const { leg, request } = fact
      if (parseClientOrderId(request.clientOrderId)?.positionId !== context.ids.positionId) return context
      const attempt = Math.max(attempts[leg], attemptOf(request.clientOrderId))
      return { ...context, slots: { ...context.slots, attempts: { ...attempts, [leg]: attempt } } }
    }
    case 'fill.booked': {
      if (context.fills.seen.includes(fact.fill.tradeId)) return context
      const proved = facts.findLast(
        each => each.type === 'protection.confirmed' && each.positionId === fact.positionId,
      )
      const plan =
        context.plan === null && proved?.type === 'protection.confirmed'
          ? planOf(fact, proved.stopPrice, proved.targetPrice)
          : context.plan
      const planned = { ...context, plan }
      return { ...planned, ...bookFill(planned, fact.fill, fact.leg, fact.at, plan).patch }
    }
    case 'funding.booked':
      return { ...context, ...bookFunding(context, fact.paid, fact.at) }
    case 'reconcile.differed':
      return fact.what === 'entry price' && context.book.direction !== null
        ? { ...context, book: { ...context.book, entryPrice: price(fact.theirs) } }
        : context
    case 'protection.moved':
      return { ...context, protection: { ...context.protection, stopPrice: fact.to } }
    case 'trade.closed':
      return { ...context, ...finishLife(context).patch }
    default:
      return context
  }
}

const wasOnlySent = ({ book, life, slots }: PositionContext): boolean =>
  book.direction === null && life === null && slots.attempts.entry > 0

/** Whether the facts say more of a position than money paid for holding it. */
export const changesPosition = (context: PositionContext, facts: readonly Fact[]): boolean =>
  factsOf(context, facts).some(fact =>
    ['intent.recorded', 'fill.booked', 'protection.moved', 'trade.closed'].includes(fact.type),
  )

/**
 * A position as its facts leave it. Open, it counts as naked from `at` until its stop is proved again; an open life with
 * neither a plan nor a proved stop is for the chart to close.
 */
export const foldPosition = (
  context: PositionContext,
  facts: readonly Fact[],
  at: number,
): PositionContext => {
  const isChanged = changesPosition(context, facts)
  const own = withoutUndone(factsOf(context, facts))
  const folded = own.reduce((state, fact) => foldPositionFact(state, fact, own), context)
  if (!isChanged) return folded
  // An entry that was sent and filled nothing is not brought back, and its ids are not used again: the next life begins.
  if (wasOnlySent(folded)) return { ...folded, ...abandonLife(folded, at) }
  const { protection, slots, settings } = folded
  const isOpen = folded.book.direction !== null
  const deadline = isOpen ? at + settings.nakedMsMax : folded.timing.until
  return {
    ...folded,
    exit: NO_EXIT,
    slots: { ...slots, used: [] },
    protection: isOpen ? { ...protection, confirmed: false, nakedSince: at } : protection,
    timing: { until: deadline, at },
  }
}
