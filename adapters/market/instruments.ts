/** Instruments for paper trading and backtests, where no venue states them. */
import type { CandleSeries } from '../../domain/candle.ts'
import type { Instrument } from '../../domain/instrument.ts'
import { dec, money, price, quantity } from '../../domain/units.ts'
import { type LiquidityClass, marginTiersOf } from './margin-tiers.ts'

/** What a configuration may state otherwise; decimal strings. */
export type InstrumentOverride = {
  tickSize?: string
  stepSize?: string
  minNotional?: string
  /** Largest market order. */
  marketQuantityMax?: string
  /** Caps the leverage of every margin tier. */
  leverageMax?: number
}

export type InstrumentOverrides = {
  /** For every symbol... */
  all?: InstrumentOverride
  /** ...and by canonical symbol, which wins. */
  symbols?: Readonly<Record<string, InstrumentOverride>>
}

type InstrumentDefault = { tickSize: string; stepSize: string; liquidity: LiquidityClass }

const MIN_NOTIONAL = '5'

const DEFAULTS: Readonly<Record<string, InstrumentDefault>> = {
  BTC: { tickSize: '0.1', stepSize: '0.001', liquidity: 'major' },
  ETH: { tickSize: '0.01', stepSize: '0.001', liquidity: 'major' },
  SOL: { tickSize: '0.01', stepSize: '0.01', liquidity: 'large' },
  BNB: { tickSize: '0.01', stepSize: '0.01', liquidity: 'large' },
  XRP: { tickSize: '0.0001', stepSize: '0.1', liquidity: 'large' },
  DOGE: { tickSize: '0.00001', stepSize: '1', liquidity: 'large' },
  AVAX: { tickSize: '0.001', stepSize: '0.1', liquidity: 'small' },
  ASTER: { tickSize: '0.0001', stepSize: '0.1', liquidity: 'small' },
  POL: { tickSize: '0.00001', stepSize: '1', liquidity: 'small' },
}

/** Price of a symbol nobody knows anything of. */
const UNKNOWN_PRICE = 1

/** Six significant digits of price; a step worth one to ten units of quote currency, never above one whole coin. */
const derivedDefault = (referencePrice: number): InstrumentDefault => {
  const magnitude = Math.floor(Math.log10(referencePrice))
  return {
    tickSize: dec(10)
      .pow(magnitude - 5)
      .toFixed(),
    stepSize: dec(10).pow(-Math.max(0, magnitude)).toFixed(),
    liquidity: 'small',
  }
}

const checkPositive = (symbol: string, field: keyof InstrumentOverride, value: string | number): void => {
  let positive: boolean
  try {
    positive = dec(value).isFinite() && dec(value).gt(0)
  } catch {
    positive = false
  }
  if (!positive)
    throw new RangeError(`${symbol}: ${field} ${JSON.stringify(value)} is not a number above zero`)
}

/**
 * The instrument of a canonical symbol. `referencePrice` gives tick and step of symbols without a default of their own.
 * Throws `RangeError` when an override or the price is not above zero.
 */
export const paperInstrument = (
  symbol: string,
  referencePrice: number = UNKNOWN_PRICE,
  overrides: InstrumentOverrides = {},
): Instrument => {
  if (!(Number.isFinite(referencePrice) && referencePrice > 0)) {
    throw new RangeError(`${symbol}: reference price ${referencePrice} is not a number above zero`)
  }
  const own = Object.hasOwn(DEFAULTS, symbol) ? DEFAULTS[symbol] : undefined
  const { tickSize, stepSize, liquidity } = own ?? derivedDefault(referencePrice)
  const override: InstrumentOverride = { ...overrides.all, ...overrides.symbols?.[symbol] }
  for (const field of ['tickSize', 'stepSize', 'minNotional', 'marketQuantityMax', 'leverageMax'] as const) {
    const value = override[field]
    if (value !== undefined) checkPositive(symbol, field, value)
  }
  return {
    symbol,
    quote: 'USDT',
    kind: 'perpetual',
    tickSize: price(override.tickSize ?? tickSize),
    stepSize: quantity(override.stepSize ?? stepSize),
    minNotional: money(override.minNotional ?? MIN_NOTIONAL),
    marketQuantityMax: override.marketQuantityMax === undefined ? null : quantity(override.marketQuantityMax),
    marginTiers: marginTiersOf(liquidity, override.leverageMax ?? null),
  }
}

/**
 * One instrument per series, its lowest price giving the tick where the symbol has no default of its own.
 * Every series must have a candle, as those of `loadCandleFolder` do.
 */
export const paperInstruments = (
  series: readonly CandleSeries[],
  overrides: InstrumentOverrides = {},
): Instrument[] =>
  series.map(({ symbol, low }) =>
    paperInstrument(
      symbol,
      low.reduce((lowest, each) => Math.min(lowest, each)),
      overrides,
    ),
  )
