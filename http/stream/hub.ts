/**
 * The one listener of the HTTP side: it remembers the latest events and hands each new one to the clients.
 *
 * It begins to listen with the first client, and goes on afterwards, so that a client that lost its connection can
 * continue after the last event it has seen.
 */
import type { EngineEvent, EngineView } from '../../actors/engine-view.ts'
import { presentEvent } from '../present/event.ts'

const REMEMBERED = 1_024

export type Joined = {
  /** Events after the one asked for, oldest first. */
  missed: EngineEvent[]
  /** False when some of them are forgotten: the client has a gap and must read the lists again. */
  complete: boolean
  leave(): void
}

export type EventHub = {
  readonly clients: number
  /** `after` is the last event the client has; `null` for one that begins now. */
  join(listener: (event: EngineEvent) => void, after: number | null): Joined
  /** For one that hands events on to clients of its own; it is not counted as a client. Returns what ends it. */
  watch(listener: (event: EngineEvent) => void): () => void
  /** The event as JSON, written out once for all clients. */
  text(event: EngineEvent): string
}

export const createEventHub = (engine: Pick<EngineView, 'subscribe'>): EventHub => {
  const listeners = new Set<(event: EngineEvent) => void>()
  const watchers = new Set<(event: EngineEvent) => void>()
  const texts = new WeakMap<EngineEvent, string>()
  const ring: EngineEvent[] = []
  let latest = 0
  let listening = false

  const take = (event: EngineEvent) => {
    ring[event.seq % REMEMBERED] = event
    latest = event.seq
    for (const listener of listeners) listener(event)
    for (const watcher of watchers) watcher(event)
  }

  const listen = () => {
    if (listening) return
    listening = true
    engine.subscribe(take)
  }

  const since = (after: number): { missed: EngineEvent[]; complete: boolean } => {
    const missed: EngineEvent[] = []
    for (let seq = Math.max(after + 1, latest - REMEMBERED + 1); seq <= latest; seq += 1) {
      const event = ring[seq % REMEMBERED]
      if (event?.seq === seq) missed.push(event)
    }
    return { missed, complete: missed.length === latest - after }
  }

  return {
    get clients() {
      return listeners.size
    },
    join(listener, after) {
      listen()
      const past = after === null ? { missed: [], complete: true } : since(after)
      listeners.add(listener)
      return { ...past, leave: () => listeners.delete(listener) }
    },
    watch(listener) {
      listen()
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
    text(event) {
      const known = texts.get(event)
      if (known !== undefined) return known
      const written = JSON.stringify(presentEvent(event))
      texts.set(event, written)
      return written
    },
  }
}
