/**
 * A step of an account or a position as the journal keeps it, and that an account came or went: what the past of the actor
 * tree is drawn from.
 */
import { z } from '@hono/zod-openapi'
import type { Fact } from '../../domain/fact.ts'
import { moveEnd } from './move-end.ts'
import { count, iso, isoOrNull, moment, text } from './shape.ts'

export type MoveFact = Extract<Fact, { type: 'account.moved' | 'position.moved' | PresenceType }>
type PresenceType = 'account.started' | 'account.administered'

/** Before an account came, and after it went. */
const NOWHERE = 'none'
/** Where an account begins, and begins again. */
const BEGINNING = 'reconciling'

export const Move = z
  .strictObject({
    seq: count('Number of the fact in the journal of its account.'),
    ts: moment('When.'),
    account_id: text('Account.'),
    actor: text('Path in the tree: `main` or `main/position:BTC`.'),
    from: text(
      'State before; of states inside states, the outer one. `none`: it came; `any`: it is not told.',
    ),
    to: text('State after; `none`: it was removed.'),
    until: moment('When that state ends by itself; `null` when it does not.').nullable(),
  })
  .openapi('Move')

export const isMove = (fact: Fact): fact is MoveFact =>
  fact.type === 'account.moved' ||
  fact.type === 'position.moved' ||
  fact.type === 'account.started' ||
  (fact.type === 'account.administered' && (fact.change === 'added' || fact.change === 'removed'))

const stepOf = (fact: MoveFact): { from: string; to: string; until: number | null } => {
  if (fact.type === 'account.started') return { from: NOWHERE, to: BEGINNING, until: null }
  if (fact.type !== 'account.administered') return { from: fact.from, to: fact.to, until: moveEnd(fact) }
  return fact.change === 'removed'
    ? { from: 'any', to: NOWHERE, until: null }
    : { from: NOWHERE, to: BEGINNING, until: null }
}

export const presentMove = (fact: MoveFact): z.infer<typeof Move> => {
  const { from, to, until } = stepOf(fact)
  return {
    seq: fact.seq,
    ts: iso(fact.at),
    account_id: fact.accountId,
    actor: fact.type === 'position.moved' ? `${fact.accountId}/position:${fact.symbol}` : fact.accountId,
    from,
    to,
    until: isoOrNull(until),
  }
}

export const moveExample: z.infer<typeof Move> = {
  seq: 41,
  ts: '2026-01-02T03:00:00.300Z',
  account_id: 'main',
  actor: 'main/position:BTC',
  from: 'protecting',
  to: 'protected',
  until: null,
}
