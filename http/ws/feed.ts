/**
 * The fan-out of every WebSocket: one listener of the engine, one channel per selection, each message written once.
 *
 * Channels outlive their last client for a while, so that one that lost its connection, or that polls, misses nothing.
 */
import type { EngineDesk } from '../../actors/engine-control.ts'
import type { EngineEvent, EngineView } from '../../actors/engine-view.ts'
import type { Operations } from '../../actors/operations/watch.ts'
import type { CacheStats } from '../../domain/cache-stats.ts'
import { Problem } from '../problem.ts'
import type { EventHub } from '../stream/hub.ts'
import type { Timers, WsBounds } from './bounds.ts'
import { Channel } from './channel.ts'
import { envelopeText, type Message, type StreamName } from './message.ts'
import { Pulse } from './pulse.ts'
import { keyOf, type Selection } from './selection.ts'
import { snapshotOf } from './snapshot.ts'
import { Teller } from './tell.ts'

/** What comes within this time goes out together. */
const FLUSH_MS = 5
const SNAPSHOT_AGE_MS = 1_000
/** Real time of one round: hundreds of clients are served in several, with turns for everybody else between them. */
const SLICE_MS = 10

export type FeedOptions = {
  engine: EngineView & Pick<EngineDesk, 'insight'>
  operations: Pick<Operations, 'alerts' | 'onNews'>
  hub: EventHub
  bounds: WsBounds
  timers: Timers
  /** Epoch ms, wall clock. */
  now: () => number
  onError: (error: unknown) => void
}

export class Feed {
  readonly #options: FeedOptions
  readonly #channels = new Map<string, Channel>()
  readonly #watched = new Map<StreamName, Set<Channel>>()
  readonly #teller: Teller
  readonly #pulse: Pulse
  #stopWatching: (() => void) | null = null
  #stopSweeping: (() => void) | null = null
  #isFlushDue = false
  readonly #snapshots = { hits: 0, misses: 0 }

  constructor(options: FeedOptions) {
    this.#options = options
    const { engine, timers, bounds, onError } = options
    this.#teller = new Teller(engine)
    this.#pulse = new Pulse({
      engine,
      timers,
      pulseMs: bounds.pulseMs,
      isWatched: stream => (this.#watched.get(stream)?.size ?? 0) > 0,
      tell: (stream, message) => this.#tell(stream, message),
      onError,
    })
  }

  get channels(): number {
    return this.#channels.size
  }

  /** The channel of a selection, made if there is none. @throws Problem `streams_exceeded`. */
  open(selection: Selection): Channel {
    const key = keyOf(selection)
    const known = this.#channels.get(key)
    const now = this.#options.now()
    if (known !== undefined) {
      known.usedAt = now
      return known
    }
    if (this.#channels.size >= this.#options.bounds.channelsMax) this.#makeRoom()
    const channel = new Channel(selection, now)
    this.#channels.set(key, channel)
    const { stream } = selection
    this.#watched.set(stream, (this.#watched.get(stream) ?? new Set()).add(channel))
    this.#stopWatching ??= this.#watch()
    this.#stopSweeping ??= this.#options.timers.every(this.#options.bounds.lingerMs / 2, () => this.#sweep())
    this.#pulse.start()
    return channel
  }

  /** State to begin with, as a message, and the number of the last event that is in it. */
  snapshot(channel: Channel): { seq: number; text: string } {
    const { engine, operations, now } = this.#options
    let isMade = false
    const found = channel.snapshot(now(), SNAPSHOT_AGE_MS, seq => {
      isMade = true
      const state = snapshotOf(engine, operations, channel.selection)
      return envelopeText('snapshot', seq, engine.status().now, state)
    })
    if (isMade) this.#snapshots.misses += 1
    else this.#snapshots.hits += 1
    return found
  }

  /** Of the snapshots that clients share. */
  cacheStats(): CacheStats {
    const kept = [...this.#channels.values()].flatMap(each => each.kept ?? [])
    return {
      name: 'stream_snapshots',
      ...this.#snapshots,
      entries: kept.length,
      bytes: kept.reduce((sum, each) => sum + each.bytes, 0),
      oldestAt: kept.length === 0 ? null : Math.min(...kept.map(each => each.at)),
    }
  }

  /** Hands out soon what waits. */
  kick(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    this.#options.timers.after(FLUSH_MS, () => this.#flush())
  }

  #flush(): void {
    this.#isFlushDue = false
    const until = performance.now() + SLICE_MS
    const isLate = () => performance.now() > until
    let hasMore = false
    for (const [key, channel] of Array.from(this.#channels)) {
      if (channel.flush(isLate)) hasMore = true
      // To the end of the line, the one that it became late in as well: those that were not reached come first next time.
      this.#channels.delete(key)
      this.#channels.set(key, channel)
      if (isLate()) break
    }
    if (isLate()) hasMore = true
    if (hasMore) this.kick()
  }

  #watch(): () => void {
    const { engine, hub, operations } = this.#options
    const ends = [
      hub.watch(event => this.#take(event)),
      operations.onNews(news => this.#tell('trading-events', this.#teller.alert(news, engine.status().now))),
    ]
    return () => {
      for (const end of ends) end()
    }
  }

  #take(event: EngineEvent): void {
    for (const [stream, channels] of this.#watched) {
      if (channels.size === 0) continue
      for (const message of this.#teller.messages(stream, event)) this.#tell(stream, message)
    }
    this.#pulse.note(event)
  }

  #tell(stream: StreamName, message: Message): void {
    let isHeard = false
    for (const channel of this.#watched.get(stream) ?? []) if (channel.push(message)) isHeard = true
    if (isHeard) this.kick()
  }

  #sweep(): void {
    const before = this.#options.now() - this.#options.bounds.lingerMs
    for (const [key, channel] of this.#channels) {
      if (channel.readers === 0 && channel.usedAt <= before) this.#drop(key, channel)
    }
    if (this.#channels.size > 0) return
    this.#stopWatching?.()
    this.#stopSweeping?.()
    this.#stopWatching = null
    this.#stopSweeping = null
    this.#pulse.stop()
  }

  #drop(key: string, channel: Channel): void {
    this.#channels.delete(key)
    this.#watched.get(channel.selection.stream)?.delete(channel)
  }

  /** Lets go of the channel that has waited longest for somebody to come back. */
  #makeRoom(): void {
    const idle = [...this.#channels].filter(([, channel]) => channel.readers === 0)
    const oldest = idle.toSorted(([, a], [, b]) => a.usedAt - b.usedAt)[0]
    if (oldest !== undefined) return this.#drop(...oldest)
    throw new Problem('streams_exceeded', {
      detail: `${this.#channels.size} different selections are being streamed, which is the most this engine serves.`,
      remedy: 'Use the filters of an open stream, close one, or ask again later.',
      headers: { 'Retry-After': '30' },
    })
  }
}
