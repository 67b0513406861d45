/**
 * A market without end, made from a seed: for trying things out, for demonstrations offline and for tests.
 *
 * It always lives in minutes; longer candles are those minutes merged, so one seed is one market at every interval.
 */
import type { Candle } from '../../../domain/candle.ts'
import type { CandleSource, MarketStep } from '../../../domain/feed.ts'
import type { Instrument } from '../../../domain/instrument.ts'
import { INTERVAL_MS, intervalStart } from '../../../domain/interval.ts'
import { derivedSeed, restoredRandom, type SeededRandom, seededRandom } from '../../../domain/random.ts'
import { paperInstrument } from '../instruments.ts'
import { advanceFactor, type FactorMinute, type FactorState, initialFactor } from './factor.ts'
import { type GeneratorSettings, type SymbolCharacter, symbolCharacter } from './settings.ts'
import {
  GENERATOR_STATE_VERSION,
  type GeneratorState,
  readGeneratorState,
  type SymbolFrame,
} from './state.ts'
import { SymbolMarket } from './symbol-market.ts'

const MINUTE_MS = INTERVAL_MS['1m']
const FUNDING_MS = 8 * INTERVAL_MS['1h']

type SymbolPlan = { symbol: string; character: SymbolCharacter; instrument: Instrument; frame: SymbolFrame }
type SymbolPart = SymbolPlan & { market: SymbolMarket; random: SeededRandom }

const planOf = (symbol: string, settings: GeneratorSettings): SymbolPlan => {
  const character = symbolCharacter(symbol, settings)
  const instrument = paperInstrument(symbol, character.startPrice, settings.instruments)
  const { tickSize, stepSize } = instrument
  return { symbol, character, instrument, frame: { tickSize, stepSize, startPrice: character.startPrice } }
}

const checkSettings = ({ symbols, startAt }: GeneratorSettings): void => {
  if (symbols.length === 0)
    throw new RangeError('A generated market needs at least one symbol; none was given')
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index)
  if (twice !== undefined) throw new RangeError(`${twice} is in the generated market twice; name it once`)
  if (!(Number.isSafeInteger(startAt) && startAt >= 0)) {
    throw new RangeError(`Start ${startAt} of the generated market is no time; give epoch milliseconds`)
  }
}

const absorb = (candle: Candle, minute: Candle): void => {
  candle.high = Math.max(candle.high, minute.high)
  candle.low = Math.min(candle.low, minute.low)
  candle.close = minute.close
  candle.volume += minute.volume
}

class GeneratorSource implements CandleSource {
  readonly interval: GeneratorSettings['interval']
  readonly symbols: readonly string[]
  readonly instruments: readonly Instrument[]
  readonly stepsTotal = null
  readonly #seed: number
  readonly #minutesPerStep: number
  readonly #parts: readonly SymbolPart[]
  readonly #factor: FactorState
  readonly #random: SeededRandom
  #nextAt: number

  constructor(settings: GeneratorSettings, stored: unknown) {
    checkSettings(settings)
    const plans = settings.symbols.map(symbol => planOf(symbol, settings))
    const frames = Object.fromEntries(plans.map(({ symbol, frame }) => [symbol, frame]))
    const state = stored === null ? null : readGeneratorState(stored, settings, frames)
    const stream = (name: string): SeededRandom => seededRandom(derivedSeed(settings.seed, name))
    this.interval = settings.interval
    this.symbols = [...settings.symbols]
    this.instruments = plans.map(({ instrument }) => instrument)
    this.#seed = settings.seed
    this.#minutesPerStep = INTERVAL_MS[settings.interval] / MINUTE_MS
    this.#factor = state?.factor ?? initialFactor()
    this.#random = state === null ? stream('factor') : restoredRandom(state.factor.random)
    this.#nextAt = state?.nextAt ?? intervalStart(settings.startAt, settings.interval)
    this.#parts = plans.map(plan => {
      const own = state?.symbols[plan.symbol] ?? null
      const random = own === null ? stream(`symbol/${plan.symbol}`) : restoredRandom(own.random)
      return { ...plan, random, market: new SymbolMarket(plan.instrument, plan.character, random, own) }
    })
  }

  next(): MarketStep {
    const openAt = this.#nextAt
    const first = this.#advanceMinute(openAt)
    const candles = this.#parts.map(({ market }) => market.advance(openAt, first))
    // The rate in force when the candle opens; a change within a long candle shows from the next one on.
    const fundingRates = this.#parts.map(({ market }) => market.state.fundingRate)
    for (let index = 1; index < this.#minutesPerStep; index++) {
      const at = openAt + index * MINUTE_MS
      const minute = this.#advanceMinute(at)
      this.#parts.forEach(({ market }, part) => absorb(candles[part] as Candle, market.advance(at, minute)))
    }
    this.#nextAt = openAt + INTERVAL_MS[this.interval]
    return { openAt, candles, fundingRates }
  }

  state(): GeneratorState {
    const symbols: GeneratorState['symbols'] = {}
    for (const { symbol, frame, market, random } of this.#parts) {
      const { logPrice, closeTicks, logVolume, trend, fundingRate } = market.state
      symbols[symbol] = { logPrice, closeTicks, logVolume, trend, fundingRate, frame, random: random.state() }
    }
    return {
      version: GENERATOR_STATE_VERSION,
      seed: this.#seed,
      interval: this.interval,
      nextAt: this.#nextAt,
      factor: { ...this.#factor, random: this.#random.state() },
      symbols,
    }
  }

  #advanceMinute(at: number): FactorMinute {
    if (at % FUNDING_MS === 0) for (const { market } of this.#parts) market.fixFunding()
    return advanceFactor(this.#factor, this.#random)
  }
}

/**
 * The generated market, from its start or exactly on from a `state()` taken earlier. Throws when the settings or the state
 * do not fit; `next()` never ends and never fails.
 */
export const generatorSource = (settings: GeneratorSettings, state: unknown = null): CandleSource =>
  new GeneratorSource(settings, state)
