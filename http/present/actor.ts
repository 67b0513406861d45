/** An actor of the tree: where it is, how it got there, what it would take next. */
import { z } from '@hono/zod-openapi'
import type { ActorView, Transition as Step } from '../../actors/engine-view.ts'
import { choice, iso, isoOrNull, moment, text } from './shape.ts'

export const Transition = z
  .strictObject({
    from: text('State before.'),
    to: text('State after.'),
    event: text('Event that caused it.'),
    at: moment('When.'),
  })
  .openapi('Transition')

const fields = {
  id: text('Path in the tree: `main`, `main/position:BTC`, `main/position:BTC/stop`.'),
  type: choice(['account', 'position', 'order'], 'Kind of actor.'),
  parent: text('Actor above it; `null` for an account.').nullable(),
  state: text('State it is in.'),
  until: moment('When the state ends by itself; `null` when it does not.').nullable(),
  next_events: z.array(z.string()).openapi({ description: 'Events it would take now.' }),
  last_transition: Transition.nullable(),
  at: moment('When this was true.'),
}

export const Actor = z.strictObject(fields).openapi('Actor')
export const ActorDetail = z
  .strictObject({
    ...fields,
    context: z.unknown().openapi({ description: 'What the actor remembers, as it is: times are epoch ms.' }),
  })
  .openapi('ActorDetail')

export type Actor = z.infer<typeof Actor>

export const presentTransition = (step: Step): z.infer<typeof Transition> => ({
  from: step.from,
  to: step.to,
  event: step.event,
  at: iso(step.at),
})

export const presentActor = (actor: ActorView): Actor => ({
  id: actor.id,
  type: actor.type,
  parent: actor.parent,
  state: actor.state,
  until: isoOrNull(actor.until),
  next_events: [...actor.nextEvents],
  last_transition: actor.lastTransition === null ? null : presentTransition(actor.lastTransition),
  at: iso(actor.at),
})

export const presentActorDetail = (actor: ActorView): z.infer<typeof ActorDetail> => ({
  ...presentActor(actor),
  context: withoutSecrets(actor.context),
})

const SECRET_NAME =
  /secret|password|passphrase|mnemonic|private.?key|api.?key|token|credential|database.?url/i

/** Contexts hold no secrets by rule; should one slip in, its name gives it away and its value stays here. */
const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      SECRET_NAME.test(name) ? '[redacted]' : withoutSecrets(each),
    ]),
  )
}

export const actorExample: Actor = {
  id: 'main/position:BTC',
  type: 'position',
  parent: 'main',
  state: 'protected',
  until: null,
  next_events: ['position.close', 'mark.updated'],
  last_transition: {
    from: 'protecting',
    to: 'protected',
    event: 'protection.confirmed',
    at: '2026-01-02T03:00:00.300Z',
  },
  at: '2026-01-02T03:30:00.000Z',
}

export const actorDetailExample: z.infer<typeof ActorDetail> = {
  ...actorExample,
  context: { book: { direction: 'long', quantity: '0.022' }, deadlines: { nakedUntil: null } },
}
