/** The actor tree as the outside reads it: every account, position and order with its state and what may come next. */
import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from 'xstate'
import type { Desk } from './desk.ts'
import type { ActorView } from './engine-view.ts'
import { stateEnd } from './state-end.ts'
import { stateText } from './state-text.ts'

/** The chart of a machine does not change, and thousands of actors share it: what a state takes is worked out once. */
const EVENTS_OF = new WeakMap<AnyStateMachine, Map<string, readonly string[]>>()

/** Events a person or the world may send it now; the machine's own bookkeeping is left out. */
const nextEvents = ({ machine, _nodes }: AnyMachineSnapshot, state: string): readonly string[] => {
  const known = EVENTS_OF.get(machine) ?? new Map<string, readonly string[]>()
  EVENTS_OF.set(machine, known)
  const before = known.get(state)
  if (before !== undefined) return before
  const types = new Set<string>(_nodes.flatMap(node => node.ownEvents))
  const events = [...types].filter(type => !type.startsWith('xstate.')).sort()
  known.set(state, events)
  return events
}

const KINDS = { account: 'account', position: 'position', order: 'order' } as const

const viewOf = (desk: Desk, actor: AnyActorRef, id: string, parent: string | null): ActorView | null => {
  const snapshot = actor.getSnapshot() as AnyMachineSnapshot
  const kind = KINDS[snapshot.machine?.id as keyof typeof KINDS]
  if (kind === undefined) return null
  const context = snapshot.context as { timing: { at: number } }
  const state = stateText(snapshot.value)
  return {
    id,
    type: kind,
    parent,
    state,
    until: stateEnd(kind, snapshot.value, context),
    context,
    nextEvents: nextEvents(snapshot, state),
    lastTransition: desk.lastTransition(actor),
    at: context.timing.at,
  }
}

const collect = (
  desk: Desk,
  actor: AnyActorRef,
  id: string,
  parent: string | null,
  into: ActorView[],
): void => {
  const view = viewOf(desk, actor, id, parent)
  if (view === null) return
  into.push(view)
  const { children } = actor.getSnapshot() as AnyMachineSnapshot
  for (const [slot, child] of Object.entries(children)) {
    if (child !== undefined) collect(desk, child as AnyActorRef, `${id}/${slot}`, id, into)
  }
}

export const actorViews = (desk: Desk, accountIds: readonly string[]): ActorView[] => {
  const views: ActorView[] = []
  for (const accountId of accountIds) collect(desk, desk.actor(accountId), accountId, null, views)
  return views
}
