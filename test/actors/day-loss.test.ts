/** What an account tells of the day's loss is what its daily limit is measured with. */
import { expect, test } from 'vitest'
import { dayStart } from '../../domain/interval.ts'
import { dec } from '../../domain/units.ts'
import { givenSeries, givenStore } from './given.ts'
import { openEngine } from './given-admin.ts'

test('the loss of the day is told while it lasts, and is nothing at its start', async () => {
  const losses = new Map<number, string[]>()
  const { engine, errors } = await openEngine(givenSeries(7, 700), givenStore(), () => {
    const day = dayStart(engine.status().now)
    losses.set(day, [...(losses.get(day) ?? []), engine.accounts(['alpha'])[0]?.dayLossPercent ?? ''])
  })
  await engine.run()
  engine.close()
  expect(errors).toEqual([])
  const days = [...losses.values()]
  expect(days.length).toBeGreaterThan(2)
  for (const day of days) expect(day[0]).toBe('0.0000')
  const all = days.flat()
  expect(all.every(each => dec(each).gte(0))).toBe(true)
  expect(all.some(each => dec(each).gt(0))).toBe(true)
}, 60_000)
