/**
 * A fuse that kills this process at one moment of its life: `entry:sent:1` is when the first entry order has left it.
 *
 * `decision`, `intent-entry`, `intent-stop`, `fill-booked`, `snapshot`: a write that holds one, `before` and `after` it is
 * durable. `entry`, `stop`, `target`, `exit`, `cancel`, `leverage`, `lookup`, `positions`: a request to the venue: `before`
 * it is made, `sent`, `answered` (the engine has not seen the answer), `after` (it has). `fill`: an event, likewise.
 */
import { writeSync } from 'node:fs'
import { parseClientOrderId } from '../../domain/client-order-id.ts'
import type { Batch, Exchange, Store, VenueEvent } from '../../domain/ports.ts'

export type Moment = 'before' | 'sent' | 'answered' | 'after'

export class Fuse {
  #point = ''
  #left = 0

  constructor(point: string | null) {
    this.arm(point)
  }

  /** Where it burns from now on; `null`: nowhere. */
  arm(point: string | null): void {
    const [what = '', moment = '', nth = '1'] = (point ?? '').split(':')
    this.#point = `${what}:${moment}`
    this.#left = Number(nth)
  }

  reach(what: string, moment: Moment): void {
    if (`${what}:${moment}` !== this.#point) return
    this.#left -= 1
    if (this.#left > 0) return
    writeSync(2, `fuse: killed at ${this.#point}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
}

const METHOD_NAMES: Record<string, string> = { setLeverage: 'leverage' }

/** What a request is called: an order by its leg, anything else by its method. */
export const nameOf = (method: string, args: unknown[]): string => {
  if (method !== 'submit') return METHOD_NAMES[method] ?? method
  return parseClientOrderId((args[0] as { clientOrderId: string }).clientOrderId)?.leg ?? method
}

const partsOf = ({ facts, snapshots }: Batch): string[] => {
  const parts = new Set<string>(snapshots.length > 0 ? ['snapshot'] : [])
  for (const fact of facts) {
    if (fact.type === 'decision.recorded' && fact.decision.outcome === 'approved') parts.add('decision')
    if (fact.type === 'intent.recorded') parts.add(`intent-${fact.leg}`)
    if (fact.type === 'fill.booked') parts.add('fill-booked')
  }
  return [...parts]
}

/** The store's own write, with the fuse before and after. */
export const fusedWrite =
  (store: Pick<Store, 'write'>, fuse: Fuse) =>
  async (batch: Batch): Promise<void> => {
    const parts = partsOf(batch)
    for (const part of parts) fuse.reach(part, 'before')
    await store.write(batch)
    for (const part of parts) fuse.reach(part, 'after')
  }

const FUSED = ['submit', 'cancel', 'lookup', 'setLeverage', 'positions'] as const

/** The exchange with the fuse around every request and event. `sent` is reached inside the remote exchange. */
export const fusedExchange = <Inner extends Exchange>(inner: Inner, fuse: Fuse): Inner => {
  const fused: Record<string, unknown> = {}
  for (const method of FUSED) {
    fused[method] = async (...args: unknown[]) => {
      const name = nameOf(method, args)
      fuse.reach(name, 'before')
      const value = await (inner[method] as (...args: unknown[]) => unknown)(...args)
      fuse.reach(name, 'answered')
      setImmediate(() => fuse.reach(name, 'after'))
      return value
    }
  }
  fused['subscribe'] = (listener: (event: VenueEvent) => void) =>
    inner.subscribe(event => {
      if (event.type === 'order.filled') fuse.reach('fill', 'before')
      listener(event)
      if (event.type === 'order.filled') fuse.reach('fill', 'after')
    })
  return Object.assign(Object.create(inner) as Inner, fused)
}
