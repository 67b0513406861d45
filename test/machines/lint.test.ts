/** The rules every chart obeys (each was measured, or broke something once), checked by walking the charts themselves. */

import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, createActor, type StateNode } from 'xstate'
import { accountMachine } from '../../machines/account.ts'
import { orderMachine } from '../../machines/order.ts'
import { positionMachine } from '../../machines/position.ts'
import { AT } from '../harness.ts'
import { entryRequest, SLOT } from './given.ts'
import { accountSettings } from './given-account.ts'

type Node = StateNode<never, never>
type Named = string | { type: string } | ((...args: never[]) => unknown)
type Transition = { actions?: Named | Named[]; guard?: Named; target?: unknown }

const MACHINES: [string, AnyStateMachine, unknown][] = [
  [
    'order',
    orderMachine,
    {
      ids: { accountId: 'main', positionId: 'main-BTC-1', decisionId: null, leg: 'entry', slot: 'entry' },
      request: entryRequest(),
      at: AT,
    },
  ],
  ['position', positionMachine, { accountId: 'main', symbol: 'BTC', settings: SLOT, at: AT }],
  ['account', accountMachine, { settings: accountSettings(), positions: { BTC: SLOT }, at: AT }],
]
/** What may be a child: a machine of ours, or a service that answers once. */
const CHILD_MACHINES = ['position', 'order']
const GROUPS_MAX = 11

const nodesOf = (node: Node): Node[] => [node, ...Object.values(node.states).flatMap(each => nodesOf(each))]

const list = <Item>(value: Item | Item[] | undefined): Item[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const transitionsOf = (node: Node): Transition[] => {
  const { on = {}, always, onDone } = node.config as unknown as Record<string, never>
  const invokes = list(node.config.invoke as never) as { onDone?: Transition; onError?: Transition }[]
  const all = [...Object.values(on), always, onDone, ...invokes.flatMap(each => [each.onDone, each.onError])]
  return (all.flatMap(each => list(each as never)) as (Transition | string)[]).map(each =>
    typeof each === 'string' ? { target: each } : each,
  )
}

const actionsOf = (node: Node): Named[] => {
  const { entry, exit } = node.config as { entry?: Named | Named[]; exit?: Named | Named[] }
  return [...list(entry), ...list(exit), ...transitionsOf(node).flatMap(each => list(each.actions))]
}

/** The node or one of its ancestors below the root says what `event` does there. */
const handles = (node: Node, event: string): boolean => {
  if (node.parent === undefined) return false
  return Object.hasOwn((node.config.on as object | undefined) ?? {}, event) || handles(node.parent, event)
}

describe.each(MACHINES)('the %s machine', (_name, machine, input) => {
  const root = machine.root as unknown as Node
  const nodes = nodesOf(root)
  const invokes = nodes.flatMap(node => node.invoke.map(invoke => ({ node, invoke })))
  const { actions, guards, actors } = machine.implementations

  test('has no timer of its own: a restore would lose it', () => {
    for (const node of nodes) expect(node.config.after, node.id).toBeUndefined()
  })

  test('has no history state: it would lead back into a question whose answer was dropped', () => {
    for (const node of nodes) expect(node.type, node.id).not.toBe('history')
  })

  test('has no wildcard: it would swallow the errors of children', () => {
    for (const node of nodes) {
      expect(Object.keys((node.config.on as object | undefined) ?? {}), node.id).not.toContain('*')
    }
  })

  test('stops a loop of transitions instead of hanging', () => {
    expect((machine.config as { options?: unknown }).options).toEqual({ maxIterations: 100 })
  })

  test('says for every service what its failure means', () => {
    for (const { node } of invokes) {
      for (const each of list(node.config.invoke as never) as { onError?: unknown }[]) {
        expect(each.onError, node.id).toBeDefined()
      }
    }
  })

  test('names every service and its place', () => {
    for (const { node } of invokes) {
      for (const each of list(node.config.invoke as never) as { id?: string; src: unknown }[]) {
        expect(each.src, node.id).toBeTypeOf('string')
        expect(each.id, node.id).toBe(each.src)
      }
    }
  })

  test('has only machines and services that answer once below it', () => {
    for (const [name, logic] of Object.entries(actors)) {
      const isMachine = 'root' in (logic as object)
      expect(isMachine, name).toBe(CHILD_MACHINES.includes(name))
      if (!isMachine) expect(Object.keys(logic as object), name).toContain('config')
    }
  })

  test('says for every state with a service what a restart means there', () => {
    for (const { node } of invokes) expect(handles(node, 'account.resumed'), node.id).toBe(true)
  })

  test('names only actions, guards and services that there are', () => {
    for (const node of nodes) {
      for (const action of actionsOf(node)) {
        expect(action, `inline action in ${node.id}`).not.toBeTypeOf('function')
        const name = typeof action === 'string' ? action : (action as { type: string }).type
        expect(actions, node.id).toHaveProperty(name)
      }
      for (const { guard } of transitionsOf(node)) {
        if (guard === undefined || typeof guard === 'function') continue
        const name = typeof guard === 'string' ? guard : guard.type
        expect(guards, node.id).toHaveProperty(name)
      }
      for (const { src } of node.invoke) expect(actors, node.id).toHaveProperty(src as string)
    }
  })

  test('has no action, guard or service that nobody names', () => {
    const used = JSON.stringify(machine.config, (_key, value) =>
      typeof value === 'function' ? undefined : value,
    )
    const spawned = CHILD_MACHINES
    for (const name of [...Object.keys(actions), ...Object.keys(guards), ...Object.keys(actors)]) {
      if (!spawned.includes(name)) expect(used, name).toContain(`"${name}"`)
    }
  })

  test('leads only to states that there are', () => {
    for (const node of nodes) {
      for (const transition of [...node.transitions.values()].flat().concat(node.always ?? [])) {
        for (const target of transition.target ?? []) expect(nodes, node.id).toContain(target)
      }
    }
  })

  test('can be left from every state, but the final ones', () => {
    for (const node of nodes) {
      if (node.type !== 'atomic') continue
      const ways = [node, ...ancestors(node)]
        .flatMap(each => transitionsOf(each))
        .filter(each => each.target !== undefined)
      expect(ways.length, node.id).toBeGreaterThan(0)
    }
  })

  test('keeps a context of few groups, all of it JSON', () => {
    const actor = createActor(machine, { input } as never)
    actor.subscribe({ error: () => {} })
    actor.start()
    const { context } = actor.getSnapshot() as { context: Record<string, unknown> }
    actor.stop()
    expect(Object.keys(context).length).toBeLessThanOrEqual(GROUPS_MAX)
    expect(JSON.parse(JSON.stringify(context))).toEqual(context)
    for (const [group, value] of Object.entries(context)) expect(value, group).not.toBeUndefined()
  })
})

const ancestors = (node: Node): Node[] =>
  node.parent === undefined ? [] : [node.parent, ...ancestors(node.parent)]
