import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONDITIONS_MAX, conditionProblem } from '../../../domain/exit-plan/check.ts'
import { conditionText, type ExitCondition } from '../../../domain/exit-plan/condition.ts'
import { withDefaults } from '../../../domain/exit-plan/defaults.ts'
import { assess } from '../../../domain/risk/assess.ts'
import { price } from '../../../domain/units.ts'
import { codeOf, givenProposal, givenView, outcomeOf, planOf } from '../risk/given.ts'
import { trailing } from './given.ts'

const long = { direction: 'long', low: 100, high: 101, hasStop: true, interval: '1h' } as const
const short = { ...long, direction: 'short' } as const
const close = (change: Record<string, unknown>): ExitCondition =>
  ({
    kind: 'candle_close_beyond',
    timeframe: '4h',
    level: { ema: 50 },
    side: 'below',
    ...change,
  }) as unknown as ExitCondition

describe('a condition', () => {
  test('"close when 4h closes above EMA50" does not fit a long, and fits a short', () => {
    expect(conditionProblem(close({ side: 'above' }), long)).toContain(
      'a long closes when candles close below',
    )
    expect(conditionProblem(close({ side: 'above' }), short)).toBeNull()
  })

  test.each<[string, ExitCondition]>([
    ['a level already passed', close({ level: { price: price(100) } })],
    ['a level of nothing', close({ level: { price: price(0) } })],
    ['a timeframe that has no candles', close({ timeframe: '15m' })],
    ['a timeframe nobody knows', close({ timeframe: '7h' })],
    ['an average of half a candle', close({ level: { ema: 0.5 } })],
    ['no time', { kind: 'time_stop', afterMs: 0 }],
    ['a negative rate', { kind: 'adverse_funding', rateMax: -0.1 }],
    ['a loss that is a gain', { kind: 'unrealised_below_r', r: 0 }],
    ['a break-even beyond its own line', { kind: 'break_even', afterR: 1, offsetR: 1 }],
    ['a break-even below the stop', { kind: 'break_even', afterR: 1, offsetR: -1 }],
    ['a distance of nothing', trailing({ r: 0 })],
    ['a distance of the whole price', trailing({ ratio: 1 })],
    ['a number that is none', trailing({ atr: Number.NaN })],
    ['an unknown kind', { kind: 'hope' } as never],
    ['nothing at all', null as never],
  ])('%s is refused', (_name, condition) => {
    expect(conditionProblem(condition, long)).not.toBeNull()
  })

  test.each<ExitCondition>([
    { kind: 'unrealised_below_r', r: -0.5 },
    { kind: 'break_even', afterR: 1, offsetR: 0 },
    trailing({ r: 1 }),
    trailing({ ratio: 0.1 }, 1),
  ])('$kind cannot be measured without a stop', condition => {
    expect(conditionProblem(condition, long)).toBeNull()
    expect(conditionProblem(condition, { ...long, hasStop: false })).toContain('needs a stop')
  })

  test('whatever is written is answered, never thrown', () => {
    const kind = fc.constantFrom(
      'candle_close_beyond',
      'time_stop',
      'adverse_funding',
      'unrealised_below_r',
      'break_even',
      'trailing',
    )
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 2 }),
        kind,
        fc.anything(),
        fc.anything(),
        (rest, name, level, distance) => {
          const condition = { ...rest, kind: name, level, distance } as unknown as ExitCondition
          const problem = conditionProblem(condition, long)
          expect(problem === null || problem.length > 0).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('the exit_plan rule', () => {
  const judge = (conditions: ExitCondition[]) => assess(givenProposal({ conditions }), givenView())

  test('refuses a plan for the other side with its own code', () => {
    expect(codeOf(judge([close({ side: 'above' })]))).toBe('exit_plan_invalid')
  })
  test('refuses more conditions than anybody can mean', () => {
    const many = Array.from({ length: CONDITIONS_MAX + 1 }, () => close({}))
    expect(codeOf(judge(many))).toBe('exit_plan_invalid')
  })
  test('puts a good plan into the approved entry, and says it in words', () => {
    const verdict = judge([close({}), trailing({ atr: 3 }, 1)])
    expect(planOf(verdict).conditions).toEqual([close({}), trailing({ atr: 3 }, 1)])
    expect(outcomeOf(verdict, 'exit_plan').actual).toBe(
      'close when 4h closes below EMA 50; stop trails by 3 ATR14 after 1 R',
    )
  })
  test('is off without conditions', () => {
    expect(outcomeOf(judge([]), 'exit_plan').outcome).toBe('off')
  })
})

test("the account's own trailing and break-even count where the plan says nothing of them", () => {
  const settings = {
    trailing: { distance: { atr: 3 }, activateAfterR: 1 },
    breakEven: { afterR: 1, offsetR: 0 },
  }
  expect(withDefaults([], settings).map(each => each.kind)).toEqual(['break_even', 'trailing'])
  expect(withDefaults([trailing({ r: 1 })], settings)).toEqual([
    trailing({ r: 1 }),
    { kind: 'break_even', afterR: 1, offsetR: 0 },
  ])
  expect(withDefaults([], { trailing: null, breakEven: null })).toEqual([])
})

test.each<[ExitCondition, string]>([
  [{ kind: 'time_stop', afterMs: 3_600_000 }, 'close after 60 min'],
  [{ kind: 'adverse_funding', rateMax: 0.001 }, 'close when funding against the side is above 0.1 % per 8 h'],
  [{ kind: 'unrealised_below_r', r: -0.5 }, 'close when the open result is below -0.5 R'],
  [{ kind: 'break_even', afterR: 1, offsetR: 0.1 }, 'stop to entry + 0.1 R after 1 R'],
  [trailing({ ratio: 0.01 }), 'stop trails by 1 % after 0 R'],
  [close({ level: { price: price(95) } }), 'close when 4h closes below 95'],
])('%j reads well', (condition, text) => {
  expect(conditionText(condition)).toBe(text)
})
