import { describe, expect, test } from 'vitest'
import { type Contender, leaderboard, TRADES_MIN } from '../../../domain/performance/leaderboard.ts'
import { money } from '../../../domain/units.ts'
import { trade } from './given.ts'

const given = (
  accountId: string,
  results: readonly number[],
  changes: Partial<Contender> = {},
): Contender => ({
  accountId,
  shadowOf: null,
  deposit: money(1000),
  equity: money(1000 + results.reduce((sum, result) => sum + result, 0)),
  modelCostUsd: money(0),
  trades: results.map(result => trade(result)),
  ...changes,
})
const some = (count: number, at: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, index) => at(index))
const steady = (each: number) => some(40, index => each + (index % 2) / 10)

describe('the order', () => {
  test('is by net return of the deposit after what the model cost', () => {
    const rows = leaderboard([
      given('dear', [30], { modelCostUsd: money(25) }),
      given('cheap', [10], { modelCostUsd: money(1) }),
      given('big', [20], { deposit: money(10_000), equity: money(10_020) }),
    ])
    expect(rows.map(({ rank, accountId, netReturnPercent }) => [rank, accountId, netReturnPercent])).toEqual([
      [1, 'cheap', '0.9'],
      [2, 'dear', '0.5'],
      [3, 'big', '0.2'],
    ])
    expect(rows[1]?.netResult).toBe('5')
  })

  test('of equals is by name, and an account without a deposit is last', () => {
    const empty = given('a', [], { deposit: money(0), equity: money(0) })
    const rows = leaderboard([empty, given('c', []), given('b', [])])
    expect(rows.map(each => each.accountId)).toEqual(['b', 'c', 'a'])
    expect(rows[2]).toMatchObject({ netReturnPercent: null, intervalPercent: null })
  })

  test('has shadows in it, and says which they are', () => {
    const rows = leaderboard([given('main', [1]), given('other', [2], { shadowOf: 'main' })])
    expect(rows.map(each => [each.accountId, each.isShadow])).toEqual([
      ['other', true],
      ['main', false],
    ])
  })
})

describe('luck', () => {
  test(`below ${TRADES_MIN} trades nobody can tell, of either`, () => {
    const few = some(TRADES_MIN - 1, () => 5)
    const many = some(TRADES_MIN, () => 1)
    const [first, second] = leaderboard([given('few', few), given('many', many)])
    expect(first).toMatchObject({ verdict: 'too_few_trades', rankIsLuck: null, intervalPercent: null })
    expect(second).toMatchObject({ verdict: 'last', probability: null })
    const [ahead] = leaderboard([
      given('few', [1]),
      given(
        'many',
        some(TRADES_MIN, () => 5),
      ),
    ])
    expect(ahead).toMatchObject({ accountId: 'many', verdict: 'too_few_trades', aheadPercent: null })
    expect(ahead?.intervalPercent).not.toBeNull()
  })

  test('one that earned steadily more is ahead of the next', () => {
    const [first] = leaderboard([given('good', steady(2)), given('poor', steady(1))])
    expect(first).toMatchObject({ accountId: 'good', verdict: 'ahead', rankIsLuck: false, probability: 1 })
    expect(first?.aheadPercent?.low).toBeGreaterThan(0)
  })

  test('a lead of one lucky trade may be luck', () => {
    const noisy = some(40, index => (index % 2 === 0 ? 20 : -20))
    const [first] = leaderboard([given('lucky', [...noisy, 15]), given('twin', noisy)])
    expect(first).toMatchObject({ accountId: 'lucky', verdict: 'may_be_luck', rankIsLuck: true })
    expect(first?.probability).toBeGreaterThan(0.5)
    expect(first?.aheadPercent?.low).toBeLessThan(0)
  })

  test('open positions and the cost of the model move the interval, and it holds the net return', () => {
    const [plain] = leaderboard([given('main', steady(1))])
    const [moved] = leaderboard([given('main', steady(1), { equity: money(1142), modelCostUsd: money(50) })])
    const shift = Number(moved?.netReturnPercent) - Number(plain?.netReturnPercent)
    expect(shift).toBeCloseTo(5, 9)
    expect(moved?.intervalPercent?.low).toBeCloseTo((plain?.intervalPercent?.low ?? 0) + shift, 9)
    expect(moved?.intervalPercent?.low).toBeLessThanOrEqual(Number(moved?.netReturnPercent))
  })

  test('the draws of an account do not depend on who else is on the board', () => {
    const main = given('main', steady(1))
    const alone = leaderboard([main])[0]?.intervalPercent
    const row = leaderboard([given('a', steady(3)), main]).find(each => each.accountId === 'main')
    expect(row?.intervalPercent).toEqual(alone)
  })
})
