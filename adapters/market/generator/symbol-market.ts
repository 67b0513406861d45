/** One symbol of the generated market: its minute candles and its funding rate. */
import type { Candle } from '../../../domain/candle.ts'
import type { Instrument } from '../../../domain/instrument.ts'
import type { Random } from '../../../domain/ports.ts'
import { dec } from '../../../domain/units.ts'
import { drawBridgeMaximum, drawExponential, drawFatTailed, drawNormal } from './draws.ts'
import { type FactorMinute, JUMP_SIZE_MEAN, JUMP_SIZE_MIN } from './factor.ts'
import type { SymbolCharacter } from './settings.ts'

/** Plain JSON. */
export type SymbolState = {
  /** Unrounded log price at the end of the last minute. */
  logPrice: number
  /** Last close as it was shown, in ticks. */
  closeTicks: number
  /** Log of the volume level, an AR(1) process around 0. */
  logVolume: number
  /** Exponential mean of past returns, scaled to what they add up to over eight hours. */
  trend: number
  /** Rate per eight hours in force, fixed at the last funding time. */
  fundingRate: number
}

const EIGHT_HOURS_MINUTES = 480
const TREND_KEEP = Math.exp(-1 / EIGHT_HOURS_MINUTES)
/** Pull towards the start price: half-life of 120 days. Invisible in a day, and it keeps an endless market in sight. */
const PULL = Math.log(2) / (120 * 1440)
const OWN_JUMPS_PER_MINUTE = 1 / 1440
const OPEN_GAP_SHARE = 0.002
const OPEN_GAP_MEAN = 0.0004
/** Move per minute, beside the symbol's own deviation, that counts as one unit of activity. */
const QUIET_MOVE = 0.0006
const VOLUME_KEEP = 0.98
const VOLUME_NOISE = 0.07
const FUNDING_BASE = 0.0001
const FUNDING_PER_TREND = 0.008
const FUNDING_NOISE = 0.00003
export const FUNDING_RATE_MAX = 0.0075

/** Granularity as whole numbers: ticks × numerator ÷ denominator is the double nearest to the decimal price. */
type Grid = { numerator: number; denominator: number }

const gridOf = (size: string): Grid => {
  const denominator = 10 ** dec(size).decimalPlaces()
  return { numerator: dec(size).times(denominator).toNumber(), denominator }
}

const toTicks = (value: number, grid: Grid): number => (value * grid.denominator) / grid.numerator
const fromTicks = (ticks: number, grid: Grid): number => (ticks * grid.numerator) / grid.denominator

export class SymbolMarket {
  readonly state: SymbolState
  readonly #character: SymbolCharacter
  readonly #random: Random
  readonly #tick: Grid
  readonly #step: Grid
  readonly #anchor: number

  constructor(instrument: Instrument, character: SymbolCharacter, random: Random, state: SymbolState | null) {
    this.#character = character
    this.#random = random
    this.#tick = gridOf(instrument.tickSize)
    this.#step = gridOf(instrument.stepSize)
    this.#anchor = Math.log(character.startPrice)
    this.state = state ?? {
      logPrice: this.#anchor,
      closeTicks: this.#wholeTicks(character.startPrice, Math.round),
      logVolume: 0,
      trend: 0,
      fundingRate: FUNDING_BASE,
    }
  }

  /** Prices are at least one tick, however coarse the tick. */
  #wholeTicks(value: number, round: (ticks: number) => number): number {
    return Math.max(1, round(toTicks(value, this.#tick)))
  }

  /** Advances by one minute and returns its candle. */
  advance(openAt: number, minute: FactorMinute): Candle {
    const { state } = this
    const random = this.#random
    const { beta, ownSigma } = this.#character
    const ownDeviation = ownSigma * minute.liveliness
    const pull = PULL * (this.#anchor - state.logPrice)
    const logReturn =
      beta * minute.logReturn + ownDeviation * drawFatTailed(random) + this.#jump(minute) + pull
    const sigma = Math.hypot(beta * minute.sigma, ownDeviation)
    const openTicks = this.#openTicks()
    const start = state.logPrice
    state.logPrice += logReturn
    const highest = Math.exp(start + drawBridgeMaximum(random, logReturn, sigma))
    const lowest = Math.exp(start - drawBridgeMaximum(random, -logReturn, sigma))
    const closeTicks = this.#wholeTicks(Math.exp(state.logPrice), Math.round)
    const highTicks = Math.max(openTicks, closeTicks, this.#wholeTicks(highest, Math.floor))
    const lowTicks = Math.min(openTicks, closeTicks, this.#wholeTicks(lowest, Math.ceil))
    state.closeTicks = closeTicks
    state.trend = state.trend * TREND_KEEP + logReturn
    const close = fromTicks(closeTicks, this.#tick)
    return {
      openAt,
      open: fromTicks(openTicks, this.#tick),
      high: fromTicks(highTicks, this.#tick),
      low: fromTicks(lowTicks, this.#tick),
      close,
      volume: this.#volume(close, Math.abs(logReturn), minute),
    }
  }

  /** Fixes the rate of the next eight hours: a base, plus what the premium of the past trend adds, plus noise. */
  fixFunding(): void {
    const raw = FUNDING_BASE + FUNDING_PER_TREND * this.state.trend + FUNDING_NOISE * drawNormal(this.#random)
    const capped = Math.max(-FUNDING_RATE_MAX, Math.min(FUNDING_RATE_MAX, raw))
    this.state.fundingRate = Math.round(capped * 1e8) / 1e8
  }

  #jump(minute: FactorMinute): number {
    if (this.#random.next() >= OWN_JUMPS_PER_MINUTE * minute.jumpiness) return 0
    const size = JUMP_SIZE_MIN + JUMP_SIZE_MEAN * drawExponential(this.#random)
    return this.#random.next() < 0.5 ? -size : size
  }

  /** The close before, and now and then a little beside it. */
  #openTicks(): number {
    const { closeTicks } = this.state
    if (this.#random.next() >= OPEN_GAP_SHARE) return closeTicks
    const gap = OPEN_GAP_MEAN * drawExponential(this.#random) * (this.#random.next() < 0.5 ? -1 : 1)
    return Math.max(1, Math.round(closeTicks * (1 + gap)))
  }

  /** Trading follows movement: a quiet share, and a share that grows with the size of the move. */
  #volume(close: number, move: number, minute: FactorMinute): number {
    const { state } = this
    state.logVolume = state.logVolume * VOLUME_KEEP + VOLUME_NOISE * drawNormal(this.#random)
    const moveInQuiet = move / (this.#character.ownSigma + QUIET_MOVE)
    const activity = Math.exp(state.logVolume) * (0.35 * minute.liveliness + 0.6 * moveInQuiet)
    const steps = Math.round(toTicks((this.#character.turnover * activity) / close, this.#step))
    return fromTicks(Math.max(1, steps), this.#step)
  }
}
