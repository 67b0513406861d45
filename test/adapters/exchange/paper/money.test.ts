import { describe, expect, test } from 'vitest'
import { money } from '../../../../domain/units.ts'
import { Bench, exit, instrument, limit, refusal, request, stop } from './bench.ts'

describe('money', () => {
  test('F30. The fee is notional times the maker or taker ratio, computed exactly and rounded up at 1e-8', () => {
    const bench = new Bench({ settings: { takerFeeRatio: 0.0005, makerFeeRatio: 0.0002 }, deposit: '5000' })
    bench.flat(100)
    bench.exchange.submit(request({ clientOrderId: 'thousand', quantity: '10' }))
    bench.exchange.submit(limit('maker', '90'))
    bench.candle(100, 100, 89, 89)
    expect(bench.fills.map(fill => fill.fee)).toEqual(['0.5', '0.018'])

    const fine = new Bench({ settings: { takerFeeRatio: 0.000333333 } })
    fine.flat(100)
    fine.exchange.submit(request({ quantity: '0.333' }))
    fine.open(100.1)
    expect(fine.fills[0]?.fee, '0.333 × 100.1 × 0.000333333 = 0.0111110888889').toBe('0.01111109')
  })

  test('F31. Funding is notional at mark times the rate; longs pay when it is positive', () => {
    const bench = new Bench()
    bench.enter()
    bench.flat(110)
    bench.venue.fund('BTC', 0.0001, bench.now)
    bench.venue.fund('ETH', 0.5, bench.now)
    expect(bench.events.at(-1)).toEqual({
      type: 'funding.paid',
      symbol: 'BTC',
      rate: 0.0001,
      paid: '0.011',
      at: bench.now,
    })
    expect(bench.exchange.account().balance).toBe('999.989')
    bench.venue.fund('BTC', -0.0002, bench.now)
    expect(bench.exchange.account().balance, 'longs receive').toBe('1000.011')

    const mirror = new Bench()
    mirror.enter('sell')
    const before = mirror.exchange.positions()[0]?.liquidationPrice
    mirror.venue.fund('BTC', 0.00012345678912, mirror.now)
    expect(mirror.exchange.account().balance, '0.012345678912 received, rounded against us').toBe(
      '1000.01234567',
    )
    expect(mirror.exchange.positions()[0]?.liquidationPrice).toBe(before)
  })

  test('F32. The margin of a position is its entry notional divided by its leverage, isolated', () => {
    const bench = new Bench({ settings: { takerFeeRatio: 0.001 } })
    bench.exchange.setLeverage('BTC', 5)
    bench.flat(100)
    bench.exchange.submit(request({ worstPrice: '110' }))
    expect(bench.exchange.account(), '110 ÷ 5 + 0.11').toMatchObject({
      marginUsed: '22.11',
      marginFree: '977.89',
    })
    bench.exchange.submit(limit('low', '50', { quantity: '2' }))
    expect(bench.exchange.account().marginUsed, 'and 100 ÷ 5 + 0.1').toBe('42.21')
    bench.flat(100)
    expect(bench.exchange.account()).toMatchObject({
      balance: '999.9',
      marginUsed: '40.1',
      marginFree: '959.8',
    })
    bench.exchange.cancel('BTC', 'low')
    expect(bench.exchange.positions()).toMatchObject([{ margin: '20', leverage: 5 }])
    expect(bench.exchange.account().marginUsed).toBe('20')
  })

  test('F33. An order that opens more than the free margin carries is refused', () => {
    const bench = new Bench({ deposit: '250' })
    bench.enter('buy', '1')
    expect(refusal(() => bench.exchange.submit(request({ clientOrderId: 'b', quantity: '1.501' })))).toBe(
      'margin_insufficient',
    )
    bench.flat(200)
    expect(bench.exchange.account(), 'open profit is not free').toMatchObject({
      equity: '350',
      marginFree: '150',
    })
    bench.flat(60)
    expect(bench.exchange.account(), 'open loss is').toMatchObject({ equity: '210', marginFree: '110' })
    expect(bench.exchange.submit(exit()).status, 'an exit needs no margin').toBe('working')
    bench.exchange.submit(request({ clientOrderId: 'c', quantity: '1.833' }))
    expect(bench.exchange.account().marginFree).toBe('0.02')
  })

  test('F33. What an opposite order closes needs no margin, only what it opens beyond', () => {
    const bench = new Bench({ deposit: '250' })
    bench.enter('buy', '2')
    const flip = request({ clientOrderId: 'flip', side: 'sell', quantity: '2.4' })
    bench.exchange.submit(flip)
    expect(bench.exchange.account(), '200 and 40').toMatchObject({ marginUsed: '240', marginFree: '10' })
    bench.flat(100)
    expect(bench.exchange.positions()).toMatchObject([{ direction: 'short', quantity: '0.4', margin: '40' }])
  })

  test('F34. An order that the account cannot carry at the price it fills at expires', () => {
    const bench = new Bench({ deposit: '100' })
    bench.flat(100)
    bench.exchange.submit(request())
    bench.flat(100.1)
    expect(bench.status('entry')).toBe('expired: margin_insufficient')

    const bounded = new Bench({ deposit: '101' })
    bounded.flat(100)
    bounded.exchange.submit(request({ worstPrice: '101' }))
    bounded.flat(101)
    expect(bounded.status('entry')).toBe('filled')
  })

  test('F35. Leverage changes only while no position is open and no opening order works', () => {
    const bench = new Bench()
    expect(bench.exchange.setLeverage('BTC', 5)).toBe(5)
    bench.flat(100)
    bench.exchange.submit(request())
    expect(refusal(() => bench.exchange.setLeverage('BTC', 6))).toBe('leverage_locked')
    bench.flat(100)
    bench.exchange.submit(stop('95'))
    expect(refusal(() => bench.exchange.setLeverage('BTC', 6))).toBe('leverage_locked')
    expect(bench.exchange.setLeverage('BTC', 5), 'the same again is granted').toBe(5)
    expect(bench.exchange.setLeverage('ETH', 7), 'another symbol is free').toBe(7)
    bench.exchange.submit(exit())
    bench.flat(100)
    expect(bench.exchange.setLeverage('BTC', 6), 'a stop left over does not hold it').toBe(6)
    expect(refusal(() => bench.exchange.setLeverage('BTC', 1.5))).toBe('leverage_invalid')
    expect(refusal(() => bench.exchange.setLeverage('BTC', 0))).toBe('leverage_invalid')
  })

  test('F36. Leverage above what the margin tier of the position allows is refused', () => {
    const bench = new Bench({ deposit: '100000' })
    expect(refusal(() => bench.exchange.setLeverage('BTC', 51))).toBe('leverage_exceeds_tier')
    bench.exchange.setLeverage('BTC', 50)
    bench.flat(100)
    bench.exchange.submit(request({ quantity: '100' }))
    bench.flat(100)
    const more = request({ clientOrderId: 'more', quantity: '0.1' })
    expect(
      refusal(() => bench.exchange.submit(more)),
      'beyond 10 000 the tier allows 10x',
    ).toBe('leverage_exceeds_tier')
  })

  test('F28. Spot is not sold short, has leverage 1, pays no funding and is not liquidated', () => {
    const bench = new Bench({ instruments: [instrument('BTC', { kind: 'spot', marginTiers: [] })] })
    bench.flat(100)
    const sell = request({ clientOrderId: 'sell', side: 'sell', quantity: '2' })
    expect(refusal(() => bench.exchange.submit(sell))).toBe('spot_short')
    expect(refusal(() => bench.exchange.setLeverage('BTC', 2))).toBe('leverage_exceeds_tier')
    bench.enter()
    bench.venue.fund('BTC', 0.01, bench.now)
    bench.candle(100, 100, 0.1, 0.1)
    expect(bench.exchange.positions()).toMatchObject([{ quantity: '1', liquidationPrice: null }])
    bench.exchange.submit(sell)
    bench.flat(100)
    expect(bench.exchange.positions()).toEqual([])
    expect(bench.status('sell')).toBe('expired: reduce_only')
    expect(bench.exchange.account().equity).toBe('1000')
  })
})

describe('liquidation', () => {
  const leveraged = (side: 'buy' | 'sell' = 'buy') => {
    const bench = new Bench()
    bench.exchange.setLeverage('BTC', 10)
    bench.enter(side)
    return bench
  }

  test('F37. Of stop and liquidation, the one nearer the entry comes first', () => {
    const saved = leveraged()
    expect(saved.exchange.positions(), '(100 − 10) ÷ 0.99 = 90.909…, up to the tick').toMatchObject([
      { liquidationPrice: '91' },
    ])
    saved.exchange.submit(stop('91.1'))
    saved.candle(100, 100, 80, 80)
    expect(saved.story.slice(1)).toEqual(['stop sell 1 @ 91.1'])

    const lost = leveraged()
    lost.exchange.submit(stop('91'))
    lost.candle(100, 100, 80, 80)
    expect(lost.story.slice(1)).toEqual(['liquidation sell 1 @ 91'])
    expect(lost.status('stop'), 'the price came by it afterwards').toBe('expired: reduce_only')
  })

  test('F38. Liquidation fills at the liquidation price and exactly the margin is lost', () => {
    const bench = leveraged('sell')
    bench.candle(100, 108.9, 100, 100)
    expect(bench.story.at(-1), '(100 + 10) ÷ 1.01 = 108.91, down to the tick').toBe(
      'liquidation buy 1 @ 108.9',
    )
    expect(bench.fills.at(-1)).toMatchObject({
      reason: 'liquidation',
      clientOrderId: null,
      fee: '1.1',
      liquidity: 'taker',
    })
    expect(bench.exchange.account()).toMatchObject({ balance: '990', equity: '990', marginUsed: '0' })
    expect(bench.events.at(-1)).toMatchObject({ type: 'order.filled', order: null })
  })

  test('F39. An open beyond the liquidation price liquidates, though a stop was jumped over as well', () => {
    const bench = leveraged()
    bench.exchange.submit(stop('95'))
    bench.open(50)
    expect(bench.story.slice(1)).toEqual(['liquidation sell 1 @ 91'])
    expect(bench.exchange.account().balance).toBe('990')
    expect(bench.status('stop')).toBe('expired: reduce_only')
  })

  test('A position without leverage is not liquidated on the way down', () => {
    const bench = new Bench({ deposit: money('100') })
    bench.enter()
    expect(bench.exchange.positions()).toMatchObject([{ liquidationPrice: null }])
    bench.candle(100, 100, 0.1, 1)
    expect(bench.exchange.positions()).toHaveLength(1)
  })
})
