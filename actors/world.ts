/** What the services of an account reach the world through. Made once, in `actors/system.ts`. */
import type { VenueOrder } from '../domain/order.ts'
import type { Clock, Exchange } from '../domain/ports.ts'
import type { AccountSettings, PaperSettings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import type { ExitJournal } from './exit-journal.ts'
import type { Journal } from './journal.ts'
import type { Market } from './market.ts'
import type { Mirror } from './mirror.ts'
import type { Advisor } from './model/advisor.ts'

/** One account's connections: its venue, its strategy, its numbers, and the model it asks where it asks one. */
export type Seat = {
  settings: AccountSettings
  exchange: Exchange
  /** Rules; of a model account those that it confirms, or that stand in for it. */
  strategy: Strategy
  advisor: Advisor | null
  mirror: Mirror
}

export type World = {
  clock: Clock
  market: Market
  journal: Journal
  paper: PaperSettings
  /** Where exits are recorded when the store fails; `null`: nowhere else. */
  exits: ExitJournal | null
  seat(accountId: string): Seat
  /** Client order ids of the orders that stand in a slot of this account. */
  ordersOf(accountId: string): Set<string>
  /** Whether the account has a position actor for the asset, traded or not any more. */
  holds(accountId: string, symbol: string): boolean
  /** Writes down what the venue said of an order; the same news twice is written once. */
  noteOrder(accountId: string, order: VenueOrder, at: number): void
}
