/** What the engine needs of a paper venue beside its exchanges: to be told the market, and to be saved. */
import type { Exchange } from '../domain/ports.ts'
import type { Money } from '../domain/units.ts'

/** How far a running candle will go; for the venue alone. */
export type Inside = { high: number; low: number; closeAt: number }

export interface PaperVenuePort {
  openAccount(accountId: string, deposit: Money): void
  exchange(accountId: string): Exchange
  open(symbol: string, price: number, at: number, inside: Inside | null): void
  range(symbol: string, high: number, low: number, at: number, volume: number | null): void
  close(symbol: string, price: number, at: number): void
  hasWork(symbol: string): boolean
  fund(symbol: string, rate: number, at: number): void
  state(): unknown
  restore(state: unknown): void
}
