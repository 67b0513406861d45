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

test('without faults no position is ever longer without its stop than its deadline', async () => {
  let trades = 0
  for (const seed of [1, 2, 3, 4]) {
    const result = await runSmall({ seed, days: 2, rates: {} })
    expect(result.violations).toEqual([])
    expect(Math.max(...result.nakedMs)).toBeLessThanOrEqual(5_000)
    trades += result.trades
  }
  expect(trades).toBeGreaterThan(30)
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
  let changed = 0
  for (const seed of [4, 9]) {
    const hit = await runSmall({ seed, without: SHARED_FAULTS })
    for (const id of hit.plan.accountIds) {
      const spared = await runSmall({ seed, without: SHARED_FAULTS, spared: [id] })
      for (const other of hit.plan.accountIds) {
        if (other !== id) expect(spared.lives[other], `${other} while ${id} is spared`).toBe(hit.lives[other])
        else if (spared.lives[id] !== hit.lives[id]) changed += 1
      }
    }
  }
  expect(changed).toBeGreaterThan(2)
})
