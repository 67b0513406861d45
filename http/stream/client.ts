/**
 * One client of the event stream: a bounded queue and a loop that empties it at the client's own pace.
 *
 * Events wait as references and are written out one by one, so a fast engine costs a slow client nothing but its place:
 * when its queue is full it is dropped, never served with a hole in the middle.
 */
import type { SSEStreamingApi } from 'hono/streaming'
import type { EngineEvent } from '../../actors/engine-view.ts'
import type { StreamBounds } from '../context.ts'
import { iso } from '../present/shape.ts'
import type { EventHub } from './hub.ts'

export type ClientOptions = {
  hub: EventHub
  bounds: StreamBounds
  accepts: (event: EngineEvent) => boolean
  /** Last event the client has; `null` when it begins now. */
  after: number | null
  /** Tells a client whether it still talks to the process that counted its last event. */
  startedAt: number
  stopping: AbortSignal | undefined
  /** False once the token or session it was opened with does not hold any more: it is ended then. */
  mayStay: () => boolean
  /** Called when the client is too slow, before the connection is let go. */
  onDrop: () => void
}

/** Returns when the client left, was dropped or the server stops. */
export const serveClient = async (stream: SSEStreamingApi, options: ClientOptions): Promise<void> => {
  const { bounds, stopping } = options
  const queue: EngineEvent[] = []
  const state = { ended: stopping?.aborted ?? false, beat: false }
  let wake = (): void => {}

  const end = () => {
    state.ended = true
    wake()
  }
  const offer = (event: EngineEvent) => {
    if (state.ended || !options.accepts(event)) return
    if (queue.length >= bounds.queueMax) {
      end()
      options.onDrop()
      // Frees the write that waits for a client that does not read.
      stream.abort()
      return
    }
    queue.push(event)
    wake()
  }

  const joined = options.hub.join(offer, options.after)
  const heart = setInterval(() => {
    state.beat = true
    wake()
  }, bounds.heartbeatMs)
  const recheck = setInterval(() => {
    if (!options.mayStay()) end()
  }, bounds.recheckMs)
  stream.onAbort(end)
  stopping?.addEventListener('abort', end, { once: true })
  try {
    await writeOpening(stream, options, joined.complete)
    queue.unshift(...joined.missed.filter(options.accepts))
    while (!state.ended) {
      const event = queue.shift()
      if (event !== undefined) await writeEvent(stream, event, options.hub)
      else if (state.beat) {
        state.beat = false
        await stream.write(': heartbeat\n\n')
      } else {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    }
  } finally {
    clearInterval(heart)
    clearInterval(recheck)
    joined.leave()
    stopping?.removeEventListener('abort', end)
  }
}

const writeOpening = (stream: SSEStreamingApi, options: ClientOptions, complete: boolean): Promise<void> =>
  stream.writeSSE({
    event: 'opened',
    data: JSON.stringify({
      started_at: iso(options.startedAt),
      resumed_after: options.after,
      missed: !complete,
    }),
  })

const writeEvent = (stream: SSEStreamingApi, event: EngineEvent, hub: EventHub): Promise<void> =>
  stream.writeSSE({ event: event.kind, id: String(event.seq), data: hub.text(event) })
