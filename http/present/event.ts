/** One message of the event stream: an envelope that is always the same, and what happened inside it. */
import { z } from '@hono/zod-openapi'
import type { EngineEvent } from '../../actors/engine-view.ts'
import { presentTransition } from './actor.ts'
import { presentFact } from './fact.ts'
import { choice, count, iso, moment, text } from './shape.ts'

export const StreamEvent = z
  .strictObject({
    kind: choice(['transition', 'fact'], 'A step of an actor, or a fact of the journal.'),
    type: text('`transition`, or the type of the fact, e.g. `trade.closed`.'),
    seq: count('Counts the events of this process from 1 without gaps; the `id` of the message.'),
    ts: moment('When it happened.'),
    account_id: text('Account it happened to.'),
    data: z.record(z.string(), z.unknown()).openapi({ description: 'What happened.' }),
  })
  .openapi('StreamEvent')

export type StreamEvent = z.infer<typeof StreamEvent>

export const typeOf = (event: EngineEvent): string => (event.kind === 'fact' ? event.fact.type : 'transition')

export const presentEvent = (event: EngineEvent): StreamEvent => ({
  kind: event.kind,
  type: typeOf(event),
  seq: event.seq,
  ts: iso(event.at),
  account_id: event.accountId,
  data:
    event.kind === 'fact'
      ? presentFact(event.fact)
      : { actor: event.actor, ...presentTransition(event.transition) },
})

export const eventExample = [
  'event: opened',
  'data: {"started_at":"2026-01-02T02:00:00.000Z","resumed_after":null,"missed":false}',
  '',
  'event: fact',
  'data: {"kind":"fact","type":"limit.rearmed","seq":41,"ts":"2026-01-02T03:00:00.000Z","account_id":"default","data":{"limit":"daily_loss"}}',
  'id: 41',
  '',
  '',
].join('\n')
