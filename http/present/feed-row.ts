/** A line of the activity and error feeds: one fact of the journal. */
import { z } from '@hono/zod-openapi'
import type { Fact, FactType } from '../../domain/fact.ts'
import { presentFact } from './fact.ts'
import { count, iso, moment, text } from './shape.ts'

/** What went wrong, or was kept from going wrong. */
export const ERROR_TYPES = [
  'account.failed',
  'order.unknown',
  'close.abandoned',
  'limit.tripped',
  'candle.refused',
  'snapshot.rejected',
] as const satisfies readonly FactType[]

/** What was done, by people, strategies and rules. */
export const ACTIVITY_TYPES = [
  'account.started',
  'account.administered',
  'account.moved',
  'control.commanded',
  'position.opened',
  'protection.confirmed',
  'trade.closed',
  'limit.tripped',
  'limit.rearmed',
] as const satisfies readonly FactType[]

export const FeedRow = z
  .strictObject({
    account_id: text('Account it happened to.'),
    seq: count('Its place in the journal of the account.'),
    at: moment('When it happened.'),
    type: text('Type of the fact, e.g. `trade.closed`.'),
    data: z.record(z.string(), z.unknown()).openapi({ description: 'What happened.' }),
  })
  .openapi('FeedRow')

export const ErrorRow = z
  .strictObject({
    ...FeedRow.shape,
    kind: text('The type, in the word of the parameter.'),
    bot: text('The account, in the word of the parameter.'),
    count: count('Errors of this kind of this account that match.').min(1),
    last_at: moment('When the last of them happened.'),
  })
  .openapi('ErrorRow')

export const presentFeedRow = (fact: Fact): z.infer<typeof FeedRow> => ({
  account_id: fact.accountId,
  seq: fact.seq,
  at: iso(fact.at),
  type: fact.type,
  data: presentFact(fact),
})

export const feedRowExample: z.infer<typeof FeedRow> = {
  account_id: 'default',
  seq: 41,
  at: '2026-01-02T03:00:00.000Z',
  type: 'limit.tripped',
  data: { limit: 'daily_loss', line: '0.05', actual: '0.051' },
}

/** `sum`: all that match of the kind and the account. */
export const presentErrorRow = (
  fact: Fact,
  sum: { count: number; lastAt: number },
): z.infer<typeof ErrorRow> => ({
  ...presentFeedRow(fact),
  kind: fact.type,
  bot: fact.accountId,
  count: sum.count,
  last_at: iso(sum.lastAt),
})
export const errorRowExample: z.infer<typeof ErrorRow> = {
  ...feedRowExample,
  kind: feedRowExample.type,
  bot: feedRowExample.account_id,
  count: 1,
  last_at: feedRowExample.at,
}
