/**
 * Makes a failing run smaller while it still fails: fewer accounts, fewer days, fewer kinds of faults. Greedy, and good
 * enough to see what matters.
 */
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts'
import { type SimulationOptions, type SimulationResult, simulate } from './simulation.ts'

export type Shrunk = { options: SimulationOptions; kinds: FaultKind[]; result: SimulationResult }

const ACCOUNTS = [1, 2, 4]
const DAYS = [0.5, 1, 2, 4]

/** `options` must fail. The promise that is broken stays the same. */
export const shrink = async (options: SimulationOptions, failed: SimulationResult): Promise<Shrunk> => {
  const promise = failed.violations[0]?.promise
  const fails = async (smaller: SimulationOptions): Promise<SimulationResult | null> => {
    const result = await simulate(smaller)
    return result.violations.some(each => each.promise === promise) ? result : null
  }
  let best = options
  let result = failed
  const take = async (smaller: SimulationOptions): Promise<boolean> => {
    const found = await fails(smaller)
    if (found === null) return false
    best = smaller
    result = found
    return true
  }
  for (const days of DAYS) if (days < best.days && (await take({ ...best, days }))) break
  for (const accounts of ACCOUNTS) if (accounts < best.accounts && (await take({ ...best, accounts }))) break
  let kinds = FAULT_KINDS.filter(kind => result.plan.rates[kind] !== undefined)
  for (let size = Math.ceil(kinds.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let start = 0; start < kinds.length; ) {
      const only = kinds.filter((_, index) => index < start || index >= start + size)
      if (await take({ ...best, only })) kinds = only
      else start += size
    }
  }
  return { options: best, kinds, result }
}
