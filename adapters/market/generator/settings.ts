/** What is generated: which symbols, from which prices, how lively. */
import type { Interval } from '../../../domain/interval.ts'
import type { InstrumentOverrides } from '../instruments.ts'

export type GeneratorSettings = {
  /** Equal seeds give equal markets. */
  seed: number
  interval: Interval
  /** Canonical names. Every symbol has its own random stream: adding one changes no other. */
  symbols: readonly string[]
  /** Open of the first candle, epoch ms; taken down to the start of its interval. */
  startAt: number
  /** Price of the first open by symbol, where the default will not do. */
  startPrices?: Readonly<Record<string, number>>
  instruments?: InstrumentOverrides
}

/** How a symbol moves. All of it per minute where time matters. */
export type SymbolCharacter = {
  startPrice: number
  /** Share of the common factor in its returns. */
  beta: number
  /** Standard deviation of its own return per minute in quiet times. */
  ownSigma: number
  /** Quote currency traded per minute in quiet times. */
  turnover: number
}

const CHARACTERS: Readonly<Record<string, SymbolCharacter>> = {
  BTC: { startPrice: 97_000, beta: 1, ownSigma: 0.0002, turnover: 7_000_000 },
  ETH: { startPrice: 3_400, beta: 1.1, ownSigma: 0.0003, turnover: 5_000_000 },
  SOL: { startPrice: 180, beta: 1.15, ownSigma: 0.0004, turnover: 1_500_000 },
  BNB: { startPrice: 650, beta: 0.85, ownSigma: 0.0004, turnover: 400_000 },
  XRP: { startPrice: 2.3, beta: 1.05, ownSigma: 0.0005, turnover: 900_000 },
  DOGE: { startPrice: 0.21, beta: 1.15, ownSigma: 0.0005, turnover: 600_000 },
  AVAX: { startPrice: 27, beta: 1.1, ownSigma: 0.0005, turnover: 150_000 },
  ASTER: { startPrice: 1.2, beta: 0.9, ownSigma: 0.0007, turnover: 250_000 },
  POL: { startPrice: 0.25, beta: 1.05, ownSigma: 0.0005, turnover: 80_000 },
}

const OTHER: SymbolCharacter = { startPrice: 10, beta: 1, ownSigma: 0.0005, turnover: 100_000 }

export const symbolCharacter = (symbol: string, settings: GeneratorSettings): SymbolCharacter => {
  const own = Object.hasOwn(CHARACTERS, symbol) ? (CHARACTERS[symbol] as SymbolCharacter) : OTHER
  const startPrice = settings.startPrices?.[symbol] ?? own.startPrice
  if (!(Number.isFinite(startPrice) && startPrice > 0)) {
    throw new RangeError(`${symbol}: start price ${startPrice} is not a number above zero`)
  }
  return { ...own, startPrice }
}
