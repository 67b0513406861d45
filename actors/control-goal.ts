/**
 * When a command has come true. Looked at, never waited for: each goal reads the account, and where it matters the venue,
 * and says what still stands against it.
 */
import { isEntering, isExposed } from '../domain/position-state.ts'
import { dec } from '../domain/units.ts'
import type { AccountContext } from '../machines/account/context.ts'
import { positionSlot } from '../machines/account/setup.ts'
import { entriesStopped } from '../machines/account/update.ts'
import type { PositionContext } from '../machines/position/context.ts'
import type { Desk } from './desk.ts'
import type { ControlCommand } from './engine-control.ts'
import { stateText, topState } from './state-text.ts'

export type Sight = {
  done: boolean
  /** It cannot come true any more: another command, or the state of the account, stands against it for good. */
  isFinal: boolean
  state: string
  remaining: string[]
}
export type Goal = () => Promise<Sight>

type Verdict = Omit<Sight, 'state'>
const DONE: Verdict = { done: true, isFinal: true, remaining: [] }
const never = (why: string): Verdict => ({ done: false, isFinal: true, remaining: [why] })
const notYet = (remaining: string[]): Verdict => ({ done: false, isFinal: false, remaining })
const doneWithout = (remaining: string[]): Verdict => (remaining.length === 0 ? DONE : notYet(remaining))

/** States in which no decision is made, so that a pause is as good as reached. */
const UNDECIDING = ['paused', 'halted', 'degraded', 'hysteresis']
/** Commands that say nothing to an account that has ended. */
const NEEDS_LIFE = ['resume', 'allow_entries', 'rearm']

/** Must be made before the command is given: a part of a position is measured from what is open then. */
export const goalOf = (desk: Desk, accountId: string, command: ControlCommand): Goal => {
  const closed = command.name === 'close' ? partClosed(desk, accountId, command) : null
  return async () => {
    const verdict = await (closed === null ? look(desk, accountId, command) : closed())
    return { ...verdict, state: stateText(desk.actor(accountId).getSnapshot().value) }
  }
}

const look = async (desk: Desk, accountId: string, { name }: ControlCommand): Promise<Verdict> => {
  const { status, value, context } = desk.actor(accountId).getSnapshot()
  if (status === 'error') return notYet(['the account has failed and is being restarted'])
  if (status === 'done') {
    return NEEDS_LIFE.includes(name) ? never('the account was stopped; start it first') : DONE
  }
  const { control } = context
  const top = topState(value)
  switch (name) {
    case 'pause':
      if (!control.paused) return never('resumed meanwhile')
      return UNDECIDING.includes(top) ? DONE : notYet([`still ${stateText(value)}`])
    case 'resume':
      if (control.paused || control.draining) return never('paused again meanwhile')
      if (control.halted !== null) return never(haltText(control.halted))
      return top === 'paused' ? notYet(['still paused']) : DONE
    case 'stop_entries':
      return control.entriesStopped ? DONE : never('allowed again meanwhile')
    case 'allow_entries': {
      const why = entriesStopped(control)
      return why === null ? DONE : never(control.entriesStopped ? 'stopped again meanwhile' : closedText(why))
    }
    case 'drain':
      if (!control.draining && !control.paused) return never('resumed meanwhile')
      return UNDECIDING.includes(top) ? doneWithout(openText(context)) : notYet(notFlatText(context, value))
    case 'halt':
      return control.halted === null
        ? never('re-armed meanwhile')
        : doneWithout(await entriesAt(desk, context))
    case 'panic':
      return control.halted === null
        ? never('re-armed meanwhile')
        : doneWithout(await exposureAt(desk, context))
    case 'close_all':
      return doneWithout(await exposureAt(desk, context))
    case 'rearm':
      if (control.halted !== null) return never(haltText(control.halted))
      return top === 'halted' ? notYet(['still halted']) : DONE
    case 'stop':
      return notYet(notFlatText(context, value))
    case 'close':
      return DONE
  }
}

const haltText = (halted: string): string => `halted: ${halted}; re-arm the account first`
const closedText = (why: string): string => `entries stay closed: ${why}`

const openText = (context: AccountContext): string[] =>
  Object.values(context.positions)
    .filter(isExposed)
    .map(({ symbol, direction, quantity, state }) =>
      direction === null ? `${symbol} entry in flight` : `${symbol} ${direction} ${quantity} ${state}`,
    )

const notFlatText = (context: AccountContext, value: unknown): string[] => {
  const open = openText(context)
  return open.length === 0 ? [`still ${stateText(value)}`] : open
}

/** Entry orders that may still fill, by our books and then by the venue's. */
const entriesAt = async (desk: Desk, context: AccountContext): Promise<string[]> => {
  const entering = Object.values(context.positions).filter(
    each => isEntering(each) && each.state === 'ordering',
  )
  if (entering.length > 0) return entering.map(each => `${each.symbol} entry in flight`)
  return atVenue(desk, context, false)
}

const exposureAt = async (desk: Desk, context: AccountContext): Promise<string[]> => {
  const open = openText(context)
  return open.length > 0 ? open : atVenue(desk, context, true)
}

/** The venue has the last word: what it has working or open in the assets of the account. */
const atVenue = async (desk: Desk, context: AccountContext, withPositions: boolean): Promise<string[]> => {
  const { exchange } = desk.seat(context.settings.id)
  try {
    const orders = await exchange.openOrders()
    const positions = withPositions ? await exchange.positions() : []
    const isOurs = ({ symbol }: { symbol: string }) => Object.hasOwn(context.slots, symbol)
    return [
      ...orders
        .filter(order => !order.reduceOnly && isOurs(order))
        .map(order => `entry order ${order.clientOrderId} works at the venue`),
      ...positions
        .filter(isOurs)
        .map(each => `${each.symbol} ${each.direction} ${each.quantity} open at the venue`),
    ]
  } catch (error) {
    return [`the venue does not answer: ${error instanceof Error ? error.message : String(error)}`]
  }
}

type Close = Extract<ControlCommand, { name: 'close' }>

/** True when the part that was asked for is gone, but for what a step is too coarse for, or the whole position. */
const partClosed = (desk: Desk, accountId: string, { symbol, fraction }: Close): (() => Verdict) => {
  const read = (): PositionContext | null => {
    const child = desk.actor(accountId).getSnapshot().children[positionSlot(symbol)]
    return child === undefined ? null : (child.getSnapshot() as { context: PositionContext }).context
  }
  const before = read()
  if (before === null || before.book.direction === null) return () => DONE
  const { stepSize } = before.settings
  const left = dec(before.book.quantity).times(1 - fraction)
  return () => {
    const now = read()
    if (now === null || now.ids.positionId !== before.ids.positionId) return DONE
    const { direction, quantity } = now.book
    const isLess = dec(quantity).lt(before.book.quantity)
    if (fraction < 1 && isLess && dec(quantity).lt(left.plus(stepSize))) return DONE
    return notYet([
      direction === null ? `${symbol} orders are being swept` : `${symbol} ${direction} ${quantity}`,
    ])
  }
}
