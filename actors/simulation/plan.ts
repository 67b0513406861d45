/** What one seed means: the whole set of options of a run, drawn first, so that a seed is all one needs to know (swarm). */
import type { Interval } from '../../domain/interval.ts'
import { Dice } from './dice.ts'
import { FAULT_KINDS, FAULTS, type FaultKind } from './fault-kinds.ts'

export type PlanOptions = {
  seed: number
  /** Most of them; a seed may draw fewer. */
  days: number
  accounts: number
  /** Kinds left out, whatever the seed says; what a shrinker does. */
  without?: readonly FaultKind[]
  /** Only these kinds may be on. */
  only?: readonly FaultKind[]
  /** These rates instead of drawn ones, in the unit of their kinds. */
  rates?: Plan['rates']
  /** Accounts that no fault hits. */
  spared?: readonly string[]
}

export type Plan = {
  seed: number
  days: number
  accountIds: string[]
  spared: readonly string[]
  symbols: string[]
  /** Decision candle of the engine; the venue plays minutes. */
  interval: Interval
  /** One way to the venue's book. */
  latencyMs: number
  /** Longest time an answer is under way; 0: at once. */
  answerMsMax: number
  /** Longest time an event is under way; 0: at once. */
  streamMsMax: number
  volumeShareMax: number | null
  /** Time between two comparisons with the venue. */
  reconcileMs: number
  /** Rate of each kind that is on, in the unit of its kind. */
  rates: Partial<Record<FaultKind, number>>
}

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE']

/** About a third of all kinds are on in a run, each rare, usual or frequent; one run in twelve has none. */
const drawRates = (dice: Dice): Plan['rates'] => {
  const rates: Plan['rates'] = {}
  const isCalm = dice.chance(1 / 12)
  const density = dice.pick([0.15, 0.35, 0.6])
  for (const kind of FAULT_KINDS) {
    const isOn = dice.chance(density) && !isCalm
    const factor = dice.pick([0.3, 1, 1, 2])
    if (isOn) rates[kind] = FAULTS[kind].rate * factor
  }
  return rates
}

export const drawPlan = (options: PlanOptions): Plan => {
  const dice = new Dice(options.seed, 'plan')
  const interval = dice.pick<Interval>(['15m', '15m', '30m', '1h'])
  const symbols = SYMBOLS.slice(0, dice.between(2, 3))
  // Comparing every half minute is dear, so such runs are short; most others need no week to find what there is.
  const isWatchful = dice.chance(1 / 6)
  const plan: Plan = {
    seed: options.seed,
    days: Math.min(options.days, isWatchful ? 0.5 : dice.pick([0.5, 0.5, 1, 1, 1, 1, 1, 2, 2, 5])),
    accountIds: Array.from({ length: options.accounts }, (_, index) => `acc${index + 1}`),
    spared: options.spared ?? [],
    symbols,
    interval,
    latencyMs: dice.pick([0, 40, 200]),
    answerMsMax: dice.pick([0, 0, 100, 400]),
    streamMsMax: dice.pick([0, 0, 80, 600]),
    volumeShareMax: dice.pick([null, null, null, 0.005]),
    reconcileMs: isWatchful ? 30_000 : 900_000,
    rates: options.rates ?? drawRates(dice),
  }
  for (const kind of FAULT_KINDS) {
    if (options.without?.includes(kind) || (options.only !== undefined && !options.only.includes(kind))) {
      delete plan.rates[kind]
    }
  }
  return plan
}
