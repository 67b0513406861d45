/** The limits of WebSocket streams, and the time they are measured in: injected, so that a test need not wait. */

export type WsBounds = {
  /** Time between two pings; a client that leaves two of them unanswered is cut. */
  heartbeatMs: number
  /** Time between two looks at whether the token still holds. */
  recheckMs: number
  clientsMax: number
  /** Different selections at once, those that wait for their clients to come back included. */
  channelsMax: number
  /** Bytes that may wait in the socket of one client; more wait in the ring that all share. */
  bufferedBytesMax: number
  /** A client whose socket stays full this long is cut. */
  fullMs: number
  payloadBytesMax: number
  /** Messages a client may send in a second. */
  messagesPerSecond: number
  /** Time a selection is kept after its last client has left, so that it can come back and miss nothing. */
  lingerMs: number
  /** Least real time between two looks at marks, which change positions and balances. */
  pulseMs: number
}

export const WS_BOUNDS: WsBounds = {
  heartbeatMs: 30_000,
  recheckMs: 60_000,
  clientsMax: 100,
  channelsMax: 400,
  bufferedBytesMax: 1024 * 1024,
  fullMs: 10_000,
  payloadBytesMax: 64 * 1024,
  messagesPerSecond: 20,
  lingerMs: 60_000,
  pulseMs: 500,
}

/** Each returns the function that calls it off. */
export type Timers = {
  every(ms: number, call: () => void): () => void
  after(ms: number, call: () => void): () => void
}

export const realTimers: Timers = {
  every(ms, call) {
    const timer = setInterval(call, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
  after(ms, call) {
    const timer = setTimeout(call, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Why a connection was closed by us. docs/websocket.md tells each to clients. */
export const CLOSE = {
  stopping: 1001,
  revoked: 4401,
  silent: 4408,
  tooMany: 4429,
  slow: 4413,
} as const
