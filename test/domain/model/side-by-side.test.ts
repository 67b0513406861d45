import { expect, test } from 'vitest'
import { judgeAgain } from '../../../domain/model/second-verdict.ts'
import {
  addCall,
  type ComparedDecision,
  comparisonOf,
  NO_BILL,
  type Words,
} from '../../../domain/model/side-by-side.ts'
import { hold, type Proposal } from '../../../domain/strategy.ts'
import { money } from '../../../domain/units.ts'

const words = (action: Words['action'] | null): Words | null =>
  action === null ? null : { action, allocation: null, confidence: null }

const row = (
  recorded: Words['action'] | null,
  replayed: Words['action'] | null,
  pnl: string | null = null,
  paper: string | null = null,
): ComparedDecision => ({
  decisionId: 'main-BTC-1',
  accountId: 'main',
  symbol: 'BTC',
  candleAt: 1,
  recorded: {
    words: words(recorded),
    outcome: null,
    code: null,
    pnl: pnl === null ? null : money(pnl),
    isOpen: false,
  },
  replayed: {
    words: words(replayed),
    problem: null,
    verdict: null,
    paper: paper === null ? null : { pnl: money(paper), exitReason: 'stop', isFilled: true, isOpen: false },
  },
})

test('agreement counts only decisions with an answer on both sides; results are net of what the questions cost', () => {
  const rows = [
    row('buy', 'buy', '5', '4'),
    row('sell', 'hold', '-2'),
    row('hold', null),
    row(null, 'buy', null, '1'),
  ]
  const recorded = addCall(addCall(NO_BILL, money('0.5'), 100), null, 10)
  expect(comparisonOf(rows, { recorded, replayed: addCall(NO_BILL, money('6'), 7) })).toEqual({
    decisions: 4,
    compared: 2,
    agreed: 1,
    agreementPercent: 50,
    notRebuilt: 0,
    recorded: {
      bill: { calls: 2, costUsd: '0.5', unpriced: 1, tokens: 110 },
      trades: 2,
      pnl: '3',
      net: '2.5',
    },
    replayed: { bill: { calls: 1, costUsd: '6', unpriced: 0, tokens: 7 }, trades: 2, pnl: '5', net: '-1' },
  })
})

const buy: Proposal = { ...hold('BTC', 'up'), action: 'buy', allocation: money('500'), confidence: 70 }
const record = {
  decisionId: 'main-BTC-1',
  symbol: 'BTC',
  strategy: 'llm',
  candleAt: 1,
  price: null,
  proposal: buy,
  outcome: 'refused' as const,
  code: 'cooldown_active',
  limit: null,
  actual: null,
  risk: [],
}

test('without the state, the record speaks of the same wish in other words, and of no other wish', () => {
  const verdicts = (proposal: Proposal) =>
    judgeAgain(null, new Map([['BTC', record]]), [proposal]).map(({ outcome, code }) => [outcome, code])
  expect(verdicts({ ...buy, rationale: 'other words', exitPlan: 'later' })).toEqual([
    ['refused', 'cooldown_active'],
  ])
  expect(verdicts({ ...buy, allocation: money('400') })).toEqual([['not_rebuilt', 'state_not_known']])
  expect(verdicts({ ...buy, symbol: 'ETH' })).toEqual([['not_rebuilt', 'no_recorded_decision']])
  expect(verdicts(hold('BTC', 'wait'))).toEqual([['held', null]])
})
