/**
 * One client: its place in a channel, what it may say, and the four reasons to end it.
 *
 * Events are written to the socket as frames that all clients share; only what is said to this client alone goes through
 * the library. Both end up in the same queue of the socket, in order.
 */
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import type { EngineView } from '../../actors/engine-view.ts'
import type { Grant } from '../auth.ts'
import type { Log } from '../context.ts'
import { Problem } from '../problem.ts'
import { readAction } from './action.ts'
import { CLOSE, type Timers, type WsBounds } from './bounds.ts'
import type { Channel, Reader } from './channel.ts'
import type { Feed } from './feed.ts'
import { envelopeText, frameOf } from './message.ts'
import { deselect, select, type Selection, type Wish } from './selection.ts'
import type { Holder } from './ticket.ts'

/** Time a client has to answer a close before its socket is destroyed. */
const GOODBYE_MS = 500

export type ConnectionOptions = {
  ws: WebSocket
  socket: Duplex
  engine: EngineView
  feed: Feed
  bounds: WsBounds
  timers: Timers
  now: () => number
  log: Log
  /** For the log. */
  who: { peer: string; request_id: string }
  grant: Grant
  holder: Holder
  selection: Selection
  since: number | null
  stopping: AbortSignal | undefined
  onEnd: () => void
}

const sameAccess = (before: Grant, after: Grant): boolean =>
  JSON.stringify(before.accounts) === JSON.stringify(after.accounts)

export class Connection implements Reader {
  cursor = 0
  readonly #options: ConnectionOptions
  readonly #calledOff: (() => void)[] = []
  #selection: Selection
  #channel: Channel | null = null
  #unanswered = 0
  #window = { startedAt: 0, messages: 0 }
  #stopFull: (() => void) | null = null
  #isEnding = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#selection = options.selection
    const { ws, socket, timers, bounds, stopping, feed } = options
    ws.on('message', (data, isBinary) => this.#hear(data, isBinary))
    ws.on('pong', () => {
      this.#unanswered = 0
    })
    ws.on('close', () => this.#ended())
    // An error is always followed by a close; ws sends 1009 by itself for a message that is too large.
    ws.on('error', () => {})
    socket.on('drain', () => this.#drained())
    const stop = () => this.#cut(CLOSE.stopping, 'the engine stops; connect again later')
    stopping?.addEventListener('abort', stop, { once: true })
    this.#calledOff.push(
      () => stopping?.removeEventListener('abort', stop),
      timers.every(bounds.heartbeatMs, () => this.#beat()),
      timers.every(bounds.recheckMs, () => this.#recheck()),
    )
    this.#begin(feed.open(options.selection), options.since)
  }

  isReady(): boolean {
    return this.#isOpen() && this.#options.socket.writableLength < this.#options.bounds.bufferedBytesMax
  }

  write(frames: Buffer): void {
    const { socket, bounds, timers } = this.#options
    socket.write(frames)
    if (socket.writableLength < bounds.bufferedBytesMax || this.#stopFull !== null) return
    this.#stopFull = timers.after(bounds.fullMs, () => this.fall())
  }

  fall(): void {
    this.#cut(CLOSE.slow, 'too slow; connect again with since')
  }

  #isOpen(): boolean {
    const { ws } = this.#options
    return !this.#isEnding && ws.readyState === ws.OPEN
  }

  #drained(): void {
    this.#stopFull?.()
    this.#stopFull = null
    this.#options.feed.kick()
  }

  #begin(channel: Channel, since: number | null): void {
    this.#leave()
    this.#channel = channel
    if (since !== null && channel.canResume(since)) {
      this.cursor = since
      this.#sayWhatIsSubscribed(true)
    } else {
      const { seq, text } = this.#options.feed.snapshot(channel)
      this.cursor = seq
      this.#send(text)
    }
    channel.join(this)
    this.#options.feed.kick()
  }

  #leave(): void {
    this.#channel?.leave(this, this.#options.now())
    this.#channel = null
  }

  #say(type: string, data: unknown): void {
    this.#send(envelopeText(type, null, this.#options.engine.status().now, data))
  }

  #send(text: string): void {
    if (this.#isOpen()) this.write(frameOf(text))
  }

  #sayWhatIsSubscribed(resumed: boolean): void {
    const { stream, accounts, assets, types } = this.#selection
    const active = this.#channel !== null
    this.#say('subscribed', { stream, active, account_id: accounts, assets, types, resumed })
  }

  #hear(data: RawData, isBinary: boolean): void {
    if (!this.#isOpen() || !this.#mayTalk()) return
    const { stream } = this.#selection
    const { action, problem } = readAction(isBinary ? '' : (data as Buffer).toString(), stream)
    if (action === null) {
      this.#refuse('message_invalid', `The message ${problem}.`)
    } else if (action.action === 'ping') {
      this.#sayHeartbeat()
    } else {
      this.#change(action.action, action)
    }
  }

  /** A new subscription replaces the old; `unsubscribe` takes away what it names, or everything. */
  #change(action: 'subscribe' | 'unsubscribe', wish: Wish): void {
    const { engine, grant, feed } = this.#options
    const { stream } = this.#selection
    try {
      if (action === 'subscribe') {
        this.#selection = select(engine, grant, stream, wish)
      } else {
        const left = deselect(engine, grant, this.#selection, wish)
        if (left === null) {
          this.#leave()
          this.#sayWhatIsSubscribed(false)
          return
        }
        this.#selection = left
      }
      const channel = feed.open(this.#selection)
      this.#leave()
      this.#channel = channel
      this.#sayWhatIsSubscribed(false)
      this.#begin(channel, null)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#refuse(error.code, error.told.detail, error.told.remedy)
    }
  }

  #refuse(code: string, detail: string, remedy = 'See docs/websocket.md for what may be said.'): void {
    this.#say('error', { code, detail, remedy })
  }

  #mayTalk(): boolean {
    const { now, bounds } = this.#options
    const at = now()
    if (at - this.#window.startedAt >= 1_000 || at < this.#window.startedAt) {
      this.#window = { startedAt: at, messages: 0 }
    }
    this.#window.messages += 1
    if (this.#window.messages <= bounds.messagesPerSecond) return true
    this.#cut(CLOSE.tooMany, `more than ${bounds.messagesPerSecond} messages in a second`)
    return false
  }

  #beat(): void {
    if (this.#unanswered >= 2) {
      this.#cut(CLOSE.silent, 'two pings were not answered')
      return
    }
    this.#unanswered += 1
    if (this.#isOpen()) this.#options.ws.ping()
    this.#sayHeartbeat()
  }

  #sayHeartbeat(): void {
    this.#say('heartbeat', { interval_s: this.#options.bounds.heartbeatMs / 1_000 })
  }

  #recheck(): void {
    const { grant, holder } = this.#options
    const now = holder.current()
    if (now === null) this.#cut(CLOSE.revoked, 'the token or the session does not hold any more')
    else if (!sameAccess(grant, now))
      this.#cut(CLOSE.revoked, 'the token sees other accounts now; connect again')
  }

  #cut(code: number, reason: string): void {
    if (this.#isEnding) return
    this.#isEnding = true
    const { ws, log, who, timers } = this.#options
    if (code !== CLOSE.stopping)
      log.warn({ component: 'stream', ...who, code }, `stream: client cut, ${reason}`)
    this.#leave()
    ws.close(code, reason)
    this.#calledOff.push(timers.after(GOODBYE_MS, () => ws.terminate()))
  }

  #ended(): void {
    this.#isEnding = true
    this.#leave()
    this.#stopFull?.()
    for (const callOff of this.#calledOff) callOff()
    this.#options.onEnd()
  }
}
