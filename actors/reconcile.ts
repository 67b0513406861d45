/**
 * *reconcile*: the venue's truth about one account, asked for at start, at recovery, after an interruption of the stream,
 * and every now and then. One view of one moment: fills are read before and after the rest, and what differs from our
 * books is asked for a second time before it is believed.
 */
import { isOrderIdOf } from '../domain/client-order-id.ts'
import type { Fill, VenueOrder } from '../domain/order.ts'
import { type Answer, type VenueAccount, type VenuePosition, VenueUnreachable } from '../domain/ports.ts'
import { type Decimal, dec, type Price, price } from '../domain/units.ts'
import type { ReconcileAnswer, ReconcileInput } from '../machines/account/context.ts'
import { STOP_ATR } from './analyse.ts'
import { type Flow, wait } from './flow.ts'
import type { Seat, World } from './world.ts'

type View = {
  fills: Fill[]
  positions: VenuePosition[]
  orders: VenueOrder[]
  account: VenueAccount
  asOf: number
}

/** How often a view is taken again because fills came in between, or because it differs from our books. */
const VIEWS_MAX = 3

/** How often one question is asked: a view takes five answers, and one that is lost should not cost the others. */
const ASKS_MAX = 3

function* ask<Value>(question: () => Answer<Value>): Flow<Value> {
  for (let count = 1; ; count += 1) {
    try {
      return yield* wait(question())
    } catch (error) {
      if (count === ASKS_MAX || !(error instanceof VenueUnreachable)) throw error
    }
  }
}

/** Everything once; the fills are those that were there when the positions were read. */
function* viewOnce(
  world: World,
  { exchange }: Seat,
  since: number,
): Flow<{ view: View; isSettled: boolean }> {
  const before = yield* ask(() => exchange.fillsSince(since))
  const asOf = world.clock.now()
  const positions = yield* ask(() => exchange.positions())
  const orders = yield* ask(() => exchange.openOrders())
  const account = yield* ask(() => exchange.account())
  const fills = yield* ask(() => exchange.fillsSince(since))
  const known = new Set(before.map(fill => fill.tradeId))
  const isSettled = fills.every(fill => known.has(fill.tradeId))
  return { view: { fills: before, positions, orders, account, asOf }, isSettled }
}

const signedOf = (position: VenuePosition): Decimal =>
  dec(position.quantity).times(position.direction === 'short' ? -1 : 1)

/** What the positions hold beyond our books, by symbol, as one text: the same text twice is believed. */
const differenceOf = ({ positions }: View, held: ReconcileInput['held']): string => {
  const symbols = [...new Set([...Object.keys(held), ...positions.map(each => each.symbol)])].toSorted()
  return symbols
    .map(symbol => {
      const found = positions.find(each => each.symbol === symbol)
      const theirs = found === undefined ? dec(0) : signedOf(found)
      const difference = theirs.minus(held[symbol] ?? 0)
      return difference.isZero() ? '' : `${symbol} ${difference.toFixed()}`
    })
    .filter(text => text !== '')
    .join(', ')
}

/** A view in which nothing moved, and whose differences were seen twice; the last one where there is none. */
function* viewOf(world: World, seat: Seat, { since, held }: ReconcileInput): Flow<View> {
  let seen: string | null = null
  for (let count = 1; ; count += 1) {
    const { view, isSettled } = yield* viewOnce(world, seat, since)
    const difference = differenceOf(view, held)
    const isBelieved = isSettled && (difference === '' || difference === seen)
    if (isBelieved || count === VIEWS_MAX) return view
    seen = isSettled ? difference : null
  }
}

const marksOf = (world: World, { settings }: Seat): Record<string, Price> =>
  Object.fromEntries(
    settings.assets.flatMap(symbol => {
      const mark = world.market.mark(symbol)
      return mark === null ? [] : [[symbol, price(mark.price)]]
    }),
  )

/** A stop the account's own rule would set from the price of now; without an ATR there is none, and nothing is taken over. */
const stopsOf = (world: World, { settings }: Seat, positions: VenuePosition[]): Record<string, Price> => {
  if (settings.unknownPositions !== 'adopt') return {}
  return Object.fromEntries(
    positions
      .filter(({ symbol }) => settings.assets.includes(symbol))
      .flatMap(({ symbol, direction, markPrice }) => {
        const atr = world.market.view(symbol, settings.interval).value(STOP_ATR)
        if (atr === null) return []
        const distance = dec(atr).times(settings.risk.stopAtrMultiple)
        const stop = dec(markPrice).plus(direction === 'long' ? distance.neg() : distance)
        return stop.gt(0) ? [[symbol, price(stop)]] : []
      }),
  )
}

const orderText = (order: VenueOrder): string =>
  `${order.type} ${order.side} ${order.quantity}${order.triggerPrice === null ? '' : ` at ${order.triggerPrice}`} (${order.clientOrderId})`

/** What was found at the venue and left there is written down once, not every time it is seen. */
type Noted = Set<string>

const strangersIn = (world: World, accountId: string, orders: VenueOrder[]): VenueOrder[] => {
  const slots = world.ordersOf(accountId)
  return orders.filter(({ clientOrderId }) => !slots.has(clientOrderId))
}

/**
 * Working orders that no slot of ours knows. One that ended after it was listed has left its slot too, so a list with
 * strangers is asked for again: those that still work were in no slot when they were listed.
 */
function* strangersOf(world: World, accountId: string, orders: VenueOrder[]): Flow<VenueOrder[]> {
  if (strangersIn(world, accountId, orders).length === 0) return []
  return strangersIn(world, accountId, yield* wait(world.seat(accountId).exchange.openOrders()))
}

/** Orders that no slot of ours knows: ours by their id are cancelled, others by the account's policy. */
function* sweep(world: World, accountId: string, orders: VenueOrder[], noted: Noted): Flow<void> {
  const { exchange, settings } = world.seat(accountId)
  for (const order of yield* strangersOf(world, accountId, orders)) {
    const { clientOrderId, symbol } = order
    const cancels = isOrderIdOf(accountId, clientOrderId) || settings.unknownOrders === 'cancel'
    const key = `${accountId}/${order.venueOrderId}`
    let action = order.reduceOnly ? 'left: it can only close' : 'left'
    if (cancels) {
      try {
        world.noteOrder(accountId, yield* wait(exchange.cancel(symbol, clientOrderId)), world.clock.now())
        action = 'cancelled'
      } catch (error) {
        action = `not cancelled yet: ${error instanceof Error ? error.message : String(error)}`
      }
    }
    if (noted.has(`${key}: ${action}`)) continue
    noted.add(`${key}: ${action}`)
    world.journal.record(accountId, world.clock.now(), {
      type: 'reconcile.differed',
      symbol,
      what: 'order',
      ours: 'none',
      theirs: orderText(order),
      action,
    })
  }
}

/** Positions in assets that this account does not trade: nobody here could close them. */
const noteUntraded = (world: World, accountId: string, positions: VenuePosition[], noted: Noted): void => {
  const { assets } = world.seat(accountId).settings
  for (const { symbol, direction, quantity } of positions) {
    const key = `${accountId}/${symbol}: ${direction} ${quantity}`
    if (assets.includes(symbol) || world.holds(accountId, symbol) || noted.has(key)) continue
    noted.add(key)
    world.journal.record(accountId, world.clock.now(), {
      type: 'reconcile.differed',
      symbol,
      what: 'position',
      ours: 'not traded by this account',
      theirs: `${direction} ${quantity}`,
      action: 'reported; close it at the venue, or add the asset',
    })
  }
}

export const reconcile = (world: World) => {
  const noted: Noted = new Set()
  return function* (input: ReconcileInput): Flow<ReconcileAnswer> {
    const { accountId } = input
    const seat = world.seat(accountId)
    try {
      const { fills, positions, orders, account, asOf } = yield* viewOf(world, seat, input)
      yield* sweep(world, accountId, orders, noted)
      noteUntraded(world, accountId, positions, noted)
      return {
        reachable: true,
        positions,
        fills,
        orders,
        balance: account.balance,
        marks: marksOf(world, seat),
        stops: stopsOf(world, seat, positions),
        asOf,
        at: world.clock.now(),
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return { reachable: false, message, at: world.clock.now() }
    }
  }
}
