/** One inspector on its socket: steps wait in a bounded box and are written out a few times a second. */
import type { WebSocket } from 'ws'
import type { Inspectable } from '../../actors/tap.ts'
import { CLOSE, type Timers } from '../ws/bounds.ts'
import { inspectionText } from './message.ts'
import { Outbox } from './outbox.ts'

export type InspectorBounds = {
  clientsMax: number
  /** Steps that may wait for one inspector; the oldest are left out beyond it. */
  stepsMax: number
  flushMs: number
  /** Messages written at once: making their text is what an inspector costs the engine. */
  batchMax: number
  /** Bytes that may wait in its socket. */
  bufferedBytesMax: number
  heartbeatMs: number
}

export const INSPECTOR_BOUNDS: InspectorBounds = {
  clientsMax: 4,
  stepsMax: 5_000,
  flushMs: 50,
  batchMax: 200,
  bufferedBytesMax: 4 * 1024 * 1024,
  heartbeatMs: 30_000,
}

export type InspectorClientOptions = {
  ws: WebSocket
  inspector: Inspectable
  bounds: InspectorBounds
  timers: Timers
  now: () => number
  wants: (accountId: string) => boolean
  /** False once the token or session it was opened with does not hold any more. */
  mayStay: () => boolean
  stopping: AbortSignal | undefined
  /** Told how many steps were left out. */
  onEnd: (dropped: number) => void
}

export const serveInspector = (options: InspectorClientOptions): void => {
  const { ws, inspector, bounds, timers, now, stopping } = options
  const outbox = new Outbox(bounds.stepsMax)
  let isAnswering = true

  const flush = () => {
    if (ws.readyState !== ws.OPEN || ws.bufferedAmount > bounds.bufferedBytesMax) return
    const at = now()
    for (const message of outbox.take(bounds.batchMax)) ws.send(inspectionText(message, at))
  }
  const beat = () => {
    if (!options.mayStay()) return ws.close(CLOSE.revoked, 'the token or the session does not hold any more')
    if (!isAnswering) return ws.terminate()
    isAnswering = false
    ws.ping()
  }
  const stop = () => ws.close(CLOSE.stopping, 'the engine stops')

  const untap = inspector.tap(options.wants, message => outbox.add(message))
  const callOff = [timers.every(bounds.flushMs, flush), timers.every(bounds.heartbeatMs, beat)]
  stopping?.addEventListener('abort', stop, { once: true })
  ws.on('pong', () => {
    isAnswering = true
  })
  // An error is always followed by a close. What an inspector says is not listened to.
  ws.on('error', () => {})
  ws.on('close', () => {
    untap()
    for (const call of callOff) call()
    stopping?.removeEventListener('abort', stop)
    options.onEnd(outbox.dropped)
  })
}
