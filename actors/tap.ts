/**
 * Watching running accounts step by step, in the words of XState: which actors there are, every event one is sent, every
 * state it is in afterwards. Attached on demand to systems that already run; while nobody is attached it costs nothing.
 *
 * Told inside the actors' steps, so a listener must be quick, and what it throws ends its own watch, never the account.
 * Contexts and events are handed on as they are, not copied: they do not change any more, and most are never read.
 */
import type { AnyActorRef, AnyMachineSnapshot, InspectionEvent } from 'xstate'
import type { Desk } from './desk.ts'

type Step = {
  accountId: string
  /** Session of the account. */
  rootId: string
  sessionId: string
}

export type TapMessage =
  | (Step & { kind: 'actor'; parentId: string | null; name: string; machine: unknown; snapshot: unknown })
  | (Step & { kind: 'event'; sourceId: string | null; event: unknown })
  | (Step & { kind: 'snapshot'; event: unknown; snapshot: unknown })

export interface Inspectable {
  /** Tells `listener` what there is, then every step of the accounts it wants. Returns what ends it. */
  tap(wants: (accountId: string) => boolean, listener: (message: TapMessage) => void): () => void
}

type Child = AnyActorRef & { _parent?: AnyActorRef }

/** Configuration of the machine an actor follows; `null` for a service. */
const machineOf = (actor: AnyActorRef): unknown => {
  const { logic } = actor as AnyActorRef & { logic: { config?: { states?: unknown } } }
  const { config } = logic
  return typeof config?.states === 'object' ? config : null
}

/** As the tree calls it: `main`, `position:BTC`, `stop`. */
const nameOf = (actor: Child, accountId: string): string =>
  actor._parent === undefined ? accountId : actor.id

/** One account's system: what is registered there, and the way out. */
class Watch {
  readonly root: AnyActorRef
  readonly #accountId: string
  readonly #listener: (message: TapMessage) => void
  readonly #known = new WeakSet<AnyActorRef>()
  readonly #subscription: { unsubscribe(): void }

  constructor(
    accountId: string,
    root: AnyActorRef,
    listener: (message: TapMessage) => void,
    onError: () => void,
  ) {
    this.root = root
    this.#accountId = accountId
    this.#listener = listener
    this.#register(root, root.getSnapshot() as AnyMachineSnapshot)
    this.#subscription = root.system.inspect(event => {
      // Whoever watches must not be able to break what it watches.
      try {
        this.#hear(event)
      } catch {
        onError()
      }
    })
  }

  end(): void {
    this.#subscription.unsubscribe()
  }

  #step(actor: AnyActorRef): Step {
    return { accountId: this.#accountId, rootId: this.root.sessionId, sessionId: actor.sessionId }
  }

  /** The actor and those below it, parents first. One that is being made has no state yet, and must not be asked for it. */
  #register(actor: Child, snapshot: AnyMachineSnapshot | null): void {
    const machine = machineOf(actor)
    if (machine === null || this.#known.has(actor)) return
    this.#known.add(actor)
    this.#listener({
      ...this.#step(actor),
      kind: 'actor',
      parentId: actor._parent?.sessionId ?? null,
      name: nameOf(actor, this.#accountId),
      machine,
      snapshot,
    })
    for (const child of Object.values((snapshot?.children ?? {}) as Record<string, Child | undefined>)) {
      if (child !== undefined) this.#register(child, child.getSnapshot() as AnyMachineSnapshot)
    }
  }

  #hear(event: InspectionEvent): void {
    const actor = event.actorRef as AnyActorRef
    // Services are told by the events they answer with.
    if (machineOf(actor) === null) return
    this.#register(actor, null)
    if (event.type === '@xstate.event') {
      const source = event.sourceRef as AnyActorRef | undefined
      const sourceId = source !== undefined && this.#known.has(source) ? source.sessionId : null
      this.#listener({ ...this.#step(actor), kind: 'event', sourceId, event: event.event })
    } else if (event.type === '@xstate.snapshot') {
      this.#listener({ ...this.#step(actor), kind: 'snapshot', event: event.event, snapshot: event.snapshot })
    }
  }
}

type Watched = Pick<Desk, 'accountIds' | 'actor' | 'onTransition'>

/** `null` for an account that was removed and takes its last step. */
const rootOf = (desk: Watched, accountId: string): AnyActorRef | null => {
  try {
    return desk.actor(accountId)
  } catch {
    return null
  }
}

/** Attaches to every wanted account, and to the new tree of one that is restarted or added meanwhile. */
export const tapDesk = (
  desk: Watched,
  wants: (accountId: string) => boolean,
  listener: (message: TapMessage) => void,
): (() => void) => {
  const watches = new Map<string, Watch>()
  let isOver = false

  const end = () => {
    isOver = true
    forget()
    for (const watch of watches.values()) watch.end()
    watches.clear()
  }
  const tell = (message: TapMessage) => {
    if (!isOver) listener(message)
  }
  const attach = (accountId: string) => {
    if (isOver || !wants(accountId)) return
    const root = rootOf(desk, accountId)
    const before = watches.get(accountId)
    if (root === null || before?.root === root) return
    before?.end()
    watches.set(accountId, new Watch(accountId, root, tell, end))
  }
  const forget = desk.onTransition(accountId => {
    try {
      attach(accountId)
    } catch {
      end()
    }
  })
  for (const accountId of desk.accountIds()) attach(accountId)
  return end
}
