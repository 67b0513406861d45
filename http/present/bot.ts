/** A bot: an account that trades one asset by signals, as those know it who know it as a bot. */
import { z } from '@hono/zod-openapi'
import type { BotReading, Evaluation } from '../../actors/bots.ts'
import type { AccountSummary } from '../../actors/engine-view.ts'
import { conciseNumber } from './concise.ts'
import { choice, flag, iso, isoOrNull, moment, number, text } from './shape.ts'

const TEMPERATURES = ['FROZEN', 'COOL', 'WARM', 'HOT'] as const
const ACTIONS = ['buy', 'sell', 'hold'] as const

export const BotEvaluation = z
  .strictObject({
    score: number('Weighted sum of the signals, −1 to 1; `null` while one is warming up.').nullable(),
    action: choice(ACTIONS, 'What the score asks for.'),
    temperature: choice(TEMPERATURES, 'How much the score says, whichever way.'),
    signals: z.array(
      z.strictObject({
        name: text('Signal.'),
        score: number('−1 to 1.').nullable(),
        weight: number('Its share.'),
      }),
    ),
    price: number('Price it was made at.').nullable(),
    at: moment('When it was made.'),
  })
  .openapi('BotEvaluation')

export const BotConfirmation = z
  .strictObject({
    action: choice(ACTIONS, 'What is being confirmed; `hold`: nothing.'),
    confirmed: flag('It has stood long enough.'),
    needed_s: number('Seconds it must stand.'),
    since: moment('Since when it stands.').nullable(),
    elapsed_s: number('Seconds it has stood.'),
    remaining_s: number('Seconds that are left.'),
    progress: number('0 to 1.'),
  })
  .openapi('BotConfirmation')

export const Bot = z
  .strictObject({
    id: text('Identity; that of its account.'),
    name: text('Name.'),
    pair: text('What it trades, e.g. `BTC`.'),
    status: choice(['running', 'stopped'], 'Whether it evaluates.'),
    state: text('State of its account.'),
    score: number('Of this moment.').nullable(),
    temperature: choice(TEMPERATURES, 'Of this moment.'),
    price: number('Latest price.').nullable(),
    last_evaluated_at: moment('Its last decision.').nullable(),
    blocked_reason: text(
      'Why it takes no entry now, its score among the reasons; `null`: nothing keeps it.',
    ).nullable(),
    has_position: flag('It has an open position.'),
  })
  .openapi('Bot')

export const presentEvaluation = (evaluation: Evaluation): z.infer<typeof BotEvaluation> => ({
  score: conciseNumber(evaluation.score),
  action: evaluation.action,
  temperature: evaluation.temperature,
  signals: evaluation.signals.map(({ name, score, weight }) => ({
    name,
    score: conciseNumber(score),
    weight,
  })),
  price: evaluation.price,
  at: iso(evaluation.at),
})

export const presentConfirmation = ({ confirmation }: BotReading): z.infer<typeof BotConfirmation> => ({
  action: confirmation.action,
  confirmed: confirmation.confirmed,
  needed_s: confirmation.neededSeconds,
  since: isoOrNull(confirmation.since),
  elapsed_s: confirmation.elapsedSeconds,
  remaining_s: confirmation.remainingSeconds,
  progress: confirmation.progress,
})

export const presentBot = (reading: BotReading, account: AccountSummary): z.infer<typeof Bot> => ({
  id: reading.accountId,
  name: account.label,
  pair: reading.symbol,
  status: account.status === 'active' || account.status === 'degraded' ? 'running' : 'stopped',
  state: account.state,
  score: conciseNumber(reading.evaluation.score),
  temperature: reading.evaluation.temperature,
  price: reading.evaluation.price,
  last_evaluated_at: isoOrNull(reading.lastEvaluatedAt),
  blocked_reason: reading.blockedReason,
  has_position: reading.hasPosition,
})

export const botExample: z.infer<typeof Bot> = {
  id: 'btc-scalper',
  name: 'BTC Scalper',
  pair: 'BTC',
  status: 'running',
  state: 'idle',
  score: 0.31,
  temperature: 'HOT',
  price: 45_100.5,
  last_evaluated_at: '2026-01-02T03:00:00.000Z',
  blocked_reason: null,
  has_position: false,
}
export const evaluationExample: z.infer<typeof BotEvaluation> = {
  score: 0.31,
  action: 'buy',
  temperature: 'HOT',
  signals: [{ name: 'rsi', score: 0.62, weight: 0.5 }],
  price: 45_100.5,
  at: '2026-01-02T03:00:00.000Z',
}
export const confirmationExample: z.infer<typeof BotConfirmation> = {
  action: 'buy',
  confirmed: false,
  needed_s: 300,
  since: '2026-01-02T03:00:00.000Z',
  elapsed_s: 120,
  remaining_s: 180,
  progress: 0.4,
}
