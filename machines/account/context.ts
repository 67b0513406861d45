/** What an account knows: types of its context, input, events and reports. */
import type { Analysis } from '../../domain/deliberate.ts'
import type { DecisionRecord, ExitReason } from '../../domain/fact.ts'
import type { Ledger } from '../../domain/ledger.ts'
import type { Fill, VenueOrder } from '../../domain/order.ts'
import type { VenuePosition } from '../../domain/ports.ts'
import type { PositionSummary } from '../../domain/position-state.ts'
import type { BreakerEvent, BreakerState } from '../../domain/risk/breakers.ts'
import type { AccountSettings } from '../../domain/settings.ts'
import type { Proposal } from '../../domain/strategy.ts'
import type { Money, Price } from '../../domain/units.ts'
import type { PositionReport, PositionSettings } from '../position/context.ts'

export type AccountInput = {
  settings: AccountSettings
  /** Per asset, from its instrument and the account's settings. */
  positions: Record<string, PositionSettings>
  at: number
}

export type AccountContext = {
  settings: AccountSettings
  slots: Record<string, PositionSettings>
  ledger: Ledger
  breakers: BreakerState
  positions: Record<string, PositionSummary>
  cycle: {
    number: number
    /** Assets whose candle closed and that wait for a decision. */
    due: string[]
    dueAt: number
    /** Closed while the last decision was being made. */
    next: { symbols: string[]; at: number } | null
    analysis: Analysis | null
    /** What a person wants, where the cycle is about that; `null` or left out: the strategy is asked. */
    given?: Proposal | null
    lastAt: number | null
  }
  equity: { value: Money; at: number }
  /** Wishes of people and of limits. They are read only at rest, where nothing is in flight. */
  control: {
    paused: boolean
    halted: string | null
    /** Why, in the words of who said it; left out: nobody gave any. */
    haltWords?: string | null
    flatten: ExitReason | null
    stopping: boolean
    /** Entries are refused, everything else goes on. */
    entriesStopped: boolean
    /** Entries are refused; paused as soon as nothing is open. */
    draining: boolean
    cooldownUntil: number | null
    reason: string | null
  }
  counters: {
    day: number
    tradesToday: number
    failures: number
    /** How often in a row the venue could not be compared with. */
    unreachable: number
    lastFillAt: number
    /** When the venue is compared with again; `null`: only when something asks for it. */
    checkAt: number | null
    /** What the venue's balance was beyond ours at the last comparison; `null`: they agreed. */
    gap: Money | null
  }
  timing: { until: number | null; at: number }
}

export type AccountCommand =
  | { type: 'account.pause'; at: number }
  | { type: 'account.resume'; at: number }
  /** Entries are refused; strategy exits go on. */
  | { type: 'account.stop_entries'; at: number }
  | { type: 'account.allow_entries'; at: number }
  | { type: 'account.drain'; at: number }
  /** Latched until re-armed; entries in flight are cancelled. */
  | { type: 'account.halt'; reason: string; words?: string | null; at: number }
  | { type: 'account.flatten'; reason: ExitReason; at: number }
  /** Clears a halt; the drawdown is measured from this moment's equity. */
  | { type: 'account.rearm'; at: number }
  /** Closes everything and ends for good. */
  | { type: 'account.stop'; at: number }

export type AccountEvent =
  | AccountCommand
  | { type: 'candle.closed'; symbols: string[]; quiet: boolean; at: number }
  /** By hand: a cycle that asks nobody else. Heard at rest only, so that nothing waits for its turn unseen. */
  | { type: 'proposal.given'; proposal: Proposal; at: number }
  /** Not waited for any longer: what is not decided by now is not decided. */
  | { type: 'proposal.withdrawn'; at: number }
  | { type: 'equity.marked'; equity: Money; at: number }
  | {
      type: 'settings.changed'
      settings: AccountSettings
      positions: Record<string, PositionSettings>
      at: number
    }
  | { type: 'clock.ticked'; at: number }
  | { type: 'account.resumed'; at: number }
  /** To itself, behind what the positions answered to the venue's truth. */
  | { type: 'venue.agreed'; at: number }
  | PositionReport

export type AccountReport =
  | { type: 'decision.recorded'; decision: DecisionRecord; at: number }
  | { type: 'deposit.booked'; amount: Money; reason: string; at: number }
  | (BreakerEvent & { at: number })

export type AnalyseInput = { accountId: string; symbols: string[]; at: number }
export type AnalyseAnswer =
  | { ready: true; analysis: Analysis; at: number }
  | { ready: false; reason: string; at: number }

/** The account's own books at the moment of a question, for strategies that are told of them. */
export type Standing = {
  balance: Money
  marginFree: Money
  deposits: Money
  dayStartEquity: Money
  peakEquity: Money
  tradesToday: number
  /** Why entries are refused; `null` while they are not. */
  entriesStopped: string | null
}

export type DecideInput = {
  accountId: string
  symbols: string[]
  at: number
  equity: Money
  positions: Record<string, PositionSummary>
  standing: Standing
}
export type DecideAnswer = { proposals: Proposal[]; at: number }

export type ReconcileInput = {
  accountId: string
  since: number
  /** Signed quantities by symbol, as our books have them; what is not here is flat. */
  held: Record<string, string>
}
export type ReconcileAnswer =
  | {
      reachable: true
      positions: VenuePosition[]
      fills: Fill[]
      /** Working orders; `null`: not asked for. */
      orders: VenueOrder[] | null
      /** Wallet balance; `null`: not asked for. */
      balance: Money | null
      marks: Record<string, Price>
      /** Where a stop would stand for a position that is taken over. */
      stops: Record<string, Price>
      /** When the venue was asked. */
      asOf: number
      at: number
    }
  | { reachable: false; message: string; at: number }
