/** Which order actor stands in which slot, and the orders a position asks for. */
import { clientOrderIdOf } from '../../domain/client-order-id.ts'
import { closingSide, type Leg, type OrderRequest, openingSide } from '../../domain/order.ts'
import { dec, type Quantity, ZERO_QUANTITY } from '../../domain/units.ts'
import type { OrderInput } from '../order/context.ts'
import { type PositionContext, SLOTS_OF, type Slot, type SlotUse } from './context.ts'
import type { Patch } from './update.ts'

/** An entry that has not reached the venue by then is not wanted any more. */
const ENTRY_VALID_MS = 10_000

export const slotsOf = (context: PositionContext, leg: Leg): SlotUse[] =>
  context.slots.used.filter(use => use.leg === leg)

export const freeSlot = (context: PositionContext, leg: Leg): Slot | null =>
  SLOTS_OF[leg].find(slot => !context.slots.used.some(use => use.slot === slot)) ?? null

export const slotOfOrder = (context: PositionContext, clientOrderId: string | null): SlotUse | null =>
  context.slots.used.find(use => use.clientOrderId === clientOrderId) ?? null

/** The newest order of a leg; the one before it, if still there, is on its way out. */
export const newest = (context: PositionContext, leg: Leg): SlotUse | null =>
  slotsOf(context, leg).at(-1) ?? null

const shape = (
  context: PositionContext,
  leg: Leg,
): Omit<OrderRequest, 'clientOrderId' | 'symbol' | 'quantity'> => {
  const direction = context.book.direction ?? context.plan?.entry.direction ?? 'long'
  const common = {
    price: null,
    triggerPrice: null,
    worstPrice: null,
    bestPrice: null,
    timeInForce: 'gtc' as const,
    validUntil: null,
  }
  if (leg === 'entry') {
    return {
      ...common,
      side: openingSide(direction),
      type: 'market',
      worstPrice: context.plan?.entry.worstPrice ?? null,
      bestPrice: context.plan?.entry.bestPrice ?? null,
      reduceOnly: false,
      validUntil: context.timing.at + ENTRY_VALID_MS,
    }
  }
  const side = closingSide(direction)
  if (leg === 'exit') return { ...common, side, type: 'market', reduceOnly: true }
  return leg === 'stop'
    ? { ...common, side, type: 'stop_market', triggerPrice: context.protection.stopPrice, reduceOnly: true }
    : {
        ...common,
        side,
        type: 'take_profit_market',
        triggerPrice: context.protection.targetPrice,
        reduceOnly: true,
      }
}

/** True when an accepted stop covers all that is open. */
export const isCovered = (context: PositionContext): boolean =>
  slotsOf(context, 'stop').some(use => use.accepted && dec(use.quantity).gte(context.book.quantity))

/** Takes the next free slot of a leg for an order of this size; `null` when both are still in use. */
export const takeSlot = (
  context: PositionContext,
  leg: Leg,
  quantity: Quantity,
): { slot: Slot; input: OrderInput; patch: Patch } | null => {
  const slot = freeSlot(context, leg)
  if (slot === null) return null
  const { ids, slots, timing, exit, plan } = context
  const attempt = slots.attempts[leg] + 1
  const clientOrderId = clientOrderIdOf(ids.positionId, leg, attempt)
  return {
    slot,
    input: {
      ids: {
        accountId: ids.accountId,
        positionId: ids.positionId,
        decisionId: (leg === 'exit' ? exit.decisionId : undefined) ?? plan?.decisionId ?? null,
        leg,
        slot,
      },
      request: { clientOrderId, symbol: ids.symbol, quantity, ...shape(context, leg) },
      at: timing.at,
    },
    patch: {
      slots: {
        used: [
          ...slots.used,
          {
            slot,
            leg,
            clientOrderId,
            quantity,
            accepted: false,
            filled: ZERO_QUANTITY,
            ended: false,
            since: timing.at,
          },
        ],
        attempts: { ...slots.attempts, [leg]: attempt },
      },
    },
  }
}

export const markAccepted = (context: PositionContext, slot: string): Patch => ({
  slots: {
    ...context.slots,
    used: context.slots.used.map(use => (use.slot === slot ? { ...use, accepted: true } : use)),
  },
})

export const markEnded = (context: PositionContext, clientOrderId: string): PositionContext => ({
  ...context,
  slots: {
    ...context.slots,
    used: context.slots.used.map(use =>
      use.clientOrderId === clientOrderId ? { ...use, ended: true } : use,
    ),
  },
})

export const releaseSlot = (context: PositionContext, slot: string, at: number): Patch => ({
  slots: { ...context.slots, used: context.slots.used.filter(use => use.slot !== slot) },
  timing: { ...context.timing, at },
})
