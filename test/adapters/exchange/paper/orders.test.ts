import { describe, expect, test } from 'vitest'
import { money, quantity } from '../../../../domain/units.ts'
import { Bench, exit, instrument, limit, refusal, request, stop } from './bench.ts'

describe('orders', () => {
  test('F40. A client order id is taken once', () => {
    const bench = new Bench()
    bench.flat(100)
    expect(refusal(() => bench.exchange.submit(request({ quantity: '100' })))).toBe('margin_insufficient')
    expect(bench.exchange.lookup('BTC', 'entry'), 'a refused order was never there').toBeNull()
    bench.exchange.submit(request())
    expect(refusal(() => bench.exchange.submit(request()))).toBe('duplicate_client_order_id')
    expect(refusal(() => bench.exchange.submit(request({ symbol: 'ETH' })))).toBe('duplicate_client_order_id')
    bench.flat(100)
    expect(refusal(() => bench.exchange.submit(request()))).toBe('duplicate_client_order_id')
    expect(bench.story).toHaveLength(1)
  })

  test('F41. A quantity off the step or a price off the tick is refused, never rounded', () => {
    const bench = new Bench()
    bench.enter()
    const code = (changes: Parameters<typeof request>[0]) =>
      refusal(() => bench.exchange.submit(request({ clientOrderId: 'x', ...changes })))
    expect(code({ quantity: '0.1001' })).toBe('quantity_off_step')
    expect(code({ type: 'limit', price: '99.95' })).toBe('price_off_tick')
    expect(code({ type: 'stop_market', side: 'sell', triggerPrice: '90.01' })).toBe('price_off_tick')
    const unrounded = request({ clientOrderId: 'x', worstPrice: '105.123456' })
    expect(bench.exchange.submit(unrounded).status, 'a bound need not be a price').toBe('working')
  })

  test('F50. A market order above the largest market order of its instrument is refused', () => {
    const bench = new Bench({ instruments: [instrument('BTC', { marketQuantityMax: quantity('0.5') })] })
    bench.flat(100)
    const large = request({ clientOrderId: 'large', quantity: '0.501' })
    expect(refusal(() => bench.exchange.submit(large))).toBe('quantity_above_market_lot')
    expect(bench.exchange.submit(request({ clientOrderId: 'lot', quantity: '0.5' })).status).toBe('working')
  })

  test('F42. An order below the minimum notional is refused, unless it only reduces', () => {
    const bench = new Bench()
    bench.enter()
    const dust = { clientOrderId: 'dust', quantity: '0.049' }
    expect(refusal(() => bench.exchange.submit(request(dust)))).toBe('notional_below_minimum')
    expect(refusal(() => bench.exchange.submit(request({ ...dust, side: 'sell' })))).toBe(
      'notional_below_minimum',
    )
    expect(bench.exchange.submit(exit(dust)).status).toBe('working')
    expect(bench.exchange.submit(request({ clientOrderId: 'least', quantity: '0.05' })).status).toBe(
      'working',
    )
  })

  test('F43. An order that arrives after its validity is refused', () => {
    const bench = new Bench({ settings: { latencyMs: 50 } })
    bench.flat(100)
    const { now } = bench
    expect(refusal(() => bench.exchange.submit(request({ validUntil: now + 49 })))).toBe('valid_until_passed')
    expect(bench.exchange.submit(request({ validUntil: now + 50 })).status).toBe('working')
  })

  test('F44. An unknown symbol, a missing price or a field its type does not have is refused', () => {
    const bench = new Bench()
    const code = (changes: Parameters<typeof request>[0]) =>
      refusal(() => bench.exchange.submit(request({ clientOrderId: 'x', ...changes })))
    expect(code({}), 'no candle yet').toBe('price_unknown')
    bench.flat(100)
    expect(code({ symbol: 'DOGE' })).toBe('symbol_unknown')
    expect(refusal(() => bench.exchange.setLeverage('DOGE', 2))).toBe('symbol_unknown')
    expect(refusal(() => bench.exchange.cancel('BTC', 'never'))).toBe('order_unknown')
    const invalid: Parameters<typeof request>[0][] = [
      { clientOrderId: '' },
      { quantity: '0' },
      { quantity: '-1' },
      { quantity: 'NaN' },
      { quantity: '1e2' },
      { type: 'limit' },
      { type: 'limit', price: '0' },
      { price: '100' },
      { type: 'stop_market' },
      { triggerPrice: '90' },
      { type: 'limit', price: '90', worstPrice: '95' },
      { timeInForce: 'post_only' },
    ]
    for (const changes of invalid) expect(code(changes), JSON.stringify(changes)).toBe('parameter_invalid')
    expect(bench.exchange.openOrders()).toEqual([])
  })

  test('A refusal says which order, which value and what to do', () => {
    const bench = new Bench()
    bench.flat(100)
    expect(() => bench.exchange.submit(request({ quantity: '20' }))).toThrow(
      'Paper exchange: margin and fee for 20 BTC at 100 and 1x are 2000, free are 1000',
    )
    expect(() => bench.exchange.submit(limit('a', '99.95'))).toThrow(
      'Paper exchange: price of a is 99.95; give a multiple of the tick 0.1',
    )
  })

  test('F45. Ids of orders and trades count from 1 per account', () => {
    const bench = new Bench()
    bench.venue.openAccount('other', money('1000'))
    bench.flat(100)
    expect(bench.exchange.submit(request()).venueOrderId).toBe('1')
    expect(bench.venue.exchange('other').submit(request()).venueOrderId).toBe('1')
    expect(bench.exchange.submit(limit('low', '90')).venueOrderId).toBe('2')
    bench.flat(80)
    expect(bench.exchange.fillsSince(0).map(fill => fill.tradeId)).toEqual(['1', '2'])
    expect(
      bench.venue
        .exchange('other')
        .fillsSince(0)
        .map(fill => fill.tradeId),
    ).toEqual(['1'])
  })

  test('F46. An account remembers its last 100 final orders and fills', () => {
    const bench = new Bench({ deposit: '100000' })
    bench.flat(100)
    for (let n = 1; n <= 101; n += 1) bench.exchange.submit(request({ clientOrderId: `o${n}` }))
    expect(bench.exchange.openOrders()).toHaveLength(101)
    bench.flat(100)
    expect(bench.exchange.fillsSince(0)).toHaveLength(100)
    expect(bench.exchange.lookup('BTC', 'o1')).toBeNull()
    expect(bench.exchange.lookup('BTC', 'o2')?.status).toBe('filled')
  })

  test('F48. Acceptance is told by the answer; fills, cancels, expiries and funding are told as events', () => {
    const bench = new Bench()
    bench.flat(100)
    bench.exchange.submit(request())
    bench.exchange.submit(request({ clientOrderId: 'late', worstPrice: '99' }))
    expect(bench.events).toEqual([])
    bench.flat(100)
    bench.exchange.submit(stop('95'))
    bench.exchange.cancel('BTC', 'stop')
    bench.exchange.cancel('BTC', 'stop')
    bench.venue.fund('BTC', 0.0001, bench.now)
    const told = bench.events.map(event =>
      event.type === 'funding.paid'
        ? event.type
        : `${event.type} ${event.order?.clientOrderId} ${event.order?.status}`,
    )
    expect(told).toEqual([
      'order.filled entry filled',
      'order.updated late expired',
      'order.updated stop cancelled',
      'funding.paid',
    ])
  })

  test('F48. A fill may be told before the answer to the order that caused it', () => {
    const bench = new Bench()
    bench.enter()
    bench.open(100)
    const before = bench.events.length
    expect(bench.exchange.submit(exit()).status).toBe('filled')
    expect(bench.events.slice(before)).toMatchObject([
      { type: 'order.filled', order: { clientOrderId: 'exit' } },
    ])
  })
})
