import { describe, expect, test } from 'vitest'
import { Bench, exit, limit, refusal, request, stop } from './bench.ts'

describe('limit orders', () => {
  test('F19. A resting limit fills only when the price trades through it, at its limit, as maker', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(limit('buy', '95'))
    bench.exchange.submit(limit('sell', '105', { side: 'sell' }))
    bench.candle(100, 105, 95, 100)
    expect(bench.story, 'touched, not traded through').toEqual([])
    bench.candle(100, 105.1, 94.9, 100)
    expect(bench.story).toEqual(['buy buy 1 @ 95', 'sell sell 1 @ 105'])
    expect(bench.fills.map(fill => fill.liquidity)).toEqual(['maker', 'maker'])
  })

  test('F20. A resting limit the open jumped over still fills at its limit', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(limit('buy', '95'))
    bench.exchange.submit(limit('at', '90'))
    bench.open(90)
    expect(bench.story).toEqual(['buy buy 1 @ 95'])
  })

  test('F21. A limit that crosses when it is sent takes liquidity at the next open, at its limit at worst', () => {
    for (const [open, expected, status] of [
      [98, ['buy buy 1 @ 99'], 'filled'],
      [100.5, ['buy buy 1 @ 101'], 'filled'],
      [101.5, [], 'working'],
    ] as const) {
      const bench = new Bench({ settings: { slippageRatio: 0.01 } })
      bench.flat(100)
      bench.exchange.submit(limit('buy', '101'))
      bench.open(open)
      expect(bench.story).toEqual(expected)
      expect(bench.status('buy')).toBe(status)
      if (status === 'filled') expect(bench.fills[0]?.liquidity).toBe('taker')
    }
  })

  test('F21. A crossing limit the market left rests and is filled as maker', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(limit('buy', '101'))
    bench.candle(102, 103, 100, 102)
    expect(bench.fills).toMatchObject([{ price: '101', liquidity: 'maker' }])
  })

  test('F22. A post-only order that would cross is refused', () => {
    const bench = new Bench()
    bench.flat(100)
    const postOnly = { timeInForce: 'post_only' } as const
    expect(refusal(() => bench.exchange.submit(limit('a', '100', postOnly)))).toBe('post_only_would_cross')
    expect(refusal(() => bench.exchange.submit(limit('b', '99', { ...postOnly, side: 'sell' })))).toBe(
      'post_only_would_cross',
    )
    bench.exchange.submit(limit('c', '99.9', postOnly))
    bench.candle(100, 100, 99, 99)
    expect(bench.fills).toMatchObject([{ clientOrderId: 'c', price: '99.9', liquidity: 'maker' }])
  })

  test('F23. Immediate-or-cancel takes what it can at its first price and the rest expires; fill-or-kill takes all or nothing', () => {
    const bench = new Bench({ settings: { volumeShareMax: 0.1 } })
    bench.flat(100, 6)
    bench.exchange.submit(limit('ioc', '101', { timeInForce: 'ioc' }))
    bench.exchange.submit(limit('away', '99', { timeInForce: 'ioc' }))
    bench.exchange.submit(limit('fok', '101', { timeInForce: 'fok' }))
    bench.exchange.submit(limit('small', '101', { timeInForce: 'fok', quantity: '0.6' }))
    bench.open(100)
    expect(bench.story).toEqual(['ioc buy 0.6 @ 100', 'small buy 0.6 @ 100'])
    expect(bench.status('ioc')).toBe('expired: ioc_remainder')
    expect(bench.status('away')).toBe('expired: not_marketable')
    expect(bench.status('fok')).toBe('expired: fok_unfillable')
    expect(bench.status('small')).toBe('filled')
  })
})

describe('size', () => {
  test('F29. An order takes at most its share of the volume per candle, and the rest fills at following opens', () => {
    const bench = new Bench({ settings: { volumeShareMax: 0.1 } })
    bench.flat(100, 4.009)
    bench.exchange.submit(request())
    bench.candle(101, 101, 101, 101, 5)
    expect(bench.exchange.lookup('BTC', 'entry')).toMatchObject({ status: 'working', filledQuantity: '0.4' })
    bench.candle(102, 102, 102, 102, 5)
    bench.candle(104, 104, 104, 104, 5)
    expect(bench.story, 'a tenth of the candle before, down to the step').toEqual([
      'entry buy 0.4 @ 101',
      'entry buy 0.5 @ 102',
      'entry buy 0.1 @ 104',
    ])
    expect(bench.exchange.lookup('BTC', 'entry')).toMatchObject({ status: 'filled', averagePrice: '101.8' })
  })

  test('F29. A fired stop leaves its rest to the following opens', () => {
    const bench = new Bench({ settings: { volumeShareMax: 0.1 } })
    bench.enter()
    bench.exchange.submit(stop('95'))
    bench.candle(100, 100, 94, 96, 6)
    bench.candle(97, 97, 97, 97, 6)
    expect(bench.story.slice(1)).toEqual(['stop sell 0.6 @ 95', 'stop sell 0.4 @ 97'])
    expect(bench.status('stop')).toBe('filled')
  })

  test('F29. A limit waits to be traded through again for its rest', () => {
    const bench = new Bench({ settings: { volumeShareMax: 0.1 } })
    bench.flat(100)
    bench.exchange.submit(limit('buy', '95'))
    bench.candle(100, 100, 94, 96, 6)
    bench.candle(96, 97, 95, 97, 6)
    expect(bench.story).toEqual(['buy buy 0.6 @ 95'])
    bench.candle(97, 97, 94, 97, 6)
    expect(bench.story.slice(1)).toEqual(['buy buy 0.4 @ 95'])
  })

  test('F29. A candle without volume fills nothing and an exit waits', () => {
    const bench = new Bench({ settings: { volumeShareMax: 0.1 } })
    bench.enter()
    bench.flat(100, 0)
    bench.exchange.submit(exit())
    bench.flat(99, 50)
    expect(bench.status('exit')).toBe('working')
    bench.flat(98, 50)
    expect(bench.story.at(-1)).toBe('exit sell 1 @ 98')
  })
})
