/**
 * A process of the engine: the real machines and services over faulty connections. It can end at any point; the next one
 * knows nothing but what is on the disk, and the venue as it has become.
 */
import type { AnyActorRef } from 'xstate'
import type { MarketStep } from '../../domain/feed.ts'
import type { Exchange } from '../../domain/ports.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import type { AccountEvent } from '../../machines/account/context.ts'
import { positionSlot } from '../../machines/account/setup.ts'
import type { PositionContext } from '../../machines/position/context.ts'
import type { PaperVenuePort } from '../paper-venue-port.ts'
import { SNAPSHOT_VERSION } from '../persisted.ts'
import { stateText } from '../state-text.ts'
import { createSystem, type System, type SystemParts } from '../system.ts'
import { strategiesOf } from './accounts.ts'
import type { Account, EngineState, ShownPosition } from './auditor/engine-state.ts'
import type { Witness } from './auditor/witness.ts'
import { Connection } from './connection.ts'
import type { Disk } from './disk.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import type { MarketFeed } from './market-feed.ts'
import type { Plan } from './plan.ts'
import { simulationRunner } from './runner.ts'
import type { Timeline } from './timeline.ts'
import type { Outages } from './wire.ts'

/** What a process stands in: everything that outlives it. */
export type Surroundings = {
  plan: Plan
  timeline: Timeline
  faults: Faults
  witness: Witness
  disk: Disk
  feed: MarketFeed
  settings: EngineSettings
  outages: ReadonlyMap<string, Outages>
  truth: (accountId: string) => Exchange
  /** Called when a fault has ended the process from inside. */
  killed: (process: EngineProcess, kind: FaultKind) => void
  whenAwake: (call: () => void) => void
  parts: SystemParts
}

const EQUITY_MS = 3_600_000

export class EngineProcess implements EngineState {
  readonly system: System<PaperVenuePort>
  readonly connections = new Map<string, Connection>()
  readonly #around: Surroundings
  #isOpen = true

  /** Starts where the disk says the last one stood. */
  constructor(around: Surroundings) {
    this.#around = around
    const { timeline, settings, disk, feed, faults, parts, witness } = around
    this.system = createSystem<PaperVenuePort>({
      settings,
      source: feed.source,
      strategies: strategiesOf(settings, faults),
      wiring: 'live',
      attention: 'cycles',
      startAt: timeline.now(),
      store: disk.connect(() => this.#isOpen),
      lastSeq: disk.lastSeq(),
      equityMs: EQUITY_MS,
      venue: this.#venuePort(),
      parts: { ...parts, runner: () => simulationRunner(timeline) },
    })
    const { journal, desk, clock, conductor } = this.system
    journal.subscribe(fact => {
      if (this.#isOpen) witness.recorded(fact)
    })
    journal.captureWith(() => ({
      snapshots: desk
        .capture()
        .map(({ accountId, body }) => ({ accountId, version: SNAPSHOT_VERSION, at: clock.now(), body })),
      documents: [],
    }))
    this.system.requireIndicators()
    for (const step of feed.history) conductor.warm(step)
    timeline.runEngine(clock)
    this.system.openAccounts(disk.snapshots())
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  account(accountId: string): Account | null {
    const snapshot = this.system.desk.actor(accountId).getSnapshot()
    if (snapshot.status !== 'active') return null
    const { context } = snapshot
    const connection = this.connections.get(accountId)
    return {
      state: stateText(snapshot.value),
      positions: Object.values(context.positions).map(summary => ({
        ...summary,
        summary: summary.quantity,
        ...this.#bookOf(snapshot.children[positionSlot(summary.symbol)]),
      })),
      ledger: context.ledger,
      breakersTripped: context.breakers.drawdownTripped || context.breakers.dailyLossTripped,
      inFlight: connection === undefined ? 0 : connection.pending + connection.stream.undelivered,
    }
  }

  /** The position's own book: the account's summary of it is held against it. */
  #bookOf(
    position: AnyActorRef | undefined,
  ): Pick<ShownPosition, 'direction' | 'quantity' | 'entryPrice'> | null {
    const snapshot = position?.getSnapshot() as { context: PositionContext } | undefined
    if (snapshot === undefined) return null
    const { direction, quantity, entryPrice } = snapshot.context.book
    return { direction, quantity, entryPrice }
  }

  /** From here nothing it does reaches anybody. */
  cut(): void {
    this.#isOpen = false
    for (const connection of this.connections.values()) connection.close()
  }

  /** After `cut`: frees what it held. Not to be called from inside one of its own steps. */
  end(): void {
    this.#around.timeline.runEngine(null)
    this.system.desk.close()
  }

  /** Closed candles, as the feed has them. */
  step(step: MarketStep): void {
    this.system.conductor.close(step)
  }

  /** As a running engine does after each candle: what an account that fails starts from again. */
  remember(): void {
    if (this.#isOpen) this.system.desk.remember()
  }

  tell(accountId: string, event: AccountEvent): void {
    this.system.desk.send(accountId, event)
  }

  resync(accountId: string): void {
    this.system.desk.resync(accountId)
  }

  flush(): void {
    const { timeline } = this.#around
    timeline.disturb()
    // A store that fails is counted by the disk; what could not be written goes with the next batch.
    Promise.resolve(this.system.journal.flush()).catch(() => {})
  }

  #kill(kind: FaultKind): void {
    this.cut()
    this.#around.killed(this, kind)
  }

  #connect(accountId: string): Connection {
    const { outages } = this.#around
    const truth = this.#around.truth(accountId)
    const parts = { ...this.#around, accountId, truth, kill: (kind: FaultKind) => this.#kill(kind) }
    const outage = outages.get(accountId)
    if (outage === undefined) throw new Error(`Invariant: ${accountId} is not an account of this run`)
    const connection = new Connection(parts, outage)
    this.connections.set(accountId, connection)
    return connection
  }

  /** The venue is played by the simulation; the engine only has connections to it. */
  #venuePort(): PaperVenuePort {
    const nothing = () => {}
    return {
      openAccount: nothing,
      exchange: accountId => this.#connect(accountId),
      open: nothing,
      range: nothing,
      close: nothing,
      hasWork: () => false,
      fund: nothing,
      state: () => null,
      restore: nothing,
    }
  }
}
