/** What a proposal is made of: every field of a decision, where it goes, and what the rules make of it. */
import { describe, expect, test } from 'vitest'
import { conditionText } from '../../../domain/exit-plan/condition.ts'
import { readDecisions } from '../../../domain/model/read-decisions.ts'
import { EXIT_PLAN_CHARACTERS_MAX, RATIONALE_CHARACTERS_MAX } from '../../../domain/model/to-proposal.ts'
import { assess } from '../../../domain/risk/assess.ts'
import type { Proposal } from '../../../domain/strategy.ts'
import { codeOf, givenView } from '../risk/given.ts'
import { answer, buyBtc, closeBelowEma, type Doc, holdOf, question } from './given-answers.ts'

const read = (decision: Doc, version: 1 | 2 = 2): Proposal => {
  const result = readDecisions(answer(decision), question(version, [String(decision.asset)]))
  if (!result.ok) throw new Error(result.problem)
  return result.proposals[0] as Proposal
}

test('every field of an entry goes where it belongs', () => {
  const more = { leverage: 4, confidence: 72.5, predicted_roi_pct: -1.5, exit_conditions: [closeBelowEma()] }
  expect(read(buyBtc(more))).toEqual({
    symbol: 'BTC',
    action: 'buy',
    allocation: '50',
    sizeFactor: 1,
    leverage: 4,
    stop: { price: '90' },
    target: { price: '120' },
    closeFraction: null,
    confidence: 72.5,
    score: null,
    predictedRoiPct: -1.5,
    exitPlan: 'Close if the 4h candle closes below EMA50.',
    conditions: [{ kind: 'candle_close_beyond', timeframe: '4h', side: 'below', level: { ema: 50 } }],
    rationale: 'Trend up.',
  })
})

test('half of a position is closed by a close with its fraction', () => {
  expect(read(holdOf('ETH', { action: 'close', close_fraction: 0.5 }))).toMatchObject({
    action: 'close',
    closeFraction: 0.5,
    allocation: '0',
  })
})

test('a reversal of nothing stays an amount of nothing, which opens nothing once the position is gone', () => {
  const proposal = read(holdOf('ETH', { action: 'sell' }), 1)
  expect(proposal).toMatchObject({ action: 'sell', allocation: '0' })
  const verdict = assess({ ...proposal, symbol: 'BTC' }, givenView())
  expect(codeOf(verdict)).toBe('allocation_invalid')
})

test('texts are bounded and lose what cannot be seen', () => {
  const proposal = read(
    buyBtc({ rationale: `a\u0007b\u202Ec\r\nd ${'🚀'.repeat(3_000)}`, exit_plan: 'x'.repeat(5_000) }),
  )
  expect(proposal.rationale.startsWith('abc d 🚀')).toBe(true)
  expect(proposal.rationale.length).toBeLessThanOrEqual(RATIONALE_CHARACTERS_MAX)
  expect(proposal.rationale.isWellFormed()).toBe(true)
  expect(proposal.exitPlan).toHaveLength(EXIT_PLAN_CHARACTERS_MAX)
})

test.each<[Doc, string]>([
  [
    { kind: 'candle_close_price', value: 80, timeframe: '1h', side: 'below' },
    'close when 1h closes below 80',
  ],
  [
    { kind: 'candle_close_ema', value: 50, timeframe: '4h', side: 'below' },
    'close when 4h closes below EMA 50',
  ],
  [{ kind: 'time_stop', value: 90 }, 'close after 90 min'],
  [{ kind: 'adverse_funding', value: 0.001 }, 'close when funding against the side is above 0.1 % per 8 h'],
  [{ kind: 'unrealised_below_r', value: -0.5 }, 'close when the open result is below -0.5 R'],
  [{ kind: 'break_even', value: 0.1, after_r: 1 }, 'stop to entry + 0.1 R after 1 R'],
  [{ kind: 'trailing_ratio', value: 0.02 }, 'stop trails by 2 % after 0 R'],
  [{ kind: 'trailing_atr', value: 2, after_r: 1 }, 'stop trails by 2 ATR14 after 1 R'],
  [{ kind: 'trailing_r', value: 1 }, 'stop trails by 1 R after 0 R'],
])('condition %j is "%s", and the staircase takes it', (condition, text) => {
  const proposal = read(buyBtc({ exit_conditions: [condition] }))
  expect((proposal.conditions ?? []).map(conditionText)).toEqual([text])
  expect(assess(proposal, givenView())).toMatchObject({ approved: true })
})

describe('an exit plan for the other side', () => {
  const SLIP = 'Close when 4h closes above EMA50'
  test('as text is flagged on the proposal, and passes', () => {
    const proposal = read(buyBtc({ exit_plan: SLIP }), 1)
    expect(proposal.warnings).toEqual([expect.stringContaining('a long is left when candles close below')])
    expect(assess(proposal, givenView())).toMatchObject({ approved: true })
  })
  test('as a condition is refused by the staircase', () => {
    const proposal = read(buyBtc({ exit_conditions: [closeBelowEma({ side: 'above' })] }))
    expect(codeOf(assess(proposal, givenView()))).toBe('exit_plan_invalid')
  })
})
