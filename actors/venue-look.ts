/**
 * An account beside its venue, only to be looked at: nothing is booked, cancelled or written down. What differs is looked
 * for twice, since a fill that is on its way looks like a difference.
 */
import { walletBalance } from '../domain/ledger.ts'
import type { VenueOrder } from '../domain/order.ts'
import { OutcomeUnknown, VenueRefused, VenueUnreachable } from '../domain/ports.ts'
import { addMoney } from '../domain/units.ts'
import { gapOf, reconcileInput } from '../machines/account/reconciled.ts'
import type { Desk } from './desk.ts'
import { stateText } from './state-text.ts'
import { TooSlow, within } from './time-limit.ts'

export type VenueDifference = {
  /** `null`: the money of the account. */
  symbol: string | null
  what: 'quantity' | 'order' | 'balance'
  /** `null`: nothing there. A quantity is signed. */
  ours: string | null
  theirs: string | null
}

export type VenueLook = {
  accountId: string
  /** False: the venue has not answered, or the account has ended. */
  done: boolean
  state: string
  differences: VenueDifference[]
}

const orderText = ({ type, side, quantity, triggerPrice, clientOrderId }: VenueOrder): string =>
  `${type} ${side} ${quantity}${triggerPrice === null ? '' : ` at ${triggerPrice}`} (${clientOrderId})`

const differencesNow = async (desk: Desk, accountId: string): Promise<VenueDifference[]> => {
  const { exchange } = desk.seat(accountId)
  const [positions, orders, account] = [
    await exchange.positions(),
    await exchange.openOrders(),
    await exchange.account(),
  ]
  const { context } = desk.actor(accountId).getSnapshot()
  const { held } = reconcileInput(context)
  const theirs = new Map(
    positions.map(each => [each.symbol, each.direction === 'short' ? `-${each.quantity}` : each.quantity]),
  )
  const sizes = [...new Set([...Object.keys(held), ...theirs.keys()])]
    .toSorted()
    .map(symbol => ({ symbol, ours: held[symbol] ?? null, theirs: theirs.get(symbol) ?? null }))
    .filter(each => each.ours !== each.theirs)
    .map(each => ({ ...each, what: 'quantity' as const }))
  const known = desk.world.ordersOf(accountId)
  const strangers = orders
    .filter(({ clientOrderId }) => !known.has(clientOrderId))
    .map(order => ({
      symbol: order.symbol,
      what: 'order' as const,
      ours: null,
      theirs: orderText(order),
    }))
  const gap = gapOf(context, { balance: account.balance, positions })
  const ours = walletBalance(context.ledger)
  const balance =
    gap === null ? [] : [{ symbol: null, what: 'balance' as const, ours, theirs: addMoney(ours, gap) }]
  return [...sizes, ...strangers, ...balance]
}

/** It is down, slow, or will not say; the account asks it again by itself. Everything else is a fault of ours. */
const isSilence = (error: unknown): boolean =>
  [TooSlow, VenueRefused, VenueUnreachable, OutcomeUnknown].some(kind => error instanceof kind)

/** `limitMs`: real time the venue may take. */
export const lookAtVenue = async (desk: Desk, accountId: string, limitMs: number): Promise<VenueLook> => {
  const { status, value } = desk.actor(accountId).getSnapshot()
  const state = stateText(value)
  if (status !== 'active') return { accountId, done: false, state, differences: [] }
  const look = async (): Promise<VenueDifference[]> => {
    const first = new Set((await differencesNow(desk, accountId)).map(each => JSON.stringify(each)))
    return first.size === 0
      ? []
      : (await differencesNow(desk, accountId)).filter(each => first.has(JSON.stringify(each)))
  }
  try {
    return { accountId, done: true, state, differences: await within(look(), limitMs, 'the venue') }
  } catch (error) {
    const isGone = !desk.accountIds().includes(accountId)
    if (!isGone && !isSilence(error)) throw error
    return { accountId, done: false, state, differences: [] }
  }
}
