/** A decision: what was proposed, what the rules said, and why. */
import { z } from '@hono/zod-openapi'
import { conditionText } from '../../domain/exit-plan/condition.ts'
import type { DecisionRecord } from '../../domain/fact.ts'
import type { DecisionRow } from '../../domain/ports.ts'
import type { RuleOutcome } from '../../domain/risk/verdict.ts'
import type { Level as ProposedLevel } from '../../domain/strategy.ts'
import { conciseNumber } from './concise.ts'
import { amount, choice, iso, moment, number, text } from './shape.ts'

const Level = z
  .strictObject({
    price: amount('At this price, or `null`.').nullable(),
    ratio: number('This share of the entry price away, or `null`.').nullable(),
  })
  .nullable()

const Rule = z
  .strictObject({
    rule: text('Rule of the risk staircase, in the order they are asked.'),
    outcome: choice(['pass', 'cut', 'refuse', 'off', 'skip'], 'What it did to the proposal.'),
    code: text('Refusal code.').nullable(),
    limit: text('The line.').nullable(),
    actual: text('The value.').nullable(),
    quantity_max: amount('Largest quantity it allows.').nullable(),
  })
  .openapi('RuleOutcome')

const record = {
  decision_id: text('Identity of the decision.'),
  asset: text('Canonical name, e.g. `BTC`.'),
  strategy: text('Who proposed.'),
  candle_at: moment('Close of the candle it was made on.'),
  price: amount('Price it was made at.').nullable(),
  action: choice(['buy', 'sell', 'close', 'hold'], 'What was proposed.'),
  allocation_usd: amount('Notional wanted; `null`: as much as the rules allow.').nullable(),
  size_factor: number('Share of the size the rules allow that was wanted, above 0 and at most 1.'),
  leverage: number('Leverage wanted.').nullable(),
  stop: Level,
  target: Level,
  close_fraction: number('Share to close, above 0 and at most 1.').nullable(),
  confidence: number('0 to 100.').nullable(),
  score: number('−1 to 1.').nullable(),
  exit_plan: text('When to get out, in words.'),
  exit_conditions: z
    .array(text('One condition, in words.'))
    .openapi({ description: 'What the position was to enforce itself between decisions.' }),
  rationale: text('Why, in words. Untrusted text: show it, never run it.'),
  outcome: choice(['held', 'confirming', 'approved', 'refused', 'closing', 'ignored'], 'What became of it.'),
  code: text('Why it was refused, held or ignored.').nullable(),
  limit: text('The line it met.').nullable(),
  actual: text('The value that met it.').nullable(),
  risk: z.array(Rule).openapi({ description: 'What every rule said.' }),
}

export const DecisionBody = z.strictObject(record)
export const Decision = z
  .strictObject({
    account_id: text('Account it was made for.'),
    at: moment('When it was recorded.'),
    ...record,
  })
  .openapi('Decision')

export type Decision = z.infer<typeof Decision>

const presentLevel = (level: ProposedLevel | null): z.infer<typeof Level> => {
  if (level === null) return null
  return 'price' in level ? { price: level.price, ratio: null } : { price: null, ratio: level.ratio }
}

const presentRule = (rule: RuleOutcome): z.infer<typeof Rule> => ({
  rule: rule.rule,
  outcome: rule.outcome,
  code: rule.code,
  limit: rule.limit,
  actual: rule.actual,
  quantity_max: rule.quantityMax,
})

export const presentDecisionRecord = (decision: DecisionRecord): z.infer<typeof DecisionBody> => ({
  decision_id: decision.decisionId,
  asset: decision.symbol,
  strategy: decision.strategy,
  candle_at: iso(decision.candleAt),
  price: decision.price,
  action: decision.proposal.action,
  allocation_usd: decision.proposal.allocation,
  size_factor: decision.proposal.sizeFactor,
  leverage: decision.proposal.leverage,
  stop: presentLevel(decision.proposal.stop),
  target: presentLevel(decision.proposal.target),
  close_fraction: decision.proposal.closeFraction,
  confidence: conciseNumber(decision.proposal.confidence),
  score: conciseNumber(decision.proposal.score),
  exit_plan: decision.proposal.exitPlan,
  exit_conditions: (decision.proposal.conditions ?? []).map(conditionText),
  rationale: decision.proposal.rationale,
  outcome: decision.outcome,
  code: decision.code,
  limit: decision.limit,
  actual: decision.actual,
  risk: decision.risk.map(presentRule),
})

export const presentDecision = (row: DecisionRow): Decision => ({
  account_id: row.accountId,
  at: iso(row.at),
  ...presentDecisionRecord(row),
})

export const decisionExample: Decision = {
  account_id: 'default',
  at: '2026-01-02T03:00:00.050Z',
  decision_id: 'default-BTC-1767322800000',
  asset: 'BTC',
  strategy: 'signals',
  candle_at: '2026-01-02T03:00:00.000Z',
  price: '45000',
  action: 'buy',
  allocation_usd: null,
  size_factor: 1,
  leverage: 2,
  stop: { price: null, ratio: 0.02 },
  target: { price: '46800', ratio: null },
  close_fraction: null,
  confidence: 82,
  score: 0.64,
  exit_plan: 'Close when RSI falls below 50.',
  exit_conditions: [],
  rationale: 'RSI 28 and MACD crossing up.',
  outcome: 'refused',
  code: 'heat_exceeded',
  limit: '0.06',
  actual: '0.071',
  risk: [
    { rule: 'asset_allowed', outcome: 'pass', code: null, limit: null, actual: null, quantity_max: null },
    {
      rule: 'heat',
      outcome: 'refuse',
      code: 'heat_exceeded',
      limit: '0.06',
      actual: '0.071',
      quantity_max: '0',
    },
  ],
}
