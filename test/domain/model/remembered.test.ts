import { expect, test } from 'vitest'
import { rememberedDays, warningOf } from '../../../domain/model/remembered.ts'
import { MODEL } from '../../actors/model/given-model.ts'

const day = (nth: number): number => Date.UTC(2025, 0, nth)
const accounts = (trainedUntil: number | null) => ({
  accounts: [
    { id: 'main', model: { ...MODEL, name: 'some/model', trainedUntil } },
    { id: 'rules', model: null },
  ],
})

test.each([
  ['no known end of training', null, []],
  ['training that ended before', day(1), []],
  ['training that ended meanwhile', day(4), [3]],
  ['training that ended later', day(30), [10]],
])('days a model may remember, with %s', (_what, trainedUntil, days) => {
  const found = rememberedDays(accounts(trainedUntil), day(1), day(11))
  expect(found.map(each => each.days)).toEqual(days)
})

test('the warning says how many days, of whom, and that they prove little', () => {
  const [found] = rememberedDays(accounts(day(4)), day(1), day(11))
  expect(found && warningOf(found)).toMatch(
    /^3 of 10 days lie before 2025-01-04.*some\/model of main.*proves little$/,
  )
})
