/** An account's place at the desk: its actor, what it restarts from, and what it was told that is not kept yet. */
import { type AnyActorRef, createActor } from 'xstate'
import type { ExitReason, Fact } from '../domain/fact.ts'
import type { VenueEvent } from '../domain/ports.ts'
import type { AccountCommand, AccountInput } from '../machines/account/context.ts'
import { positionSlot } from '../machines/account/setup.ts'
import type { AccountActor, accountMachine } from '../machines/account.ts'
import { persist, restorable } from './persisted.ts'
import { caughtUp } from './recover.ts'
import type { Seat } from './world.ts'

/** Facts that change what an account restarts from. */
const FOLDED: ReadonlySet<Fact['type']> = new Set([
  'intent.recorded',
  'fill.booked',
  'funding.booked',
  'deposit.booked',
  'equity.marked',
  'limit.tripped',
  'limit.rearmed',
  'position.opened',
  'protection.confirmed',
  'protection.moved',
  'trade.closed',
  'reconcile.differed',
])

export type PlaceOptions = {
  seat: Seat
  input: AccountInput
  machine: typeof accountMachine
  now: () => number
  onError: (place: Place, error: unknown) => void
}

export class Place {
  readonly seat: Seat
  readonly #options: PlaceOptions
  /** What it is started with now. */
  #input: AccountInput
  #actor: AccountActor | null = null
  /** Last whole state. */
  #saved: unknown
  /** Said by people and not part of `saved` yet. */
  #told: AccountCommand[] = []
  /** Funding paid while the account was down: nobody can be asked for it later. */
  #missed: Extract<VenueEvent, { type: 'funding.paid' }>[] = []
  /** Written down since `saved` was kept. */
  #since: Fact[] = []
  restarts = 0

  constructor(options: PlaceOptions, saved: unknown) {
    this.seat = options.seat
    this.#options = options
    this.#input = options.input
    this.#saved = saved
  }

  get actor(): AccountActor {
    if (this.#actor === null) throw new Error(`Invariant: account ${this.seat.settings.id} is not started`)
    return this.#actor
  }

  get saved(): unknown {
    return this.#saved
  }

  get hasFailed(): boolean {
    return this.actor.getSnapshot().status === 'error'
  }

  get isActive(): boolean {
    return this.actor.getSnapshot().status === 'active'
  }

  /** Starts the account, from its last whole state if there is one. */
  start(): void {
    const { machine, now, onError } = this.#options
    const input = this.#input
    const saved = this.#saved
    const actor = createActor(machine, saved == null ? { input } : { input, snapshot: restorable(saved) })
    this.#actor = actor
    actor.subscribe({ error: error => onError(this, error) })
    actor.start()
    if (saved != null && this.isActive) {
      this.#tellSettings()
      this.resume()
    }
    for (const event of this.#missed.splice(0)) this.hear(event)
    for (const command of this.#told) if (this.isActive) actor.send({ ...command, at: now() })
  }

  /** Other settings from now on: the account compares itself with the venue under them, as at a restart. */
  adopt(input: AccountInput): void {
    this.#input = input
    if (!this.isActive) return
    this.#tellSettings()
    this.resume()
  }

  #tellSettings(): void {
    const { settings, positions } = this.#input
    this.actor.send({ type: 'settings.changed', settings, positions, at: this.#options.now() })
  }

  /** The venue may know more than was heard: orders and positions first, then the account reconciles with it. */
  resume(): void {
    if (!this.isActive) return
    const at = this.#options.now()
    for (const child of Object.values(this.actor.getSnapshot().children)) resumeTree(child, at)
    this.actor.send({ type: 'account.resumed', at })
  }

  /** What the venue tells of one asset; fills and orders that a failed account does not hear are asked for at its restart. */
  hear(event: VenueEvent, at = event.at): void {
    if (this.hasFailed) {
      if (event.type === 'funding.paid') this.#missed.push(event)
      return
    }
    const position = this.actor.getSnapshot().children[positionSlot(symbolOf(event))]
    if (position === undefined) return
    if (event.type === 'order.updated') position.send({ type: 'order.reported', order: event.order, at })
    else if (event.type === 'order.filled')
      position.send({ type: 'fill.received', fill: event.fill, order: event.order, at })
    else position.send({ type: 'funding.paid', rate: event.rate, paid: event.paid, at })
  }

  /**
   * What a person said: heard even if the account fails before its state is kept, and an account that waits to be
   * restarted is restarted for it.
   */
  command(commands: readonly AccountCommand[]): void {
    this.#told.push(...commands)
    if (this.hasFailed) return this.start()
    for (const command of commands) if (this.isActive) this.actor.send(command)
  }

  /** Tells one position to close; one that is flat takes no notice. */
  closePosition(symbol: string, fraction: number, reason: ExitReason): void {
    if (this.hasFailed) this.start()
    const position = this.actor.getSnapshot().children[positionSlot(symbol)]
    position?.send({ type: 'position.close', reason, fraction, at: this.#options.now() })
  }

  /** Keeps the whole state, the end of the account included; returns false for one that has failed. */
  remember(): boolean {
    if (this.hasFailed) return false
    this.#saved = persist(this.actor)
    this.#told = []
    this.#since = []
    this.restarts = 0
    return true
  }

  note(fact: Fact): void {
    if (FOLDED.has(fact.type)) this.#since.push(fact)
  }

  /** It failed: what it starts from again is what was kept, and every fact since, so that nothing is booked twice. */
  recall(): void {
    const { now } = this.#options
    if (this.#since.length > 0) this.#saved = caughtUp(this.#saved, this.#since, this.#input, now())
    this.#since = []
  }
}

const symbolOf = (event: VenueEvent): string => {
  if (event.type === 'order.updated') return event.order.symbol
  return event.type === 'order.filled' ? event.fill.symbol : event.symbol
}

/** Every actor of the tree hears of the restart: what it means is for its state to say. */
const resumeTree = (actor: AnyActorRef | undefined, at: number): void => {
  if (actor === undefined) return
  actor.send({ type: 'account.resumed', at })
  const snapshot = actor.getSnapshot() as { children?: Record<string, AnyActorRef> }
  for (const child of Object.values(snapshot.children ?? {})) resumeTree(child, at)
}
