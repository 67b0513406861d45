/** The whole engine against faults drawn from seeds, under an independent audit. `npm run simulate` runs many more seeds. */
import { expect, test } from 'vitest'
import { FAULT_KINDS, SHARED_FAULTS } from '../../actors/simulation/fault-kinds.ts'
import { reportOf } from '../../actors/simulation/report.ts'
import { runSmall } from './given.ts'

const SEEDS = [2, 4, 7, 9, 14, 16, 20, 22, 24, 25]

test('no promise is broken, and what goes wrong is of many kinds', async () => {
  const results = []
  for (const seed of SEEDS) results.push(await runSmall({ seed }))
  expect(results.flatMap(result => result.violations)).toEqual([])
  const report = reportOf(results, 1)
  expect(report.ordersPerIntentMax).toBe(1)
  expect(report.trades).toBeGreaterThan(50)
  expect(
    Object.keys(report.faults).filter(kind => FAULT_KINDS.some(each => each === kind)).length,
  ).toBeGreaterThan(30)
})

test('without faults every position is guarded in the time a few answers take', async () => {
  for (const seed of [1, 2, 3]) {
    const result = await runSmall({ seed, days: 2, rates: {} })
    expect(result.violations).toEqual([])
    expect(result.trades).toBeGreaterThan(10)
    expect(Math.max(...result.nakedMs)).toBeLessThanOrEqual(5_000)
  }
})

test('the same seed gives the same run, another seed another', async () => {
  const [once, again, other] = [
    await runSmall({ seed: 4 }),
    await runSmall({ seed: 4 }),
    await runSmall({ seed: 5 }),
  ]
  expect(again.hash).toBe(once.hash)
  expect(again.faults).toEqual(once.faults)
  expect(other.hash).not.toBe(once.hash)
})

test('what goes wrong in one account changes nothing in the others', async () => {
  for (const seed of [4, 12]) {
    const hit = await runSmall({ seed, without: SHARED_FAULTS })
    const spared = await runSmall({ seed, without: SHARED_FAULTS, spared: ['acc1'] })
    const { acc1: hitLife, ...hitOthers } = hit.lives
    const { acc1: sparedLife, ...sparedOthers } = spared.lives
    expect(sparedOthers).toEqual(hitOthers)
    expect(sparedLife).not.toBe(hitLife)
  }
})
