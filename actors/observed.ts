/** Machines that can be watched: every step and every report is told to an observer, at no cost to their charts. */
import type { AnyActorLogic, AnyActorRef, AnyStateMachine, EventObject } from 'xstate'

export type AnySnapshot = {
  status: string
  value: unknown
  context: Record<string, unknown>
}

export interface Observer {
  started(actor: AnyActorRef, snapshot: AnySnapshot): void
  moved(actor: AnyActorRef, before: AnySnapshot, after: AnySnapshot, event: EventObject): void
  reported(actor: AnyActorRef, report: EventObject): void
  /** Its account has failed: XState leaves the children of a failed actor running, and nothing they do counts any more. */
  isLost(actor: AnyActorRef): boolean
}

/**
 * The same machine, observed. What it emits is also delivered to its parent, which is how a child reports: `emit` is
 * data under a pure step, `sendParent` is not.
 */
export const observed = <Machine extends AnyStateMachine>(machine: Machine, observer: Observer): Machine => {
  const overrides: Pick<AnyActorLogic, 'transition' | 'start'> = {
    transition: (snapshot, event, scope) => {
      if (observer.isLost(scope.self)) return snapshot
      const next = machine.transition(snapshot, event, scope)
      observer.moved(scope.self, snapshot as AnySnapshot, next as AnySnapshot, event)
      return next
    },
    start: (snapshot, scope) => {
      const actor = scope.self as AnyActorRef & { _parent?: AnyActorRef }
      const { emit } = scope
      // In place of a listener, which would cost every actor a map and a set of its own.
      scope.emit = (report: EventObject) => {
        observer.reported(actor, report)
        actor._parent?.send(report)
        emit(report)
      }
      observer.started(actor, snapshot as AnySnapshot)
      machine.start(snapshot)
    },
  }
  // The prototype keeps everything else of the machine, its `provide` and `root` included.
  return Object.assign(Object.create(machine) as Machine, overrides)
}
