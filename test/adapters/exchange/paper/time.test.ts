import { describe, expect, test } from 'vitest'
import { PaperVenue } from '../../../../adapters/exchange/paper/venue.ts'
import { money, price } from '../../../../domain/units.ts'
import { Bench, exit, FREE, instrument, limit, MINUTE, request, stop, target } from './bench.ts'

describe('time', () => {
  test('F1. An order executes on no price from before it reached the book', () => {
    const bench = new Bench({ settings: { latencyMs: 50 } })
    bench.flat(100)
    bench.exchange.submit(request())
    bench.open(100)
    expect(bench.story, 'the open comes 50 ms too early').toEqual([])
    bench.range(160, 40)
    expect(bench.story, '50 ms of 60 s on the way from 100 to 160, up to the tick').toEqual([
      'entry buy 1 @ 100.1',
    ])
  })

  test('F1. An order sent while a live candle was running does not see its open', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.now = MINUTE + 30_000
    bench.exchange.submit(request())
    bench.now = 2 * MINUTE
    bench.venue.open('BTC', 100, MINUTE)
    expect(bench.story).toEqual([])
    bench.venue.range('BTC', 120, 90, 2 * MINUTE, null)
    expect(bench.story).toEqual(['entry buy 1 @ 110'])
    expect(bench.fills[0]?.at).toBe(2 * MINUTE)
  })

  test('F1. An answer to a price is sent at the time of that price, however late the clock', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(request())
    bench.onFill(fill => {
      if (fill.clientOrderId === 'entry') bench.exchange.submit(stop('95'))
    })
    bench.now = 2 * MINUTE + 500
    bench.venue.open('BTC', 100, MINUTE)
    expect(bench.exchange.lookup('BTC', 'stop')?.createdAt).toBe(MINUTE)
    bench.venue.range('BTC', 101, 94, 2 * MINUTE, null)
    expect(bench.story).toEqual(['entry buy 1 @ 100', 'stop sell 1 @ 95'])
  })

  test('F2. An order in the book by the open takes part in the whole candle', () => {
    for (const [low, high, expected] of [
      [94, 104, 'stop sell 1 @ 95'],
      [96, 106, 'target sell 1 @ 105'],
    ] as const) {
      const bench = new Bench()
      bench.flat(100)
      bench.exchange.submit(request())
      bench.onFill(fill => {
        if (fill.clientOrderId !== 'entry') return
        bench.exchange.submit(stop('95'))
        bench.exchange.submit(target('105'))
      })
      bench.candle(100, high, low, 100)
      expect(bench.story).toEqual(['entry buy 1 @ 100', expected])
    }
  })

  test('F3. An order that reached the book after the open waits for the next candle, unless it is a reduce-only stop', () => {
    const bench = new Bench({ settings: { latencyMs: 50 } })
    bench.enter()
    bench.exchange.submit(target('105', { quantity: '0.1' }))
    bench.exchange.submit(limit('low', '95', { quantity: '0.1' }))
    bench.exchange.submit(
      stop('104', { clientOrderId: 'breakout', side: 'buy', reduceOnly: false, quantity: '0.1' }),
    )
    bench.exchange.submit(stop('96', { quantity: '0.1' }))
    bench.candle(100, 106, 94, 100)
    expect(bench.story.slice(1)).toEqual(['stop sell 0.1 @ 96'])
    bench.candle(100, 106, 94, 100)
    expect(bench.story.slice(2)).toEqual([
      'low buy 0.1 @ 95',
      'breakout buy 0.1 @ 104',
      'target sell 0.1 @ 105',
    ])
  })

  test('F4. A cancel acts at once, whatever the latency', () => {
    const bench = new Bench({ settings: { latencyMs: 50 } })
    bench.enter()
    bench.exchange.submit(stop('95'))
    expect(bench.exchange.cancel('BTC', 'stop')).toMatchObject({ status: 'cancelled', reason: 'requested' })
    bench.candle(100, 100, 90, 90)
    expect(bench.story).toHaveLength(1)
  })
})

describe('market orders', () => {
  test('F5. A market order sent between candles fills at the next open of its symbol', () => {
    const bench = new Bench()
    bench.candle(100, 110, 90, 105)
    expect(bench.exchange.submit(request())).toMatchObject({ status: 'working', filledQuantity: '0' })
    bench.candle(100, 100, 100, 100, null, 'ETH')
    expect(bench.story).toEqual([])
    bench.candle(107, 120, 80, 100)
    expect(bench.story).toEqual(['entry buy 1 @ 107'])
    expect(bench.status('entry')).toBe('filled')
  })

  test("F6. A taker's price is moved against us by the slippage, then to the tick, also against us", () => {
    const bench = new Bench({ settings: { slippageRatio: 0.0012 } })
    bench.flat(100)
    bench.exchange.submit(request())
    bench.open(100)
    bench.exchange.submit(exit({ quantity: '0.5' }))
    expect(bench.story, '100.12 and 99.88 on a tick of 0.1').toEqual([
      'entry buy 1 @ 100.2',
      'exit sell 0.5 @ 99.8',
    ])
  })

  test('F7. A market order expires rather than fill beyond its worst price', () => {
    const bench = new Bench({ settings: { slippageRatio: 0.01 } })
    bench.flat(100)
    bench.exchange.submit(request({ clientOrderId: 'at', worstPrice: '102' }))
    bench.exchange.submit(request({ clientOrderId: 'beyond', worstPrice: '101.9' }))
    bench.exchange.submit(request({ clientOrderId: 'sell', side: 'sell', worstPrice: '100' }))
    bench.open(100.95)
    expect(bench.status('at'), '101.9595 up to the tick is 102').toBe('filled')
    expect(bench.status('beyond')).toBe('expired: worst_price')
    expect(bench.status('sell'), '99.9405').toBe('expired: worst_price')
  })

  test('F49. A market order expires rather than fill better than its best price', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(request({ clientOrderId: 'at', side: 'sell', bestPrice: price('101') }))
    bench.exchange.submit(request({ clientOrderId: 'better', side: 'sell', bestPrice: price('100.9') }))
    bench.open(101)
    expect(bench.status('at')).toBe('filled')
    expect(bench.status('better')).toBe('expired: best_price')
  })

  test('F8. A market order that reaches the book inside a candle fills on the line from the open to the worse extreme', () => {
    const bench = new Bench({ settings: { latencyMs: 15_000 } })
    bench.flat(100)
    bench.exchange.submit(request({ clientOrderId: 'buy' }))
    bench.exchange.submit(request({ clientOrderId: 'sell', side: 'sell' }))
    bench.candle(100, 108, 80, 100)
    expect(bench.story).toEqual(['buy buy 1 @ 102', 'sell sell 1 @ 95'])
  })

  test('F8. With a scheduler a late order fills at the time it arrives, once', () => {
    const calls: { at: number; call: () => void }[] = []
    let now = 0
    const venue = new PaperVenue({
      instruments: [instrument('BTC')],
      settings: { ...FREE, latencyMs: 15_000 },
      clock: { now: () => now },
      schedule: (at, call) => calls.push({ at, call }),
    })
    venue.openAccount('a', money(1_000))
    const exchange = venue.exchange('a')
    const fills: string[] = []
    exchange.subscribe(event => {
      if (event.type === 'order.filled') fills.push(`${event.fill.price} at ${event.at}`)
    })
    venue.open('BTC', 100, 0)
    venue.close('BTC', 100, 60_000)
    now = 60_000
    exchange.submit(request({ clientOrderId: 'buy' }))
    expect(calls.map(each => each.at)).toEqual([75_000])
    venue.open('BTC', 100, 60_000, { high: 108, low: 80, closeAt: 120_000 })
    expect(fills, 'not before it arrives').toEqual([])
    now = 75_000
    calls[0]?.call()
    expect(fills).toEqual(['102 at 75000'])
    venue.range('BTC', 108, 80, 120_000, null)
    expect(fills, 'and not a second time').toEqual(['102 at 75000'])
  })

  test('F9. An exit sent inside a candle fills at once, at the last price told', () => {
    const bench = new Bench()
    bench.enter()
    bench.open(97)
    expect(bench.exchange.submit(exit({ quantity: '0.4' })).status).toBe('filled')
    expect(bench.story.at(-1)).toBe('exit sell 0.4 @ 97')
  })

  test('F9. An exit that answers a fill inside a candle gets the price of that fill', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(limit('entry', '95'))
    bench.onFill(fill => {
      if (fill.clientOrderId === 'entry') bench.exchange.submit(exit())
    })
    bench.candle(100, 101, 90, 99)
    expect(bench.story).toEqual(['entry buy 1 @ 95', 'exit sell 1 @ 95'])
  })

  test('F10. An order that may open a position, sent inside a candle, fills at the next open', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.open(101)
    bench.exchange.submit(request())
    bench.range(105, 95)
    bench.close(103)
    expect(bench.story).toEqual([])
    bench.open(104)
    expect(bench.story).toEqual(['entry buy 1 @ 104'])
  })

  test('F10. Latency does not let an entry into the candle it was sent in', () => {
    const bench = new Bench({ settings: { latencyMs: 50 } })
    bench.flat(100)
    bench.open(101)
    bench.exchange.submit(request())
    bench.range(105, 95)
    bench.close(103)
    expect(bench.story).toEqual([])
    bench.open(104)
    expect(bench.story).toEqual(['entry buy 1 @ 104'])
  })

  test('F9. The price of an earlier fill is forgotten with the next price told', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(limit('entry', '95'))
    bench.candle(100, 101, 90, 99)
    bench.open(97)
    bench.exchange.submit(exit())
    expect(bench.story.at(-1)).toBe('exit sell 1 @ 97')
  })
})
