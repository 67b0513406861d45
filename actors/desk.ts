/**
 * The desk: a plain supervisor above the accounts. It starts and restarts them, gives them what the venue and the market
 * say, ticks their deadlines, and writes down what they report. It decides nothing.
 *
 * No machine stands above the accounts, because an unhandled error in a child would stop its parent and its siblings.
 */
import type { AnyActorRef, EventObject } from 'xstate'
import type { ExitReason, FactBody } from '../domain/fact.ts'
import type { VenueEvent } from '../domain/ports.ts'
import type { AccountCommand, AccountEvent, AccountInput } from '../machines/account/context.ts'
import { positionSlot } from '../machines/account/setup.ts'
import type { AccountActor, accountMachine } from '../machines/account.ts'
import type { PositionContext, PositionEvent } from '../machines/position/context.ts'
import { Addresses } from './address.ts'
import { Deadlines, deadlineOf } from './deadlines.ts'
import type { Transition } from './engine-view.ts'
import { factOf, Notary } from './notary.ts'
import type { AnySnapshot, Observer } from './observed.ts'
import { Place } from './place.ts'
import type { SimClock } from './sim-clock.ts'
import { movedWith } from './state-end.ts'
import { stateText } from './state-text.ts'
import type { Seat, World } from './world.ts'

export type TransitionListener = (accountId: string, actorId: string, transition: Transition) => void

/** The part of the world that the desk is given; the rest it knows itself. */
export type DeskWorld = Omit<World, 'seat' | 'ordersOf' | 'holds' | 'noteOrder'>

const RESTART_MS_MIN = 1_000
const RESTART_MS_MAX = 60_000

export class Desk implements Observer {
  readonly #world: World
  readonly #clock: SimClock
  readonly #places = new Map<string, Place>()
  readonly #unsubscribes: (() => void)[] = []
  /** Ends the account's stream of the venue. */
  readonly #streams = new Map<string, () => void>()
  readonly #seats = new Map<string, Seat>()
  readonly #addresses = new Addresses()
  readonly #deadlines: Deadlines
  readonly #notary: Notary
  readonly #listeners = new Set<TransitionListener>()
  /** Moved since they were remembered, and remembered since they were captured. */
  readonly #dirty = new Set<string>()
  readonly #unwritten = new Set<string>()
  /** Transitions of the actors that moved last, for those who look. */
  readonly #lastTransitions = new WeakMap<AnyActorRef, Transition>()
  #machine: typeof accountMachine | null = null
  /** What becomes of an account that fails: restarted when live, thrown out of the run in a simulation. */
  readonly #onFailure: 'restart' | 'throw'
  #failure: unknown = null
  /** Systems of accounts that have failed; `null` until one does, so that the usual case costs nothing. */
  #lost: WeakSet<object> | null = null

  constructor(world: DeskWorld, clock: SimClock, onFailure: 'restart' | 'throw') {
    this.#notary = new Notary(world.journal)
    this.#world = {
      ...world,
      seat: id => this.seat(id),
      ordersOf: id => ordersIn(this.actor(id)),
      holds: (id, symbol) => this.actor(id).getSnapshot().children[positionSlot(symbol)] !== undefined,
      noteOrder: (id, order, at) => this.#notary.noteOrder(id, order, at),
    }
    this.#clock = clock
    this.#deadlines = new Deadlines(clock)
    this.#onFailure = onFailure
    if (onFailure === 'restart') {
      const note = world.journal.subscribe(fact => this.#places.get(fact.accountId)?.note(fact))
      this.#unsubscribes.push(note)
    }
  }

  get world(): World {
    return this.#world
  }

  /** The machine is made with the desk as its observer, so it comes after. */
  runWith(machine: typeof accountMachine): void {
    this.#machine = machine
  }

  seat(accountId: string): Seat {
    const seat = this.#seats.get(accountId)
    if (seat === undefined) throw new Error(`Invariant: account ${accountId} has no seat`)
    return seat
  }

  accountIds(): string[] {
    return [...this.#places.keys()]
  }

  actor(accountId: string): AccountActor {
    return this.#place(accountId).actor
  }

  lastTransition(actor: AnyActorRef): Transition | null {
    return this.#lastTransitions.get(actor) ?? null
  }

  onTransition(listener: TransitionListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts an account, from a stored snapshot or anew; either way it reconciles before it decides. */
  open(seat: Seat, input: AccountInput, snapshot: unknown): void {
    const { id } = seat.settings
    this.#seats.set(id, seat)
    if (this.#machine === null) throw new Error('Invariant: the desk has no machine')
    this.#streams.set(
      id,
      seat.exchange.subscribe(event => this.#hear(id, event)),
    )
    const onError = (failed: Place, error: unknown) => this.#failed(failed, error)
    const place = new Place(
      { seat, input, machine: this.#machine, now: () => this.#clock.now(), onError },
      snapshot,
    )
    this.#places.set(id, place)
    place.start()
  }

  /** Other settings for an account that goes on; what the seat says is in force at once. */
  change(accountId: string, input: AccountInput): void {
    this.#place(accountId).adopt(input)
  }

  /**
   * Takes an account off the desk: no actor, timer or stream of it is left here. What it has at the venue stays there,
   * and what was written down of it too.
   */
  dismiss(accountId: string): void {
    const { actor } = this.#place(accountId)
    this.#streams.get(accountId)?.()
    this.#streams.delete(accountId)
    actor.stop()
    this.#clock.drop(actor.system)
    this.#places.delete(accountId)
    this.#seats.delete(accountId)
    this.#dirty.delete(accountId)
    this.#unwritten.delete(accountId)
    this.#notary.forget(accountId)
  }

  /** An account that has failed, or ended, hears nothing. */
  send(accountId: string, event: AccountEvent): void {
    const place = this.#place(accountId)
    if (place.isActive) place.actor.send(event)
    if (this.#failure !== null) throw this.#failure
  }

  /** The account's stream was interrupted: what it may have missed is asked for, as after a restart. */
  resync(accountId: string): void {
    this.#place(accountId).resume()
  }

  /** Tells an account what a person said, in whatever state it is. */
  command(accountId: string, commands: readonly AccountCommand[]): void {
    this.#place(accountId).command(commands)
  }

  /** Tells one position what its market did. */
  tellPosition(accountId: string, symbol: string, event: PositionEvent): void {
    const place = this.#place(accountId)
    if (place.isActive) place.actor.getSnapshot().children[positionSlot(symbol)]?.send(event)
    if (this.#failure !== null) throw this.#failure
  }

  /** Tells one position to close; one that is flat takes no notice. */
  closePosition(accountId: string, symbol: string, fraction: number, reason: ExitReason): void {
    this.#place(accountId).closePosition(symbol, fraction, reason)
  }

  /** Keeps the whole state of every account that moved: what it restarts from if it fails. */
  remember(): void {
    for (const accountId of this.#dirty) this.#remember(accountId)
  }

  /** The same, with a pause after each account. */
  *remembering(): Generator<void> {
    for (const accountId of Array.from(this.#dirty)) {
      this.#remember(accountId)
      yield
    }
  }

  #remember(accountId: string): void {
    this.#dirty.delete(accountId)
    if (this.#places.get(accountId)?.remember() === true) this.#unwritten.add(accountId)
  }

  /** Whole states of the accounts that moved since the last capture, as of now. */
  capture(): { accountId: string; body: unknown }[] {
    this.remember()
    const states = [...this.#unwritten].map(accountId => ({
      accountId,
      body: this.#places.get(accountId)?.saved,
    }))
    this.#unwritten.clear()
    return states
  }

  /** Stops the actors without ending their accounts: their stops stay at the venue. */
  close(): void {
    for (const unsubscribe of [...this.#unsubscribes.splice(0), ...this.#streams.values()]) unsubscribe()
    this.#streams.clear()
    for (const place of this.#places.values()) place.actor.stop()
    this.#places.clear()
  }

  #place(accountId: string): Place {
    const place = this.#places.get(accountId)
    if (place === undefined) throw new Error(`Invariant: account ${accountId} is not open`)
    return place
  }

  #failed(place: Place, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    const { id } = place.seat.settings
    const now = this.#clock.now()
    const wait = Math.min(RESTART_MS_MAX, RESTART_MS_MIN * 2 ** place.restarts)
    const restartAt = this.#onFailure === 'restart' ? now + wait : null
    this.#world.journal.record(id, now, { type: 'account.failed', message, restartAt })
    if (restartAt === null) {
      this.#failure ??= error
      return
    }
    place.restarts += 1
    place.recall()
    this.#unwritten.add(id)
    const failed = place.actor
    this.#lost ??= new WeakSet()
    this.#lost.add(failed.system)
    const restart = () => {
      if (place.actor === failed) place.start()
    }
    this.#clock.at(restartAt, restart, failed.system)
  }

  #hear(accountId: string, event: VenueEvent): void {
    const place = this.#places.get(accountId)
    if (place === undefined) return
    this.#notary.noteVenue(accountId, event)
    // By our clock, so that a deadline counted from it is as long as it should be; nothing is heard before it happened.
    place.hear(event, Math.min(event.at + this.#clock.ahead(), this.#clock.now()))
  }

  isLost(actor: AnyActorRef): boolean {
    return this.#lost?.has(actor.system) ?? false
  }

  started(actor: AnyActorRef, snapshot: AnySnapshot): void {
    const address = this.#addresses.of(actor, snapshot)
    if (address.kind === 'account') this.seat(address.accountId).mirror.refresh(snapshot.context as never)
    this.#dirty.add(address.accountId)
    const until = deadlineOf(snapshot.context)
    if (until !== null) this.#deadlines.set(actor, until)
  }

  moved(actor: AnyActorRef, before: AnySnapshot, after: AnySnapshot, event: EventObject): void {
    if (before === after) return
    const address = this.#addresses.of(actor, after)
    this.#dirty.add(address.accountId)
    if (address.kind === 'account') this.seat(address.accountId).mirror.refresh(after.context as never)
    if (before.context !== after.context) {
      const until = deadlineOf(after.context)
      if (until !== null && until !== deadlineOf(before.context)) this.#deadlines.set(actor, until)
    }
    if (before.value === after.value) return
    const from = stateText(before.value)
    const to = stateText(after.value)
    if (from === to) return
    const at = (after.context as { timing: { at: number } }).timing.at
    const transition: Transition = { from, to, event: event.type, at }
    this.#lastTransitions.set(actor, transition)
    this.#notary.noteMove(address, transition, movedWith(address.kind, after))
    for (const listener of this.#listeners) listener(address.accountId, address.id, transition)
  }

  reported(actor: AnyActorRef, report: EventObject): void {
    const address = this.#addresses.of(actor, actor.getSnapshot() as AnySnapshot)
    const fact: FactBody | null = factOf(report)
    const { at } = report as EventObject & { at: number }
    if (fact !== null) this.#world.journal.record(address.accountId, at, fact)
    else this.#notary.noteReport(address.accountId, report, at)
  }
}

/** Client order ids that stand in the slots of an account's positions now. */
const ordersIn = (account: AccountActor): Set<string> => {
  const { children } = account.getSnapshot() as { children: Record<string, AnyActorRef | undefined> }
  const ids = Object.values(children).flatMap(child => {
    const { context } = (child?.getSnapshot() ?? {}) as { context?: Partial<PositionContext> }
    return context?.slots?.used.map(use => use.clientOrderId) ?? []
  })
  return new Set(ids)
}
