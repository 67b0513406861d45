/** What a position knows: types of its context, input, events and reports. */
import type { ClosedTrade, ExitReason } from '../../domain/fact.ts'
import type { Life } from '../../domain/life.ts'
import type { Direction, Fill, Leg, VenueOrder } from '../../domain/order.ts'
import type { PositionBook } from '../../domain/position.ts'
import type { Evidence, PositionCommand, PositionSummary } from '../../domain/position-state.ts'
import type { EntryPlan } from '../../domain/risk/verdict.ts'
import type { Money, Price, Quantity } from '../../domain/units.ts'
import type { OrderReport } from '../order/context.ts'

/** Fixed places for order actors. Stop and target have two, so that the new one stands before the old one goes. */
export type Slot = 'entry' | 'exit' | 'stop' | 'stop2' | 'target' | 'target2'
export const SLOTS_OF: Record<Leg, readonly Slot[]> = {
  entry: ['entry'],
  exit: ['exit'],
  stop: ['stop', 'stop2'],
  target: ['target', 'target2'],
}

export type SlotUse = {
  slot: Slot
  leg: Leg
  clientOrderId: string
  quantity: Quantity
  accepted: boolean
  /** Sum of the fills booked for it. The venue may say that more is filled before it tells the fills. */
  filled: Quantity
  /** The venue has said its last word and the order has been told: there is nothing left to cancel. */
  ended: boolean
}

export type PositionSettings = { nakedMsMax: number; cooldownMs: number; tickSize: Price; stepSize: Quantity }

export type PositionInput = { accountId: string; symbol: string; settings: PositionSettings; at: number }

export type PositionContext = {
  ids: { accountId: string; symbol: string; life: number; positionId: string }
  settings: PositionSettings
  book: PositionBook
  life: Life | null
  plan: { entry: EntryPlan; decisionId: string | null; exitPlan: string } | null
  protection: {
    stopPrice: Price | null
    targetPrice: Price | null
    /** Size the standing protection was asked for; any growth beyond it asks again. */
    quantity: Quantity
    confirmed: boolean
    nakedSince: number | null
    nakedMsLongest: number
    stopOrderId: string | null
    targetOrderId: string | null
  }
  slots: { used: SlotUse[]; attempts: Record<Leg, number> }
  evidence: Evidence | null
  exit: { reason: ExitReason; quantity: Quantity | null; asked: boolean }
  timing: { until: number | null; at: number }
  /** Trade ids of this life, so that a fill told twice is booked once. */
  fills: { seen: string[] }
}

export type PositionEvent =
  | PositionCommand
  | { type: 'fill.received'; fill: Fill; order: VenueOrder | null; at: number }
  | { type: 'order.reported'; order: VenueOrder; at: number }
  | { type: 'funding.paid'; rate: number; paid: Money; at: number }
  | { type: 'settings.changed'; settings: PositionSettings; at: number }
  | {
      type: 'venue.reconciled'
      quantity: Quantity
      direction: Direction | null
      price: Price | null
      at: number
    }
  | { type: 'clock.ticked'; at: number }
  | { type: 'account.resumed'; at: number }
  | OrderReport

export type PositionReport =
  | { type: 'position.changed'; summary: PositionSummary; at: number }
  | { type: 'fill.booked'; fill: Fill; leg: Leg | null; positionId: string; realised: Money; at: number }
  | {
      type: 'funding.booked'
      symbol: string
      positionId: string | null
      rate: number
      paid: Money
      at: number
    }
  | {
      type: 'position.opened'
      positionId: string
      symbol: string
      side: Direction
      quantity: Quantity
      entryPrice: Price
      decisionId: string | null
      at: number
    }
  | {
      type: 'protection.confirmed'
      positionId: string
      symbol: string
      stopPrice: Price
      targetPrice: Price | null
      stopOrderId: string
      targetOrderId: string | null
      nakedMs: number
      at: number
    }
  | { type: 'trade.closed'; trade: ClosedTrade; at: number }
  | { type: 'entry.failed'; symbol: string; reason: string; at: number }
  /** The venue knows something of this asset that our book does not: the account asks it for the truth. */
  | { type: 'position.doubted'; symbol: string; reason: string; at: number }
  | {
      type: 'reconcile.differed'
      symbol: string
      what: string
      ours: string
      theirs: string
      action: string
      at: number
    }

export type LeverageInput = { accountId: string; symbol: string; leverage: number }
/** `ok`: the venue has this leverage now. */
export type LeverageAnswer = { ok: boolean; message: string; at: number }
export type ProtectionInput = {
  accountId: string
  symbol: string
  stopOrderId: string | null
  quantity: Quantity
}
/** `confirmed`: the venue itself lists a reduce-only stop of this id covering the whole quantity. */
export type ProtectionAnswer = { confirmed: boolean; at: number }
