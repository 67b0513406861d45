/** What the client needs of the world, each replaceable: sockets, requests, time and chance. */

/** The part of a WebSocket that is used; the global one of browsers and Node fits, and that of the package ws. */
export type Socket = {
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
  addEventListener(type: 'error', listener: () => void): void
  close(code?: number, reason?: string): void
}

export type Answer = { status: number; json(): Promise<unknown> }

export type Transport = {
  connect(url: string, protocols: string[]): Socket
  request(url: string, init: { method: string; headers: Record<string, string> }): Promise<Answer>
  /** Calls once; returns the function that calls it off. */
  after(ms: number, call: () => void): () => void
  /** Uniform in [0, 1). */
  random(): number
}

/** Everything but chance, which whoever opens a stream gives: `Math.random` will do. */
export const browserTransport = (random: () => number): Transport => ({
  connect: (url, protocols) => new WebSocket(url, protocols),
  request: (url, init) => fetch(url, { ...init, credentials: 'same-origin' }),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
  random,
})
