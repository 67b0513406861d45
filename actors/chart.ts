/**
 * The statecharts as data, read from the running machines themselves, so that what is drawn cannot differ from what runs.
 * They hold names only: states, events, guards, actions, services. No context, nothing of any account.
 */
import type { AnyStateMachine, AnyTransitionDefinition } from 'xstate'
import { accountMachine } from '../machines/account.ts'
import { orderMachine } from '../machines/order.ts'
import { positionMachine } from '../machines/position.ts'

type AnyStateNode = AnyStateMachine['root']

export type ChartState = {
  /** `position.protecting.proving`. */
  id: string
  /** Last part of the id. */
  name: string
  /** `null` for the states at the top. */
  parent: string | null
  type: 'atomic' | 'compound' | 'final'
  /** Id of the state it begins in; `null` unless it is compound. */
  initial: string | null
  tags: string[]
  entry: string[]
  exit: string[]
  /** Services it asks while it is in this state. */
  invokes: string[]
}

export type ChartTransition = {
  /** Id of the state; that of the chart for what is heard in every state. */
  source: string
  /** `null`: it stays where it is. */
  target: string | null
  /** As people say it: `clock.ticked`, `decide answered`; `null`: taken as soon as its guard holds. */
  event: string | null
  /** Name of its guard, `condition` for one without a name; `null`: none. */
  guard: string | null
  actions: string[]
}

export type Chart = {
  id: 'account' | 'position' | 'order'
  initial: string
  states: ChartState[]
  transitions: ChartTransition[]
}

/** An inline function is called after its property, so it has no name worth telling. */
const nameOf = (named: unknown, fallback: string): string => {
  if (typeof named === 'string') return named
  if (typeof named === 'object' && named !== null && 'type' in named) return String(named.type)
  return fallback
}

const namesOf = (list: readonly unknown[]): string[] => list.map(each => nameOf(each, 'inline'))

const ANSWERED = /^xstate\.(done|error)\.actor\.(.+)$/

const eventText = (event: string): string | null => {
  if (event === '') return null
  const answered = ANSWERED.exec(event)
  if (answered !== null) return `${answered[2]} ${answered[1] === 'done' ? 'answered' : 'failed'}`
  return event.startsWith('xstate.done.state.') ? 'done' : event
}

const stateOf = (node: AnyStateNode, root: AnyStateNode): ChartState => ({
  id: node.id,
  name: node.key,
  parent: node.parent === root || node.parent === undefined ? null : node.parent.id,
  type: node.type === 'compound' || node.type === 'final' ? node.type : 'atomic',
  initial: node.type === 'compound' ? (node.initial.target[0]?.id ?? null) : null,
  tags: [...node.tags],
  entry: namesOf(node.entry),
  exit: namesOf(node.exit),
  invokes: node.invoke.map(each => nameOf(each.src, each.id)),
})

const transitionOf = (transition: AnyTransitionDefinition): ChartTransition => ({
  source: transition.source.id,
  target: transition.target?.[0]?.id ?? null,
  event: eventText(transition.eventType),
  guard: transition.guard === undefined ? null : nameOf(transition.guard, 'condition'),
  actions: namesOf(transition.actions),
})

const transitionsOf = (node: AnyStateNode): ChartTransition[] => {
  const events = [...node.transitions.values()].flat() as AnyTransitionDefinition[]
  return [...((node.always ?? []) as AnyTransitionDefinition[]), ...events].map(transitionOf)
}

const below = (node: AnyStateNode): AnyStateNode[] =>
  Object.values(node.states).flatMap(child => [child, ...below(child)])

/** @throws Error for a parallel state or a history state, which no machine of ours has. */
export const chartOf = (machine: AnyStateMachine): Chart => {
  const { root } = machine
  const nodes = below(root)
  const odd = [root, ...nodes].find(node => node.type === 'parallel' || node.type === 'history')
  if (odd !== undefined) throw new Error(`Invariant: the state ${odd.id} is of a kind that is not drawn`)
  return {
    id: machine.id as Chart['id'],
    initial: root.initial.target[0]?.id ?? '',
    states: nodes.map(node => stateOf(node, root)),
    transitions: [root, ...nodes].flatMap(transitionsOf),
  }
}

/** One chart for each kind of actor, from the root of the tree down. */
export const CHARTS: readonly Chart[] = [accountMachine, positionMachine, orderMachine].map(chartOf)
