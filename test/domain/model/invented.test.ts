/** A sanitizer tidies up; it adds nothing. */
import { expect, test } from 'vitest'
import { inventedNumbers } from '../../../domain/model/invented.ts'

test.each<[string, unknown, string[]]>([
  ['buy BTC for 50, stop 90', { allocation_usd: 50, sl_price: 90 }, []],
  ['buy BTC for 50, stop 90', { allocation_usd: 50, sl_price: 89.9 }, ['89.9']],
  ['buy for $1,000.50', { allocation_usd: 1000.5 }, []],
  ['levels 1,2,3', [1, 2, 3, 123], ['123']],
  ['range 60-65', [60, 65, -65], ['-65']],
  ['R of -0.5', [-0.5, 0.5], ['0.5']],
  ['65000.00 and 1e3', [65_000, 1000], []],
  ['EMA50 on 4h', { exit_plan: 'below EMA50 on the 4h, or EMA20' }, ['20']],
  ['hold', { allocation_usd: 0 }, []],
  ['hold', { leverage: 0 }, ['0']],
  ['no numbers', { a: 1, b: ['1', { c: 1 }] }, ['1']],
  ['nothing', null, []],
  ['what is no number: 1,e0 and 2,_,', { a: '1,e0', b: 2, c: 3 }, ['3']],
])('of "%s", %j invents %j', (raw, value, invented) => {
  expect(inventedNumbers(raw, value)).toEqual(invented)
})

test('numbers of any size are compared without being written out', () => {
  const raw = `1e9999 ${'9'.repeat(100_000)} 1e99999999999`
  expect(inventedNumbers(raw, { a: '1e9999', b: 7 })).toEqual(['7'])
  expect(inventedNumbers(raw, { a: '9'.repeat(100) })).toHaveLength(1)
})
