/** Signals by name. A new one is a file with `defineSignal` and one `registerSignal`. */
import { specProblem } from '../indicators/create.ts'
import type { SignalSettings } from '../settings.ts'
import { dec } from '../units.ts'
import { macdSignal } from './macd.ts'
import { movingAverageSignal } from './moving-average.ts'
import { rsiSignal } from './rsi.ts'
import type { Signal, SignalParameters } from './signal.ts'

const signals = new Map<string, Signal>()

/** Makes a signal usable by its name in the settings. Throws when another one has the name already. */
export const registerSignal = (signal: Signal): Signal => {
  const known = signals.get(signal.name)
  if (known !== undefined && known !== signal) throw new Error(`Signal ${signal.name} is registered already`)
  signals.set(signal.name, signal)
  return signal
}

export const signalNames = (): string[] => [...signals.keys()]

/** The signal of this name; throws an `Error` that lists the known ones. */
export const findSignal = (name: string): Signal => {
  const signal = signals.get(name)
  if (signal === undefined)
    throw new Error(`Signal ${name} is unknown; known are ${signalNames().join(', ')}`)
  return signal
}

/** An enabled signal with its settings. */
export type WeightedSignal = { signal: Signal; parameters: SignalParameters; weight: number }

/** The enabled signals of the settings in their order. Throws for an unknown name. */
export const enabledSignals = (settings: SignalSettings): WeightedSignal[] =>
  Object.entries(settings)
    .filter(([, entry]) => entry.enabled)
    .map(([name, entry]) => ({ signal: findSignal(name), parameters: entry, weight: entry.weight }))

/** What is wrong with the weights, naming them; `null` when every one is from 0 to 1 and the enabled ones sum to at most 1. */
export const weightsProblem = (settings: SignalSettings): string | null => {
  const enabled = Object.entries(settings).filter(([, entry]) => entry.enabled)
  for (const [name, { weight }] of enabled) {
    if (!(weight >= 0 && weight <= 1)) return `Signal ${name}: weight must be from 0 to 1, got ${weight}`
  }
  const sum = enabled.reduce((total, [, entry]) => total.plus(entry.weight), dec(0))
  if (sum.lte(1)) return null
  const weights = enabled.map(([name, entry]) => `${name} ${entry.weight}`).join(' + ')
  return `Weights of enabled signals may sum to 1 at most: ${weights} = ${sum.toFixed()}; lower one of them`
}

/** Everything wrong with a bot's signals, in words; empty when they can be used. */
export const signalsProblems = (settings: SignalSettings): string[] => {
  const problems = Object.entries(settings).flatMap(([name, entry]): (string | null)[] => {
    const signal = signals.get(name)
    if (signal === undefined) return [`Signal ${name} is unknown; known are ${signalNames().join(', ')}`]
    const problem = signal.problem(entry)
    if (problem !== null || !entry.enabled) return [problem]
    return signal.indicators(entry).map(specProblem)
  })
  if (!Object.values(settings).some(entry => entry.enabled))
    problems.push('No signal is enabled; enable at least one')
  return [...problems, weightsProblem(settings)].filter(problem => problem !== null)
}

registerSignal(rsiSignal)
registerSignal(movingAverageSignal)
registerSignal(macdSignal)
