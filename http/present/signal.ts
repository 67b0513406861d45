/** Signals: what an agent made of a market at one moment, and what such signals were worth. */
import { z } from '@hono/zod-openapi'
import type { SignalsView } from '../../actors/signals-view.ts'
import type { SignalQuality as Row } from '../../domain/performance/signal-quality.ts'
import type { DecisionRow } from '../../domain/ports.ts'
import { conciseNumber } from './concise.ts'
import { amount, choice, count, flag, iso, isoOrNull, listOf, moment, number, text } from './shape.ts'

export const Signal = z
  .strictObject({
    account_id: text('Account it was formed for.'),
    agent_name: text('Label of the strategy, or name of the model.'),
    strategy: text('Strategy of the account.'),
    symbol: text('Asset.'),
    signal: choice(['buy', 'sell', 'close', 'hold'], 'What it says.'),
    score: number('−1 to 1; `null` where the agent has no such measure.').nullable(),
    confidence: number('0 to 100; of a score 50 + 50 × |score|.').nullable(),
    reasoning: text('Why, in words. Untrusted text: show it, never run it.'),
    time: moment('Close of the candle it is about.'),
    price: amount('Price at that moment.').nullable(),
    outcome: choice(
      ['held', 'confirming', 'approved', 'refused', 'closing', 'ignored'],
      'What the rules made of it.',
    ),
    decision_id: text('Decision that has all of it.'),
  })
  .openapi('Signal')
export type Signal = z.infer<typeof Signal>

export const presentSignal = (row: DecisionRow, agent: string): Signal => ({
  account_id: row.accountId,
  agent_name: agent,
  strategy: row.strategy,
  symbol: row.symbol,
  signal: row.proposal.action,
  score: conciseNumber(row.proposal.score),
  confidence: conciseNumber(row.proposal.confidence),
  reasoning: row.proposal.rationale,
  time: iso(row.candleAt),
  price: row.price,
  outcome: row.outcome,
  decision_id: row.decisionId,
})

export const signalExample: Signal = {
  account_id: 'default',
  agent_name: 'analysts',
  strategy: 'analysts',
  symbol: 'BTC',
  signal: 'buy',
  score: 0.623,
  confidence: 81.15,
  reasoning: 'Score +62.3: EMA 9/21/50/200 stacked upward (+30.0), OBV rising (+9.1)',
  time: '2026-01-02T03:00:00.000Z',
  price: '45000',
  outcome: 'approved',
  decision_id: 'default-BTC-mjwpr1c0',
}

const Moves = (what: string) => ({
  measured: count(`${what} whose price at the end of the horizon is known.`),
  hit_rate_percent: number('Of these, those with a move above zero.').nullable(),
  mean_move_percent: number('Mean of the moves, in percent of the price.').nullable(),
})

const SignalQuality = z
  .strictObject({
    agent_name: text('Label of the strategy, or name of the model.'),
    symbol: text('Asset.'),
    buys: count('Buy signals.'),
    sells: count('Sell signals.'),
    ...Moves('Signals'),
    pending: count('Signals whose horizon is not over.'),
    lost: count('Signals whose horizon is over, without a decision then that would tell the price.'),
    baseline: z.strictObject(Moves('Decisions')).openapi({
      description: 'Every decision, holds too, as if it were a buy: what the market did anyway.',
    }),
  })
  .openapi('SignalQuality')

export const SignalQualities = z
  .strictObject({
    ...listOf(SignalQuality).shape,
    horizon: count('Decision intervals after the signal.'),
    decisions: count('Decisions that were looked at.'),
    since: moment('The oldest of them.').nullable(),
    truncated: flag('Older ones match as well, and were left out.'),
  })
  .openapi('SignalQualities')

type Quality = z.infer<typeof SignalQuality>
type Qualities = z.infer<typeof SignalQualities>

export const presentSignalQuality = (row: Row): Quality => ({
  agent_name: row.agent,
  symbol: row.symbol,
  buys: row.buys,
  sells: row.sells,
  measured: row.signals.measured,
  hit_rate_percent: row.signals.hitRatePercent,
  mean_move_percent: row.signals.meanMovePercent,
  pending: row.pending,
  lost: row.lost,
  baseline: {
    measured: row.baseline.measured,
    hit_rate_percent: row.baseline.hitRatePercent,
    mean_move_percent: row.baseline.meanMovePercent,
  },
})

export const presentSignalLook = (
  { decisions, since, truncated }: SignalsView,
  horizon: number,
): Pick<Qualities, 'horizon' | 'decisions' | 'since' | 'truncated'> => ({
  horizon,
  decisions,
  since: isoOrNull(since),
  truncated,
})

export const signalQualitiesExample: Qualities = {
  items: [
    {
      agent_name: 'analysts',
      symbol: 'BTC',
      buys: 40,
      sells: 12,
      measured: 50,
      hit_rate_percent: 56,
      mean_move_percent: 0.21,
      pending: 1,
      lost: 1,
      baseline: { measured: 900, hit_rate_percent: 51.2, mean_move_percent: 0.03 },
    },
  ],
  total: 1,
  next: null,
  horizon: 4,
  decisions: 905,
  since: '2026-01-02T03:00:00.000Z',
  truncated: false,
}
