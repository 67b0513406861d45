/** Small runs for tests: the whole simulator with fewer accounts and days. */
import {
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from '../../actors/simulation/simulation.ts'
import { simulateOutside } from '../../cli/simulate-outside.ts'

export const runSmall = (options: Partial<SimulationOptions> & { seed: number }): Promise<SimulationResult> =>
  simulate({ days: 1, accounts: 4, outside: simulateOutside, ...options })

/** Broken promises by name, each once. */
export const brokenBy = ({ violations }: SimulationResult): string[] =>
  [...new Set(violations.map(each => each.promise))].sort()
