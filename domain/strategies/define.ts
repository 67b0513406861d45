/** The way to write a strategy of one's own: name the indicators, decide on each closed candle. */
import type { Candle } from '../candle.ts'
import { specProblem } from '../indicators/create.ts'
import { INDICATOR_LINES, STARTS_ANEW } from '../indicators/indicator.ts'
import type { IndicatorSpec } from '../indicators/spec.ts'
import type { Interval } from '../interval.ts'
import { type AccountView, hold, type MarketView, type PositionView, type Strategy } from '../strategy.ts'
import { type Answer, answers } from './answers.ts'
import { IndicatorReading } from './reading.ts'

export type StrategyContext<Indicators extends Readonly<Record<string, IndicatorSpec>>> = {
  /** Close of the candle, epoch ms. */
  at: number
  symbol: string
  /** Decision interval. */
  interval: Interval
  /** The candle that just closed. */
  candle: Candle
  /** Last `count` closed candles, oldest first, of the decision interval or of a timeframe an indicator uses. */
  candles: (count: number, interval?: Interval) => Candle[]
  /** `null` while flat. */
  position: PositionView | null
  account: AccountView
  /** The indicators by the names given to them. */
  ind: { readonly [Name in keyof Indicators]: IndicatorReading }
} & typeof answers

export type StrategyDefinition<Indicators extends Readonly<Record<string, IndicatorSpec>>> = {
  name: string
  indicators: Indicators
  /** Answers with `long`, `short`, `close` or `hold`. Must be pure: the same context, the same answer. */
  decide(context: StrategyContext<Indicators>): Answer
}

/** One market as a strategy reads it. It always shows the newest candle, so it is made once per market. */
type Lens<Indicators> = {
  /** Every indicator has warmed up for good. */
  warm: boolean
  ind: { readonly [Name in keyof Indicators]: IndicatorReading }
  candles: (count: number, interval?: Interval) => Candle[]
}

/**
 * A strategy from a definition. `decide` is asked once every indicator has a value and a previous one; until then
 * the strategy holds with `insufficient_history`.
 *
 * Throws an `Error` for a definition that cannot work. `propose` throws when `decide` answers with nothing.
 */
export const defineStrategy = <const Indicators extends Readonly<Record<string, IndicatorSpec>>>(
  definition: StrategyDefinition<Indicators>,
): Strategy => {
  const { name, indicators } = definition
  if (name.trim() === '')
    throw new Error('A strategy needs a name; defineStrategy({ name: … }) got an empty one')
  const named = Object.entries(indicators)
  const specs = Object.values(indicators)
  for (const [label, spec] of named) {
    const problem = specProblem(spec)
    if (problem !== null) throw new Error(`Strategy ${name}, indicator ${label}: ${problem}`)
  }
  // The line of each indicator that warms up last; an only line needs no name.
  const lastLines = specs.map(({ name: of }) => {
    const lines = INDICATOR_LINES[of]
    return lines.length === 1 ? undefined : lines.at(-1)
  })
  const staysWarm = specs.every(spec => !STARTS_ANEW.has(spec.name))
  const isWarm = (market: MarketView): boolean => {
    for (let index = 0; index < specs.length; index += 1) {
      const spec = specs[index] as IndicatorSpec
      const line = lastLines[index]
      if (market.value(spec, line, 0) === null || market.value(spec, line, 1) === null) return false
    }
    return true
  }
  const lenses = new WeakMap<MarketView, Lens<Indicators>>()
  const lensOf = (market: MarketView): Lens<Indicators> => {
    const known = lenses.get(market)
    if (known !== undefined) return known
    const ind = Object.fromEntries(named.map(([label, spec]) => [label, new IndicatorReading(market, spec)]))
    const candles: Lens<Indicators>['candles'] = (count, of) => market.candles(count, of)
    const lens = { warm: false, ind: ind as Lens<Indicators>['ind'], candles }
    lenses.set(market, lens)
    return lens
  }
  return {
    name,
    indicators: () => [...specs],
    propose: view => {
      const { at, symbol, interval, candle, market, position, account } = view
      const lens = lensOf(market)
      if (!lens.warm) {
        if (!isWarm(market)) return hold(symbol, 'insufficient_history: an indicator is still warming up')
        lens.warm = staysWarm
      }
      const answer: Answer | undefined = definition.decide({
        at,
        symbol,
        interval,
        candle,
        candles: lens.candles,
        position,
        account,
        ind: lens.ind,
        long: answers.long,
        short: answers.short,
        close: answers.close,
        hold: answers.hold,
      })
      if (answer === undefined)
        throw new Error(`Strategy ${name} answered with nothing; return hold('why') to wait`)
      return { ...answer, symbol }
    },
  }
}
