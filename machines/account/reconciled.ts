/** The venue's truth about an account, taken over: missed fills first, then what differs, and the money behind it. */
import { bookFlow, walletBalance } from '../../domain/ledger.ts'
import { shiftBreakers } from '../../domain/risk/breakers.ts'
import type { VenuePosition } from '../../domain/ports.ts'
import { type Decimal, dec, type Money, money, type Price, ZERO_QUANTITY } from '../../domain/units.ts'
import type { AccountContext, ReconcileAnswer, ReconcileInput } from './context.ts'
import { degrade, type Effects } from './update.ts'

/** How soon a difference in money is looked at again before it is believed. */
const GAP_RECHECK_MS = 2_000

/** What we hold, signed, so that the service can ask twice before it reports a difference. */
export const reconcileInput = (context: AccountContext): ReconcileInput => ({
  accountId: context.settings.id,
  since: context.counters.lastFillAt,
  held: Object.fromEntries(
    Object.values(context.positions)
      .filter(each => each.direction !== null)
      .map(each => [each.symbol, each.direction === 'short' ? `-${each.quantity}` : each.quantity]),
  ),
})

/** A difference in money smaller than this is the venue's rounding. */
const GAP_MIN = 0.00000001

type Known = Extract<ReconcileAnswer, { reachable: true }>

const news = (context: AccountContext, answer: Known): NonNullable<Effects['send']> => {
  const { positions, fills, orders, marks, stops, asOf, at } = answer
  const send: NonNullable<Effects['send']> = fills
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
        leverage: found?.leverage ?? null,
        mark: marks[symbol] ?? null,
        orders: orders === null ? null : orders.filter(order => order.symbol === symbol),
        stop: stops[symbol] ?? null,
        asOf,
        at,
      },
    })
  }
  return send
}

type Held = Pick<VenuePosition, 'quantity' | 'direction'> & { entryPrice: Price | null }

/** What open positions cost, shorts below zero. */
const costOf = (positions: readonly (Held | { direction: null })[]): Decimal =>
  positions.reduce((sum, each) => {
    if (each.direction === null) return sum
    const cost = dec(each.quantity).times(each.entryPrice ?? 0)
    return each.direction === 'short' ? sum.minus(cost) : sum.plus(cost)
  }, dec(0))

/** The venue holds as much as we do, of all that we hold. */
const sameSizes = (context: AccountContext, { positions }: Known): boolean =>
  Object.values(context.positions).every(({ symbol, direction, quantity }) => {
    const found = positions.find(each => each.symbol === symbol)
    return direction === null || (found?.direction === direction && found.quantity === quantity)
  })

/**
 * The venue's cash less ours; `null`: they agree, or nobody asked. Cash is the balance less what open positions cost: fills
 * of one instant may be told in another order, which moves profit between the two and changes neither their sum nor this.
 */
export const gapOf = (
  context: AccountContext,
  { balance, positions }: Pick<Known, 'balance' | 'positions'>,
): Money | null => {
  if (balance === null) return null
  const own = positions.filter(each => context.positions[each.symbol]?.direction != null)
  const theirs = dec(balance).minus(costOf(own))
  const ours = dec(walletBalance(context.ledger)).minus(costOf(Object.values(context.positions)))
  const gap = theirs.minus(ours)
  return gap.abs().lt(GAP_MIN) ? null : money(gap)
}

/**
 * Money that no fill and no funding explains was paid in or out. It is believed when it is found twice in a row and the
 * same: fills told in between would have changed it. The breakers move with it, for it was neither won nor lost.
 */
const bookGap = (context: AccountContext, gap: Money | null, at: number): Effects | null => {
  if (gap === null || gap !== context.counters.gap) return null
  return {
    patch: {
      ledger: bookFlow(context.ledger, gap),
      breakers: shiftBreakers(context.breakers, gap),
      equity: { value: money(dec(context.equity.value).plus(gap)), at },
    },
    reports: [{ type: 'deposit.booked', amount: gap, reason: 'balance_at_the_venue', at }],
  }
}

/**
 * The next comparison stands half a period off the full minute, where no candle closes: no decision waits for it. It is
 * the same moment whenever the last one was, so that a restart moves none.
 */
const nextCheck = (context: AccountContext, isOpen: boolean, at: number): number | null => {
  const { reconcileMs } = context.settings
  if (reconcileMs === null) return null
  const half = reconcileMs / 2
  const next = Math.floor((at - half) / reconcileMs + 1) * reconcileMs + half
  return isOpen ? Math.min(at + GAP_RECHECK_MS, next) : next
}

export const onReconciled = (context: AccountContext, answer: ReconcileAnswer): Effects => {
  if (!answer.reachable) return degrade(context, answer.message, answer.at)
  const { at } = answer
  // Where sizes differ our books are about to change, and money is compared soon after that.
  const isEven = sameSizes(context, answer)
  const gap = isEven ? gapOf(context, answer) : null
  const booked = bookGap(context, gap, at)
  const open = booked === null ? gap : null
  const checkAt = nextCheck(context, open !== null || !isEven, at)
  return {
    send: news(context, answer),
    reports: booked?.reports ?? [],
    patch: {
      ...booked?.patch,
      counters: { ...context.counters, unreachable: 0, checkAt, gap: open },
      control: { ...context.control, reason: null },
      timing: { until: checkAt, at },
    },
  }
}
