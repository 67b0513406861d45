/** What simulations run on: the generated market and the paper exchange. */
import type { Outside } from '../actors/simulation/outside.ts'
import { PaperVenue } from '../adapters/exchange/paper/venue.ts'
import { generatorSource } from '../adapters/market/generator/source.ts'

export const simulateOutside: Outside = {
  makeMarket: ({ seed, symbols, startAt }) =>
    generatorSource({ seed, interval: '1m', symbols, startAt, instruments: { all: {}, symbols: {} } }),
  makeVenue: options => new PaperVenue(options),
}
