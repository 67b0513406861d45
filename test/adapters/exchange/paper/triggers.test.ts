import { describe, expect, test } from 'vitest'
import { Bench, limit, refusal, request, stop, target } from './bench.ts'

const short = { side: 'buy' } as const

describe('stops and targets', () => {
  test('F11. A stop touched inside a candle fills at its trigger', () => {
    const long = new Bench({ settings: { slippageRatio: 0.01 } })
    long.enter()
    long.exchange.submit(stop('95'))
    long.candle(100, 100, 95.1, 96)
    expect(long.status('stop')).toBe('working')
    long.candle(100, 100, 95, 96)
    expect(long.story.at(-1), '95 less one percent').toBe('stop sell 1 @ 94')

    const mirror = new Bench({ settings: { slippageRatio: 0.01 } })
    mirror.enter('sell')
    mirror.exchange.submit(stop('105', short))
    mirror.candle(100, 105, 100, 101)
    expect(mirror.story.at(-1), '105 and one percent').toBe('stop buy 1 @ 106.1')
  })

  test('F12. A stop the open jumped over fills at the open', () => {
    const bench = new Bench()
    bench.enter()
    bench.exchange.submit(stop('95'))
    bench.candle(90, 99, 89, 99)
    expect(bench.story.at(-1)).toBe('stop sell 1 @ 90')
  })

  test('F13. A target touched inside a candle fills at its trigger', () => {
    const bench = new Bench({ settings: { slippageRatio: 0.01 } })
    bench.enter()
    bench.exchange.submit(target('110'))
    bench.candle(100, 110, 100, 101)
    expect(bench.story.at(-1), '110 less one percent').toBe('target sell 1 @ 108.9')
  })

  test('F14. A target the open jumped over fills at the open', () => {
    const bench = new Bench()
    bench.enter('sell')
    bench.exchange.submit(target('90', short))
    bench.candle(85, 88, 84, 88)
    expect(bench.story.at(-1)).toBe('target buy 1 @ 85')
  })

  test('F15. When a candle touches both stop and target, the stop is taken', () => {
    const long = new Bench()
    long.enter()
    long.exchange.submit(target('105'))
    long.exchange.submit(stop('95'))
    long.candle(100, 105, 95, 104)
    expect(long.story.slice(1)).toEqual(['stop sell 1 @ 95'])

    const mirror = new Bench()
    mirror.enter('sell')
    mirror.exchange.submit(target('95', short))
    mirror.exchange.submit(stop('105', short))
    mirror.candle(100, 105, 95, 96)
    expect(mirror.story.slice(1)).toEqual(['stop buy 1 @ 105'])
  })

  test('F15. On its way the price meets orders in the order of their prices', () => {
    const bench = new Bench()
    bench.enter()
    bench.exchange.submit(stop('90', { quantity: '2' }))
    bench.exchange.submit(limit('low', '92'))
    bench.exchange.submit(limit('mid', '96', { quantity: '0.5' }))
    bench.candle(100, 100, 90, 99)
    expect(bench.story.slice(1)).toEqual(['mid buy 0.5 @ 96', 'low buy 1 @ 92', 'stop sell 2 @ 90'])
  })

  test('F16. A stop sent after an entry inside a candle is checked against the extreme that hurts', () => {
    for (const latencyMs of [0, 200]) {
      const dip = new Bench()
      dip.flat(100)
      dip.exchange.submit(limit('entry', '98'))
      dip.onFill(fill => {
        if (fill.clientOrderId === 'entry') dip.exchange.submit(stop('95'))
      })
      dip.candle(100, 101, 94, 100)
      expect(dip.story).toEqual(['entry buy 1 @ 98', 'stop sell 1 @ 95'])

      const breakout = new Bench({ settings: { latencyMs } })
      breakout.flat(100)
      breakout.exchange.submit(stop('103', { clientOrderId: 'entry', side: 'buy', reduceOnly: false }))
      breakout.onFill(fill => {
        if (fill.clientOrderId === 'entry') breakout.exchange.submit(stop('99'))
      })
      breakout.flat(100)
      breakout.candle(100, 104, 98, 104)
      expect(breakout.story, 'the low may have come before the breakout').toEqual([
        'entry buy 1 @ 103',
        'stop sell 1 @ 99',
      ])
    }
  })

  test('F17. A target sent after an entry inside a candle waits for the next candle', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(limit('entry', '98'))
    bench.onFill(fill => {
      if (fill.clientOrderId === 'entry') bench.exchange.submit(target('102'))
    })
    bench.candle(100, 103, 97, 99)
    expect(bench.story).toEqual(['entry buy 1 @ 98'])
    bench.candle(99, 102, 99, 101)
    expect(bench.story.at(-1)).toBe('target sell 1 @ 102')
  })

  test('F17. It waits also when the candle is told with the time of its open', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(limit('entry', '98'))
    bench.onFill(fill => {
      if (fill.clientOrderId === 'entry') bench.exchange.submit(target('102'))
    })
    bench.open(100)
    bench.venue.range('BTC', 103, 97, bench.now, null)
    expect(bench.story).toEqual(['entry buy 1 @ 98'])
  })

  test('Of several orders the nearest on each side wakes the account', () => {
    const bench = new Bench()
    bench.enter()
    for (const level of ['95', '90', '93']) {
      bench.exchange.submit(stop(level, { clientOrderId: `s${level}`, quantity: '0.1' }))
    }
    for (const level of ['105', '110', '107']) {
      bench.exchange.submit(target(level, { clientOrderId: `t${level}`, quantity: '0.1' }))
    }
    bench.candle(100, 100, 95, 100)
    expect(bench.story.slice(1)).toEqual(['s95 sell 0.1 @ 95'])
    bench.candle(100, 105, 100, 100)
    expect(bench.story.slice(2)).toEqual(['t105 sell 0.1 @ 105'])
    bench.exchange.cancel('BTC', 's93')
    bench.candle(100, 109, 91, 100)
    expect(bench.story.slice(3)).toEqual(['t107 sell 0.1 @ 107'])
  })

  test('F18. A trigger that would fire at once is refused', () => {
    const bench = new Bench()
    bench.enter()
    const code = 'would_trigger_immediately'
    expect(refusal(() => bench.exchange.submit(stop('100')))).toBe(code)
    expect(refusal(() => bench.exchange.submit(target('100')))).toBe(code)
    expect(refusal(() => bench.exchange.submit(stop('100', { ...short, reduceOnly: false })))).toBe(code)
    expect(bench.exchange.submit(stop('99.9')).status).toBe('working')
    expect(bench.exchange.openOrders()).toHaveLength(1)
  })
})

describe('positions', () => {
  test('F24. There is one net position per symbol: an opposite order shrinks it, then flips it', () => {
    const bench = new Bench()
    bench.enter()
    bench.exchange.submit(request({ clientOrderId: 'less', side: 'sell', quantity: '0.4' }))
    bench.flat(110)
    expect(bench.exchange.positions()).toMatchObject([
      { direction: 'long', quantity: '0.6', entryPrice: '100' },
    ])
    expect(bench.exchange.account().balance, '0.4 × 10').toBe('1004')
    bench.exchange.submit(request({ clientOrderId: 'flip', side: 'sell', quantity: '1' }))
    bench.flat(120)
    expect(bench.exchange.positions()).toMatchObject([
      { direction: 'short', quantity: '0.4', entryPrice: '120' },
    ])
    expect(bench.exchange.account().balance, '0.6 × 20 more').toBe('1016')
  })

  test('F25. A reduce-only order fills at most what is open, and the rest expires', () => {
    const bench = new Bench()
    bench.enter()
    bench.exchange.submit(stop('95', { quantity: '3' }))
    bench.candle(100, 100, 94, 94)
    expect(bench.story.at(-1)).toBe('stop sell 1 @ 95')
    expect(bench.exchange.lookup('BTC', 'stop')).toMatchObject({
      status: 'expired',
      reason: 'reduce_only',
      filledQuantity: '1',
      averagePrice: '95',
    })
    expect(bench.exchange.positions()).toEqual([])
  })

  test('F26. A reduce-only order with nothing to reduce is refused, or expires when its price comes', () => {
    const bench = new Bench()
    bench.flat(100)
    expect(refusal(() => bench.exchange.submit(stop('95')))).toBe('reduce_only_rejected')
    bench.enter()
    expect(refusal(() => bench.exchange.submit(stop('105', short)))).toBe('reduce_only_rejected')
    bench.exchange.submit(stop('95'))
    bench.exchange.submit(target('105'))
    bench.candle(100, 105, 95, 100)
    expect(bench.story.slice(1)).toEqual(['stop sell 1 @ 95'])
    expect(bench.status('target')).toBe('expired: reduce_only')
    expect(bench.exchange.positions()).toEqual([])
  })

  test('F27. Stops and targets of a closed position stay in the book until cancelled or fired', () => {
    const bench = new Bench()
    bench.enter()
    bench.exchange.submit(target('105'))
    bench.exchange.submit(stop('95'))
    bench.candle(100, 100, 95, 100)
    expect(bench.exchange.openOrders().map(order => order.clientOrderId)).toEqual(['target'])
    expect(bench.exchange.cancel('BTC', 'target').status).toBe('cancelled')
    expect(bench.venue.hasWork('BTC')).toBe(false)
  })
})
