/** Timing on a noisy machine: several rounds, the first ones thrown away, the middle one kept. */

export type Sample = { median: number; best: number; rounds: number }

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

const summary = (values: readonly number[]): Sample => ({
  median: median(values),
  best: Math.min(...values),
  rounds: values.length,
})

/**
 * Takes away the young garbage of the last round. Not the old: a full collection also throws away compiled code that
 * mentions the last engine, and what follows would measure the compiler.
 */
export const sweep = (): void => {
  globalThis.gc?.({ type: 'minor' })
}

/** Everything that can go, for measuring memory. */
export const sweepAll = (): void => {
  for (let turn = 0; turn < 3; turn += 1) globalThis.gc?.()
}

/** Milliseconds of `work`, by its own watch. */
export const rounds = async (
  count: number,
  discarded: number,
  work: () => number | Promise<number>,
): Promise<Sample> => {
  const values: number[] = []
  for (let round = 0; round < discarded + count; round += 1) {
    sweep()
    const value = await work()
    if (round >= discarded) values.push(value)
  }
  return summary(values)
}

export const timed = (work: () => unknown): number => {
  const from = performance.now()
  work()
  return performance.now() - from
}

export const timedAsync = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}
