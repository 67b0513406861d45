/** A signal: one reading of the market as a score from −1 (strong sell) to +1 (strong buy). */
import type { IndicatorSpec } from '../indicators/spec.ts'
import type { MarketView } from '../strategy.ts'

/** The entry of a signal in `SignalSettings`: `enabled`, `weight` and the signal's own parameters. */
export type SignalParameters = Readonly<Record<string, number | boolean>>

export interface Signal {
  /** Key in `SignalSettings`. */
  readonly name: string
  /** Own parameters with their defaults. */
  readonly defaults: Readonly<Record<string, number>>
  /** Indicators it reads with these parameters; the same array for the same parameters object. */
  indicators(parameters: SignalParameters): readonly IndicatorSpec[]
  /** −1 to 1; `null` while an indicator it reads is warming up. */
  score(market: MarketView, parameters: SignalParameters): number | null
  /** What is wrong with the parameters, in words; `null` when nothing is. */
  problem(parameters: SignalParameters): string | null
}

type SignalDefinition<Name extends string, Specs extends Record<string, IndicatorSpec>> = {
  name: string
  /** Parameters with their defaults; only these may be set. */
  parameters: Readonly<Record<Name, number>>
  indicators(parameters: Readonly<Record<Name, number>>): Specs
  /** Anything a range check of single numbers cannot say; `null` when fine. */
  problem?(parameters: Readonly<Record<Name, number>>): string | null
  score(market: MarketView, indicators: Specs, parameters: Readonly<Record<Name, number>>): number | null
}

/**
 * Makes a signal from its parameters, the indicators they name and a score of those. A score outside −1..1 is cut to
 * it; one that is not a number throws, since a bot must not trade on it.
 */
export const defineSignal = <Name extends string, Specs extends Record<string, IndicatorSpec>>(
  definition: SignalDefinition<Name, Specs>,
): Signal => {
  type Bound = { values: Readonly<Record<Name, number>>; specs: Specs; list: readonly IndicatorSpec[] }
  const allowed = ['enabled', 'weight', ...Object.keys(definition.parameters)]
  // Parameters come from settings, which live as long as their account; weak, so that others are let go.
  const bound = new WeakMap<SignalParameters, Bound>()
  const valuesOf = (parameters: SignalParameters) =>
    ({ ...definition.parameters, ...parameters }) as Readonly<Record<Name, number>>
  const bind = (parameters: SignalParameters): Bound => {
    const known = bound.get(parameters)
    if (known !== undefined) return known
    const values = valuesOf(parameters)
    const specs = definition.indicators(values)
    const made = { values, specs, list: Object.values(specs) }
    bound.set(parameters, made)
    return made
  }
  return {
    name: definition.name,
    defaults: definition.parameters,
    indicators: parameters => bind(parameters).list,
    score: (market, parameters) => {
      const { values, specs } = bind(parameters)
      const score = definition.score(market, specs, values)
      if (score === null) return null
      if (Number.isNaN(score))
        throw new Error(`Signal ${definition.name} scored NaN; a score is a number from −1 to 1`)
      return score > 1 ? 1 : score < -1 ? -1 : score
    },
    problem: parameters => {
      const unknown = Object.keys(parameters).find(key => !allowed.includes(key))
      if (unknown !== undefined) {
        return `Signal ${definition.name} has no parameter ${unknown}; it has ${allowed.join(', ')}`
      }
      const values = valuesOf(parameters)
      const notNumber = Object.keys(definition.parameters).find(key => !Number.isFinite(values[key as Name]))
      if (notNumber !== undefined) {
        return `Signal ${definition.name}: ${notNumber} must be a number, got ${String(values[notNumber as Name])}`
      }
      return definition.problem?.(values) ?? null
    },
  }
}

/** Maps any number into −1..1, growing all the way: 1 → 0.5, 3 → 0.75. */
export const squash = (value: number): number => value / (1 + Math.abs(value))

/** `value ÷ unit`, and 0 when there is no unit to measure in: a market that does not move says nothing. */
export const inUnitsOf = (value: number, unit: number): number => (unit > 0 ? value / unit : 0)
