import { describe, expect, test } from 'vitest'
import { money } from '../../../../domain/units.ts'
import { Bench, exit, limit, request, stop, target } from './bench.ts'

describe('accounts', () => {
  test('F47. Accounts are islands', () => {
    const alone = new Bench({ settings: { volumeShareMax: 0.1 } })
    const crowd = new Bench({ settings: { volumeShareMax: 0.1 } })
    for (let n = 0; n < 5; n += 1) {
      const id = `other${n}`
      crowd.venue.openAccount(id, money('100000'))
      crowd.venue.exchange(id).setLeverage('BTC', 10)
    }
    for (const bench of [alone, crowd]) {
      bench.flat(100, 6)
      bench.exchange.submit(limit('entry', '95'))
    }
    for (let n = 0; n < 5; n += 1)
      crowd.venue.exchange(`other${n}`).submit(limit('entry', '97', { quantity: '9' }))
    for (const bench of [alone, crowd]) {
      bench.onFill(fill => {
        if (fill.clientOrderId === 'entry' && bench.exchange.openOrders().length === 1) {
          bench.exchange.submit(stop('90'))
          bench.exchange.submit(target('100'))
        }
      })
      bench.candle(100, 101, 94, 99, 6)
      bench.candle(99, 101, 80, 99, 6)
    }
    expect(crowd.events).toEqual(alone.events)
    expect(alone.story.length).toBeGreaterThan(1)
  })

  test('Accounts are settled in the order they were opened, also after a restore', () => {
    const bench = new Bench()
    const settled: string[] = []
    const ids = ['a', 'b', 'c']
    for (const id of ids) bench.venue.openAccount(id, money('1000'))
    bench.flat(100)
    for (const id of ids.toReversed()) bench.venue.exchange(id).submit(request())
    bench.venue.restore(JSON.parse(JSON.stringify(bench.venue.state())))
    for (const id of ids.toReversed()) {
      bench.venue.exchange(id).subscribe(() => settled.push(id))
      bench.venue.exchange(id).submit(limit('low', '90'))
    }
    bench.flat(100)
    bench.flat(80)
    expect(settled).toEqual([...ids, ...ids])
  })

  test('A restore keeps exchanges, listeners and accounts that the state does not know', () => {
    const bench = new Bench()
    bench.flat(100)
    const { exchange } = bench
    exchange.submit(request())
    const saved: unknown = JSON.parse(JSON.stringify(bench.venue.state()))
    bench.flat(100)
    bench.venue.openAccount('later', money('70'))
    bench.venue.restore(saved)
    expect(exchange.positions(), 'back before the fill').toEqual([])
    bench.flat(105)
    expect(bench.story).toEqual(['entry buy 1 @ 100', 'entry buy 1 @ 105'])
    expect(exchange.positions()).toMatchObject([{ entryPrice: '105' }])
    expect(bench.venue.exchange('later').account().equity).toBe('70')
    expect(() => bench.venue.restore({ version: 2 })).toThrow('the saved state is not of version 1')
  })

  test("F47. A listener that fails stops only its own account's turn", () => {
    const bench = new Bench()
    bench.venue.openAccount('faulty', money('1000'))
    bench.venue.openAccount('last', money('1000'))
    bench.flat(100)
    for (const id of ['faulty', 'last']) bench.venue.exchange(id).submit(request())
    const end = bench.venue.exchange('faulty').subscribe(() => {
      throw new Error('faulty listener')
    })
    bench.exchange.submit(request())
    expect(() => bench.open(100)).toThrow('faulty listener')
    for (const id of ['main', 'faulty', 'last']) {
      expect(bench.venue.exchange(id).lookup('BTC', 'entry')?.status, id).toBe('filled')
    }
    end()
    bench.range(100, 100)
    bench.close(100)
  })

  test('Listeners hear events in one order, also those caused while listening', () => {
    const bench = new Bench()
    const first: string[] = []
    const second: string[] = []
    bench.exchange.subscribe(event => {
      first.push(event.type)
      if (event.type === 'order.filled' && event.order?.clientOrderId === 'entry') {
        bench.exchange.submit(exit({ quantity: '0.5' }))
        bench.exchange.submit(stop('90'))
        bench.exchange.cancel('BTC', 'stop')
      }
    })
    const end = bench.exchange.subscribe(event => second.push(event.type))
    bench.enter()
    expect(second).toEqual(['order.filled', 'order.filled', 'order.updated'])
    expect(first).toEqual(second)
    end()
    bench.exchange.submit(exit({ clientOrderId: 'rest' }))
    bench.flat(100)
    expect(second).toHaveLength(3)
  })

  test('Opening an account twice leaves it as it is, and an unknown one is an error', () => {
    const bench = new Bench()
    bench.venue.openAccount('main', money('5'))
    expect(bench.exchange.account().equity).toBe('1000')
    expect(() => bench.venue.exchange('nobody')).toThrow('account nobody is not open')
  })

  test('A symbol nobody has orders or positions in has no work', () => {
    const bench = new Bench()
    expect(bench.venue.mark('BTC')).toBeNull()
    bench.flat(100)
    expect(bench.venue.mark('BTC')).toBe(100)
    expect(bench.venue.hasWork('BTC')).toBe(false)
    bench.enter()
    expect(bench.venue.hasWork('BTC')).toBe(true)
    expect(bench.venue.hasWork('ETH')).toBe(false)
    bench.exchange.submit(exit())
    bench.flat(100)
    expect(bench.venue.hasWork('BTC')).toBe(false)
  })

  test('A price that is none is an error that names it', () => {
    const bench = new Bench()
    expect(() => bench.open(Number.NaN)).toThrow('open of BTC is not a price (NaN)')
    expect(() => bench.range(1, 2)).toThrow('range of BTC')
    expect(() => bench.close(0)).toThrow('close of BTC is not a price (0)')
    expect(() => bench.venue.open('DOGE', 1, 0)).toThrow('DOGE is not one of its instruments')
    expect(() => bench.venue.fund('BTC', Number.NaN, 0)).toThrow('funding rate of BTC is NaN')
  })
})
