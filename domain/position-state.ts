/** A position as its account and the outside see it, and what the account may tell it to do. */
import type { ExitCondition } from './exit-plan/condition.ts'
import type { ExitReason } from './fact.ts'
import type { Direction } from './order.ts'
import type { EntryPlan, RiskApproved } from './risk/verdict.ts'
import type { Price, Quantity } from './units.ts'

export type PositionPhase =
  | 'idle'
  | 'hysteresis'
  | 'ordering'
  | 'protecting'
  | 'protected'
  | 'closing'
  | 'cooldown'

/** Repeated or lasting evidence that is not believed yet: an entry while flat, a reversal while open. */
export type Evidence = { direction: Direction; since: number; until: number; count: number }

export type PositionSummary = {
  symbol: string
  positionId: string
  state: PositionPhase
  direction: Direction | null
  quantity: Quantity
  entryPrice: Price | null
  stopPrice: Price | null
  targetPrice: Price | null
  evidence: Evidence | null
  cooldownUntil: number | null
  openedAt: number | null
  leverage: number
  /** Exit plan that it enforces itself, from the entry on. */
  conditions: ExitCondition[]
}

export type PositionCommand =
  | {
      type: 'entry.signalled'
      direction: Direction
      since: number
      /** The signal is believed when it still stands then... */
      until: number
      /** ...and forgotten when it is not repeated by then. */
      expiresAt: number
      at: number
    }
  | {
      type: 'entry.approved'
      plan: RiskApproved<EntryPlan>
      decisionId: string
      exitPlan: string
      at: number
    }
  | { type: 'exit.signalled'; direction: Direction; count: number; at: number }
  | { type: 'signal.lost'; at: number }
  /** An entry in flight is not wanted any more; what of it has filled is kept and protected. */
  | { type: 'entry.cancel'; reason: string; at: number }
  | PositionClose

export type PositionClose = {
  type: 'position.close'
  reason: ExitReason
  /** Of what is open and not asked for yet, (0, 1]. */
  fraction: number
  /** So many units of it instead; the fraction is not looked at then. */
  quantity?: Quantity
  /** What its exits are written down under; left out, the decision of the entry. */
  decisionId?: string
  at: number
}

const EXPOSED: readonly PositionPhase[] = ['ordering', 'protecting', 'protected', 'closing']
const IN_FLIGHT: readonly PositionPhase[] = ['ordering', 'protecting']

/** Open, opening or closing: it counts against the limits. */
export const isExposed = (summary: PositionSummary): boolean => EXPOSED.includes(summary.state)
/** An entry that is not settled and protected yet. */
export const isEntering = (summary: PositionSummary): boolean => IN_FLIGHT.includes(summary.state)
