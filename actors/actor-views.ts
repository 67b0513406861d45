/** The actor tree as the outside reads it: every account, position and order with its state and what may come next. */
import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import { deadlineOf } from './deadlines.ts'
import type { Desk } from './desk.ts'
import type { ActorView } from './engine-view.ts'
import { stateText } from './state-text.ts'

/** Events a person or the world may send it now; the machine's own bookkeeping is left out. */
const nextEvents = (snapshot: AnyMachineSnapshot): string[] => {
  const types = new Set<string>()
  for (const node of snapshot._nodes) for (const type of node.ownEvents) types.add(type)
  return [...types].filter(type => !type.startsWith('xstate.')).sort()
}

const KINDS = { account: 'account', position: 'position', order: 'order' } as const

const viewOf = (desk: Desk, actor: AnyActorRef, id: string, parent: string | null): ActorView | null => {
  const snapshot = actor.getSnapshot() as AnyMachineSnapshot
  const kind = KINDS[snapshot.machine?.id as keyof typeof KINDS]
  if (kind === undefined) return null
  const context = snapshot.context as { timing: { at: number } }
  return {
    id,
    type: kind,
    parent,
    state: stateText(snapshot.value),
    until: deadlineOf(context),
    context,
    nextEvents: nextEvents(snapshot),
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

export const actorViews = (desk: Desk): ActorView[] => {
  const views: ActorView[] = []
  for (const accountId of desk.accountIds()) collect(desk, desk.actor(accountId), accountId, null, views)
  return views
}
