/** A step of an account or a position as the journal keeps it: what the past of the actor tree is drawn from. */
import { z } from '@hono/zod-openapi'
import type { Fact } from '../../domain/fact.ts'
import { count, iso, isoOrNull, moment, text } from './shape.ts'

export type MoveFact = Extract<Fact, { type: 'account.moved' | 'position.moved' }>

export const Move = z
  .strictObject({
    seq: count('Number of the fact in the journal of its account.'),
    ts: moment('When.'),
    account_id: text('Account.'),
    actor: text('Path in the tree: `main` or `main/position:BTC`.'),
    from: text('State before; of states inside states, the outer one.'),
    to: text('State after.'),
    until: moment('When that state ends by itself; `null` when it does not.').nullable(),
  })
  .openapi('Move')

export const isMove = (fact: Fact): fact is MoveFact =>
  fact.type === 'account.moved' || fact.type === 'position.moved'

export const presentMove = (fact: MoveFact): z.infer<typeof Move> => ({
  seq: fact.seq,
  ts: iso(fact.at),
  account_id: fact.accountId,
  actor: fact.type === 'account.moved' ? fact.accountId : `${fact.accountId}/position:${fact.symbol}`,
  from: fact.from,
  to: fact.to,
  until: isoOrNull(fact.until),
})

export const moveExample: z.infer<typeof Move> = {
  seq: 41,
  ts: '2026-01-02T03:00:00.300Z',
  account_id: 'main',
  actor: 'main/position:BTC',
  from: 'protecting',
  to: 'protected',
  until: null,
}
