/** A paper venue on a table: two instruments, one clock, one-minute candles, and a record of every event. */
import { type PaperOptions, PaperVenue } from '../../../../adapters/exchange/paper/venue.ts'
import type { Instrument } from '../../../../domain/instrument.ts'
import type { Fill, OrderRequest } from '../../../../domain/order.ts'
import type { VenueEvent } from '../../../../domain/ports.ts'
import type { PaperSettings } from '../../../../domain/settings.ts'
import { money, type Price, price, type Quantity, quantity, ratio } from '../../../../domain/units.ts'

export const MINUTE = 60_000

export const instrument = (symbol: string, changes: Partial<Instrument> = {}): Instrument => ({
  symbol,
  quote: 'USDT',
  kind: 'perpetual',
  tickSize: price('0.1'),
  stepSize: quantity('0.001'),
  minNotional: money('5'),
  marketQuantityMax: null,
  marginTiers: [
    {
      notionalMax: money('10000'),
      maintenanceRatio: ratio('0.01'),
      maintenanceAmount: money('0'),
      leverageMax: 50,
    },
    { notionalMax: null, maintenanceRatio: ratio('0.02'), maintenanceAmount: money('100'), leverageMax: 10 },
  ],
  ...changes,
})

/** No fees, no slippage, no latency: what a test is about, it switches on. */
export const FREE: PaperSettings = {
  makerFeeRatio: 0,
  takerFeeRatio: 0,
  slippageRatio: 0,
  latencyMs: 0,
  volumeShareMax: null,
  fundingIntervalMs: 8 * 60 * MINUTE,
  fundingRate: 0,
}

export type BenchOptions = {
  settings?: Partial<PaperSettings>
  deposit?: string
  instruments?: Instrument[]
  historyMax?: number
}

export class Bench {
  now = 0
  readonly events: VenueEvent[] = []
  readonly options: PaperOptions
  venue: PaperVenue

  constructor({ settings, deposit = '1000', instruments, historyMax }: BenchOptions = {}) {
    this.options = {
      instruments: instruments ?? [instrument('BTC'), instrument('ETH')],
      settings: { ...FREE, ...settings },
      clock: { now: () => this.now },
      ...(historyMax === undefined ? {} : { historyMax }),
    }
    this.venue = new PaperVenue(this.options)
    this.venue.openAccount('main', money(deposit))
    this.exchange.subscribe(event => this.events.push(event))
  }

  get exchange() {
    return this.venue.exchange('main')
  }

  /** One whole candle; the clock stands at its close afterwards. */
  candle(
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number | null = null,
    symbol = 'BTC',
  ) {
    this.open(open, symbol)
    this.range(high, low, volume, symbol)
    this.close(close, symbol)
  }

  open(value: number, symbol = 'BTC') {
    this.venue.open(symbol, value, this.now)
  }

  range(high: number, low: number, volume: number | null = null, symbol = 'BTC') {
    this.now = (Math.floor(this.now / MINUTE) + 1) * MINUTE
    this.venue.range(symbol, high, low, this.now, volume)
  }

  close(value: number, symbol = 'BTC') {
    this.venue.close(symbol, value, this.now)
  }

  flat(value: number, volume: number | null = null) {
    this.candle(value, value, value, value, volume)
  }

  /** Opens a position at 100 by a market order and returns at the close of its candle. */
  enter(side: 'buy' | 'sell' = 'buy', size = '1') {
    this.flat(100)
    this.exchange.submit(request({ clientOrderId: 'entry', side, quantity: quantity(size) }))
    this.flat(100)
  }

  /** Runs `answer` on each fill, as an engine would. */
  onFill(answer: (fill: Fill) => void) {
    this.exchange.subscribe(event => {
      if (event.type === 'order.filled') answer(event.fill)
    })
  }

  get fills(): Fill[] {
    return this.events.flatMap(event => (event.type === 'order.filled' ? [event.fill] : []))
  }

  /** `entry buy 1 @ 100`, one line per fill. */
  get story(): string[] {
    return this.fills.map(
      ({ clientOrderId, side, quantity, price }) =>
        `${clientOrderId ?? 'liquidation'} ${side} ${quantity} @ ${price}`,
    )
  }

  status(clientOrderId: string): string {
    const order = this.exchange.lookup('BTC', clientOrderId)
    if (order === null) return 'unknown'
    return order.reason === null ? order.status : `${order.status}: ${order.reason}`
  }
}

type RequestChanges = Partial<Omit<OrderRequest, 'price' | 'triggerPrice' | 'worstPrice' | 'quantity'>> & {
  price?: string | null
  triggerPrice?: string | null
  worstPrice?: string | null
  quantity?: string
}

export const request = (changes: RequestChanges = {}): OrderRequest => ({
  clientOrderId: 'entry',
  symbol: 'BTC',
  side: 'buy',
  type: 'market',
  reduceOnly: false,
  timeInForce: 'gtc',
  validUntil: null,
  ...changes,
  quantity: (changes.quantity ?? '1') as Quantity,
  price: (changes.price ?? null) as Price | null,
  triggerPrice: (changes.triggerPrice ?? null) as Price | null,
  worstPrice: (changes.worstPrice ?? null) as Price | null,
  bestPrice: changes.bestPrice ?? null,
})

export const limit = (clientOrderId: string, at: string, changes: RequestChanges = {}): OrderRequest =>
  request({ clientOrderId, type: 'limit', price: at, ...changes })

/** A protective stop of a long position, unless changed. */
export const stop = (at: string, changes: RequestChanges = {}): OrderRequest =>
  request({
    clientOrderId: 'stop',
    type: 'stop_market',
    side: 'sell',
    reduceOnly: true,
    triggerPrice: at,
    ...changes,
  })

export const target = (at: string, changes: RequestChanges = {}): OrderRequest =>
  stop(at, { clientOrderId: 'target', type: 'take_profit_market', ...changes })

export const exit = (changes: RequestChanges = {}): OrderRequest =>
  request({ clientOrderId: 'exit', side: 'sell', reduceOnly: true, ...changes })

/** Code of the refusal that `ask` meets; fails when it meets none. */
export const refusal = (ask: () => unknown): string => {
  try {
    ask()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
  throw new Error('Nothing was refused')
}
