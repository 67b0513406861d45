/** What a position knows: types of its context, input, events and reports. */
import type { ExitCondition, ExitConditionKind } from '../../domain/exit-plan/condition.ts'
import type { MarkReading } from '../../domain/exit-plan/review.ts'
import type { ClosedTrade, ExitReason } from '../../domain/fact.ts'
import type { Instrument } from '../../domain/instrument.ts'
import type { Life } from '../../domain/life.ts'
import type { Direction, Fill, Leg, VenueOrder } from '../../domain/order.ts'
import type { PositionBook } from '../../domain/position.ts'
import type { Evidence, PositionCommand, PositionSummary } from '../../domain/position-state.ts'
import type { EntryPlan } from '../../domain/risk/verdict.ts'
import type { UnknownPositions } from '../../domain/settings.ts'
import type { Money, Price, Quantity } from '../../domain/units.ts'
import type { OrderReport } from '../order/context.ts'

/**
 * Fixed places for order actors. Stop and target have two, so that the new one stands before the old one goes; the exit has
 * a second for what was filled after the first was sent.
 */
export type Slot = 'entry' | 'exit' | 'exit2' | 'stop' | 'stop2' | 'target' | 'target2'
export const SLOTS_OF: Record<Leg, readonly Slot[]> = {
  entry: ['entry'],
  exit: ['exit', 'exit2'],
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
  /** When it took its slot. */
  since: number
}

/** What the venue takes of the asset, and what the account says of its positions. */
export type PositionSettings = Pick<
  Instrument,
  'kind' | 'tickSize' | 'stepSize' | 'minNotional' | 'marketQuantityMax' | 'marginTiers'
> & {
  nakedMsMax: number
  cooldownMs: number
  unknownPositions: UnknownPositions
}

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
    /** Best price since the entry, of closed candles: what a trailing stop follows. */
    best: Price | null
  }
  slots: { used: SlotUse[]; attempts: Record<Leg, number> }
  evidence: Evidence | null
  exit: {
    reason: ExitReason
    /** Condition of the exit plan that asked for it. */
    condition: ExitCondition | null
    /** What its orders are written down under; left out, the decision of the entry. */
    decisionId?: string
    /** What is left to close of a part; `null`: everything. */
    quantity: Quantity | null
    asked: boolean
    /** How often in a row the venue has closed nothing of a part. */
    refusals: number
    /** When the part is sent, or sent again; `null` while it is under way. */
    sendAt: number | null
  }
  timing: { until: number | null; at: number }
  fills: {
    /** Trade ids of this life, so that a fill told twice is booked once. */
    seen: string[]
    /** Booked to equal the venue, before the venue has told the fills they stand for. */
    assumed: { fill: Fill; left: Quantity; positionId: string }[]
    /** The position at the venue that is only reported, as `short 2`: not ours, and not in our book. */
    reported: string | null
    /** Time of the newest funding booked: a payment has no id, but there is one per symbol and time. */
    fundedAt: number | null
  }
}

export type PositionEvent =
  | PositionCommand
  | { type: 'fill.received'; fill: Fill; order: VenueOrder | null; at: number }
  | { type: 'order.reported'; order: VenueOrder; at: number }
  | { type: 'funding.paid'; rate: number; paid: Money; at: number }
  /** A candle of the feed has closed; told only to positions with an exit plan. */
  | { type: 'mark.closed'; reading: MarkReading; at: number }
  | { type: 'settings.changed'; settings: PositionSettings; at: number }
  | {
      type: 'venue.reconciled'
      quantity: Quantity
      direction: Direction | null
      price: Price | null
      leverage: number | null
      /** Price now, for what has been closed there; `null`: not known. */
      mark: Price | null
      /** Working orders of this asset; `null`: not asked for. */
      orders: VenueOrder[] | null
      /** A stop for a position that is taken over; `null`: there is none, so it is not. */
      stop: Price | null
      /** When the venue was asked. */
      asOf: number
      at: number
    }
  | { type: 'clock.ticked'; at: number }
  | { type: 'account.resumed'; at: number }
  | OrderReport

export type Resized = Pick<
  PositionSummary,
  'direction' | 'quantity' | 'entryPrice' | 'stopPrice' | 'targetPrice' | 'openedAt'
>

export type PositionReport =
  | { type: 'position.changed'; summary: PositionSummary; at: number }
  /** Its book changed inside a state: what the account judges exposure by must not wait for the next state. */
  | { type: 'position.resized'; symbol: string; book: Resized; at: number }
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
  | {
      type: 'protection.moved'
      positionId: string
      symbol: string
      from: Price | null
      to: Price
      why: ExitConditionKind
      at: number
    }
  | {
      type: 'close.abandoned'
      positionId: string
      symbol: string
      quantity: Quantity
      reason: string
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
/** `ok`: the venue has this leverage now. Else `actual` is the one it has, if it said so. */
export type LeverageAnswer = { ok: boolean; actual: number | null; message: string; at: number }
export type ProtectionInput = {
  accountId: string
  symbol: string
  stopOrderId: string | null
  quantity: Quantity
}
/** `confirmed`: the venue itself lists a reduce-only stop of this id covering the whole quantity. */
export type ProtectionAnswer = { confirmed: boolean; at: number }
