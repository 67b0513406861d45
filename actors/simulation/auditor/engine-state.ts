/** What the auditor may see of the engine: the state it shows, as plain data. */

export type ShownPosition = {
  symbol: string
  state: string
  direction: 'long' | 'short' | null
  /** By the position's own book. */
  quantity: string
  /** By the account's summary of it. */
  summary: string
  entryPrice: string | null
}

export type Account = {
  /** Name of the account's state. */
  state: string
  positions: ShownPosition[]
  ledger: { deposits: string; realised: string; fees: string; funding: string }
  breakersTripped: boolean
  /** Questions and news under way between engine and venue. */
  inFlight: number
}

export interface EngineState {
  /** `null` while the account has failed and is not back yet. */
  account(accountId: string): Account | null
}
