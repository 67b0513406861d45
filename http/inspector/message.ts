/**
 * The Stately inspection protocol, as `@statelyai/inspect` reads it: one JSON text for each actor, event and snapshot.
 */
import type { TapMessage } from '../../actors/tap.ts'
import { sanitised } from './sanitise.ts'

/** Version of the package whose protocol this is. */
const PROTOCOL = '0.7.2'

type Snapshot = { status?: unknown; value?: unknown; context?: unknown; tags?: Iterable<string> }

const snapshotOf = (given: unknown): Record<string, unknown> => {
  const { status = 'active', value, context, tags = [] } = (given ?? {}) as Snapshot
  return {
    status,
    ...(value === undefined ? {} : { value }),
    context: sanitised(context ?? {}),
    children: {},
    historyValue: {},
    tags: [...tags],
  }
}

/** The configuration of a machine as text; functions become their names. Cached: machines do not change. */
const definitions = new WeakMap<object, string>()
const definitionOf = (machine: unknown): string => {
  const key = machine as object
  const known = definitions.get(key)
  if (known !== undefined) return known
  const text = JSON.stringify(machine, (name, value: unknown) => {
    if (name === 'context' || name === 'params' || name === 'input') return undefined
    return typeof value === 'function' ? { type: 'inline' } : value
  })
  definitions.set(key, text)
  return text
}

const eventOf = (event: unknown): unknown => {
  const copy = sanitised(event)
  return typeof copy === 'object' && copy !== null ? copy : { type: String(copy) }
}

/** `at` is epoch ms of the wall clock. */
export const inspectionText = (message: TapMessage, at: number): string => {
  const { rootId, sessionId } = message
  const envelope = { _version: PROTOCOL, createdAt: String(at), id: null, rootId, sessionId }
  switch (message.kind) {
    case 'actor':
      return JSON.stringify({
        type: '@xstate.actor',
        ...envelope,
        ...(message.parentId === null ? {} : { parentId: message.parentId }),
        name: message.name,
        definition: definitionOf(message.machine),
        snapshot: snapshotOf(message.snapshot),
      })
    case 'event':
      return JSON.stringify({
        type: '@xstate.event',
        ...envelope,
        ...(message.sourceId === null ? {} : { sourceId: message.sourceId }),
        event: eventOf(message.event),
      })
    case 'snapshot':
      return JSON.stringify({
        type: '@xstate.snapshot',
        ...envelope,
        event: eventOf(message.event),
        snapshot: snapshotOf(message.snapshot),
      })
  }
}
