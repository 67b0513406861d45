import { expect, test } from 'vitest'
import { load, problemsOf } from './given.ts'

const outliersOf = (yaml: string) => load({ yaml }).settings.outliers

test('the limits of an outlier are set in the words of the file, and switched off in words', () => {
  expect(outliersOf('outliers: {times: 5}')).toEqual({ times: 5, ranges: 10 })
  expect(outliersOf('outliers: {ranges: 0}')).toEqual({ times: 3, ranges: 0 })
  expect(outliersOf('outliers: {times: off}')).toBeNull()
  expect(problemsOf({ yaml: 'outliers: {times: 1}' })).toHaveLength(1)
})
