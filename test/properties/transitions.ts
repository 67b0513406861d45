/** Which transitions a chart has, and which of them a play has taken: told by XState itself, step by step. */
import type { AnyStateMachine, AnyTransitionDefinition, InspectionEvent } from 'xstate'

type Node = AnyTransitionDefinition['source']

/** Events of a service that has answered or failed are named by it. */
const eventOf = ({ eventType }: AnyTransitionDefinition): string =>
  eventType === ''
    ? 'always'
    : eventType.replace('xstate.done.actor.', 'done ').replace('xstate.error.actor.', 'error ')

const candidatesOf = (transition: AnyTransitionDefinition): readonly AnyTransitionDefinition[] => {
  const { source, eventType } = transition
  return (eventType === '' ? source.always : source.transitions.get(eventType)) ?? []
}

/** Source, event and place among its candidates: `position.closing.waiting clock.ticked 0`. */
export const keyOf = (transition: AnyTransitionDefinition): string => {
  const place = candidatesOf(transition).indexOf(transition)
  return `${transition.source.id} ${eventOf(transition)} ${place}`
}

const nodesOf = (node: Node): Node[] => [node, ...Object.values(node.states).flatMap(each => nodesOf(each))]

/** Every transition of a chart by its key. */
export const transitionsOf = (machine: AnyStateMachine): string[] =>
  nodesOf(machine.root).flatMap(node =>
    [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map(each => keyOf(each)),
  )

/** Marks what is taken in the steps it is told of. */
export class TransitionRecorder {
  /** How often each was taken, by its key. */
  readonly taken = new Map<string, number>()
  readonly #keys = new WeakMap<AnyTransitionDefinition, string>()

  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.microstep') return
    for (const transition of event._transitions) {
      const key = this.#keys.get(transition) ?? keyOf(transition)
      this.#keys.set(transition, key)
      this.taken.set(key, (this.taken.get(key) ?? 0) + 1)
    }
  }
}
