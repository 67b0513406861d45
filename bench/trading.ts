/** An engine of many accounts that trade at the market's pace, and probes among its events that carry the time they were emitted. */
import { Engine } from '../actors/engine.ts'
import type { EngineEvent } from '../actors/engine-view.ts'
import { loadStrategies } from '../actors/load-strategy.ts'
import { loadSettings } from '../adapters/config/load.ts'
import { generatorSource } from '../adapters/market/generator/source.ts'
import { MemoryStore } from '../adapters/store/memory-store.ts'
import type { VenueOrder } from '../domain/order.ts'
import { price, quantity } from '../domain/units.ts'
import { ROOT } from './engine.ts'

/** An hour of market time per minute, as `npm start` has it. */
const SPEED = 60
/** Enough for every indicator of the profile. */
const WARM_STEPS = 6_000

export const wallMs = (): number => performance.timeOrigin + performance.now()

const settingsOf = (count: number) => {
  const { settings } = loadSettings({ file: 'profiles/default.yaml', env: {}, flags: {}, cwd: ROOT })
  const accounts = Array.from({ length: count }, (_, index) => {
    const one = settings.accounts[index % settings.accounts.length]
    if (one === undefined) throw new Error('Invariant: the profile has accounts')
    return { ...one, id: `account-${index}` }
  })
  return { ...settings, speed: SPEED, accounts }
}

const probeAt = (accountId: string, seq: number, reason: string): VenueOrder => ({
  clientOrderId: `${accountId}-BTC-probe-${seq}`,
  venueOrderId: `probe-${seq}`,
  symbol: 'BTC',
  side: 'buy',
  type: 'market',
  quantity: quantity('0.022'),
  price: null,
  triggerPrice: null,
  worstPrice: price('45225'),
  bestPrice: null,
  reduceOnly: false,
  timeInForce: 'ioc',
  validUntil: null,
  status: 'filled',
  filledQuantity: quantity('0.022'),
  averagePrice: price('45000'),
  reason,
  createdAt: 0,
  updatedAt: 0,
})

export const tradingEngine = async (count: number) => {
  const settings = settingsOf(count)
  const { feed } = settings
  if (feed.kind !== 'generated') throw new Error('Invariant: the profile has a generated market')
  const engine = await Engine.open({
    settings,
    source: generatorSource({ ...feed, instruments: settings.instruments }),
    strategies: await loadStrategies(settings.accounts),
    store: Object.assign(new MemoryStore(), { kind: 'pglite' as const }),
    startAt: feed.startAt,
    warmSteps: WARM_STEPS,
    wall: { now: Date.now },
    onError: error => console.error(error),
  })
  const listeners = new Set<(event: EngineEvent) => void>()
  const subscribe = engine.subscribe.bind(engine)
  engine.subscribe = listener => {
    listeners.add(listener)
    const end = subscribe(listener)
    return () => {
      listeners.delete(listener)
      end()
    }
  }
  let seq = 0
  /** Told to whoever listens, and to no actor. */
  const probe = (reason = String(wallMs())): void => {
    seq += 1
    const accountId = settings.accounts[seq % count]?.id ?? ''
    const body = { type: 'order.updated' as const, leg: 'entry' as const, positionId: `${accountId}-BTC-1` }
    const fact = { ...body, order: probeAt(accountId, seq, reason), seq, at: 0, accountId }
    for (const listener of listeners) listener({ kind: 'fact', seq, at: 0, accountId, fact })
  }
  return { engine, probe }
}
