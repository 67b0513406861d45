/** What a simulation is given from outside: a market without end, and a venue that answers at once. */
import type { CandleSource } from '../../domain/feed.ts'
import type { Instrument } from '../../domain/instrument.ts'
import type { Clock } from '../../domain/ports.ts'
import type { PaperSettings } from '../../domain/settings.ts'
import type { PaperVenuePort } from '../paper-venue-port.ts'
import type { Truth } from './venue-tap.ts'

export type SimulatedVenue = Omit<PaperVenuePort, 'exchange'> & { exchange(accountId: string): Truth }

export type Outside = {
  /** Minute candles. */
  makeMarket(options: { seed: number; symbols: string[]; startAt: number }): CandleSource
  makeVenue(options: {
    instruments: readonly Instrument[]
    settings: PaperSettings
    clock: Clock
    schedule: (at: number, call: () => void) => void
  }): SimulatedVenue
}
