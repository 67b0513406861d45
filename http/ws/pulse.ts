/**
 * What changes with the market and not with an event: open positions and balances at mark, and the market itself.
 *
 * Looked at only while somebody listens, at a bounded rate, a few accounts at a time; told when it differs from what was
 * told last.
 */
import type { EngineEvent, EngineView } from '../../actors/engine-view.ts'
import { presentMarket } from '../present/stream-market.ts'
import { presentBalance, presentStreamPosition, presentTradingPosition } from '../present/stream-position.ts'
import type { Timers } from './bounds.ts'
import { Message, type StreamName } from './message.ts'

/** Accounts looked at before others get their turn. */
const SLICE = 20
/** A look takes at most this share of the time, however many accounts there are. */
const REST_FACTOR = 20

/** Facts after which a position or a balance is not what it was. */
const CHANGING = new Set<string>([
  'position.opened',
  'position.moved',
  'fill.booked',
  'funding.booked',
  'deposit.booked',
  'protection.confirmed',
  'protection.moved',
  'trade.closed',
])

export type PulseOptions = {
  engine: EngineView
  timers: Timers
  pulseMs: number
  /** Whether anyone listens to the stream. */
  isWatched: (stream: StreamName) => boolean
  tell: (stream: StreamName, message: Message) => void
  onError: (error: unknown) => void
}

export class Pulse {
  readonly #options: PulseOptions
  readonly #told = new Map<string, Map<string, string>>()
  readonly #changed = new Set<string>()
  /** Assets that are told of although nothing about them has changed. */
  readonly #asked = new Set<string>()
  #marksMoved = false
  #isDue = false
  #isResting = false
  #stopMarks: (() => void) | null = null

  constructor(options: PulseOptions) {
    this.#options = options
  }

  start(): void {
    this.#stopMarks ??= this.#options.engine.onMarks(asked => {
      this.#marksMoved = true
      for (const asset of asked) this.#asked.add(asset)
      this.#schedule()
    })
  }

  stop(): void {
    this.#stopMarks?.()
    this.#stopMarks = null
    this.#told.clear()
    this.#changed.clear()
    this.#asked.clear()
    this.#marksMoved = false
  }

  note(event: EngineEvent): void {
    if (event.kind !== 'fact' || !CHANGING.has(event.fact.type)) return
    this.#changed.add(event.accountId)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isDue || this.#isResting || this.#stopMarks === null) return
    this.#isDue = true
    // Not at once: this is heard in the middle of an actor's step.
    this.#options.timers.after(0, () => {
      this.#isDue = false
      this.#isResting = true
      this.#look().catch(this.#options.onError)
    })
  }

  async #look(): Promise<void> {
    const { engine, timers, pulseMs } = this.#options
    const moved = this.#marksMoved
    const changed = [...this.#changed]
    this.#marksMoved = false
    this.#changed.clear()
    let busyMs = 0
    const timed = (work: () => void) => {
      const from = performance.now()
      work()
      busyMs += performance.now() - from
    }
    try {
      if (moved && this.#options.isWatched('market-data')) timed(() => this.#lookAtMarkets())
      if (moved) this.#asked.clear()
      const ids = moved ? engine.settings.accounts.map(each => each.id) : changed
      for (let start = 0; start < ids.length && this.#stopMarks !== null; start += SLICE) {
        if (start > 0) await new Promise(resolve => setImmediate(resolve))
        timed(() => this.#lookAt(ids.slice(start, start + SLICE)))
      }
    } finally {
      timers.after(Math.max(pulseMs, busyMs * REST_FACTOR), () => {
        this.#isResting = false
        if (this.#marksMoved || this.#changed.size > 0) this.#schedule()
      })
    }
  }

  #lookAt(ids: readonly string[]): void {
    const { engine, isWatched } = this.#options
    const streams = (['trading-events', 'positions'] as const).filter(isWatched)
    if (streams.length === 0) return
    const asked = new Set(ids)
    const at = engine.status().now
    for (const position of engine.positions(ids)) {
      const { accountId, symbol } = position
      if (!asked.has(accountId)) continue
      const base = { type: 'position', at, accountId, accounts: [accountId], asset: symbol }
      for (const stream of streams) {
        const data =
          stream === 'positions' ? presentStreamPosition(position) : presentTradingPosition(position)
        this.#tellIfNew(stream, `position ${symbol}`, new Message(base, () => data), data)
      }
    }
    if (!streams.includes('positions')) return
    for (const account of engine.accounts(ids)) {
      if (!asked.has(account.id)) continue
      const base = { type: 'balance', at, accountId: account.id, accounts: [account.id], asset: null }
      const data = presentBalance(account)
      this.#tellIfNew('positions', 'balance', new Message(base, () => data), data)
    }
  }

  #lookAtMarkets(): void {
    const { engine } = this.#options
    const at = engine.status().now
    for (const market of engine.markets()) {
      const { symbol: asset, accountIds: accounts } = market
      const data = presentMarket(market)
      const message = new Message({ type: 'market', at, accountId: null, accounts, asset }, () => data)
      if (this.#asked.has(asset)) this.#forget('market-data', `market ${asset} ${market.now.timeframe}`)
      this.#tellIfNew('market-data', `market ${asset} ${market.now.timeframe}`, message, data)
    }
  }

  #forget(stream: StreamName, what: string): void {
    this.#told.get(`${stream} `)?.delete(what)
  }

  #tellIfNew(stream: StreamName, what: string, message: Message, data: unknown): void {
    const owner = `${stream} ${message.head.accountId ?? ''}`
    const told = this.#told.get(owner) ?? new Map<string, string>()
    this.#told.set(owner, told)
    const text = JSON.stringify(data)
    if (told.get(what) === text) return
    told.set(what, text)
    this.#options.tell(stream, message)
  }
}
