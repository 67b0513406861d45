import { describe, expect, test } from 'vitest'
import { type SignalMoment, signalQuality } from '../../../domain/performance/signal-quality.ts'

const HOUR = 3_600_000
const moment = (
  hour: number,
  action: SignalMoment['action'],
  price: number | null,
  more = {},
): SignalMoment => ({
  agent: 'signals',
  symbol: 'BTC',
  action,
  at: hour * HOUR,
  price,
  intervalMs: HOUR,
  ...more,
})

describe('a signal', () => {
  test('to buy hits when the price is higher at the horizon, by as much as it moved', () => {
    const [row] = signalQuality([moment(0, 'buy', 100), moment(1, 'hold', 90), moment(2, 'hold', 103)], 2)
    expect(row).toMatchObject({ buys: 1, sells: 0, pending: 0, lost: 0 })
    expect(row?.signals).toEqual({ measured: 1, hitRatePercent: 100, meanMovePercent: 3 })
  })

  test('to sell hits when the price is lower', () => {
    const moments = [moment(0, 'sell', 100), moment(1, 'sell', 98), moment(2, 'hold', 99)]
    const [row] = signalQuality(moments, 1)
    expect(row?.signals).toEqual({ measured: 2, hitRatePercent: 50, meanMovePercent: 0.489796 })
  })

  test('that is followed by no move at all is no hit', () => {
    const [row] = signalQuality([moment(0, 'buy', 100), moment(1, 'hold', 100)], 1)
    expect(row?.signals).toEqual({ measured: 1, hitRatePercent: 0, meanMovePercent: 0 })
  })

  test('whose horizon is not over is pending', () => {
    const [row] = signalQuality([moment(0, 'hold', 100), moment(1, 'buy', 100)], 4)
    expect(row).toMatchObject({ buys: 1, pending: 1, lost: 0 })
    expect(row?.signals).toEqual({ measured: 0, hitRatePercent: null, meanMovePercent: null })
  })

  test('without a price at the end of its horizon, or at its own time, is lost', () => {
    const late = [moment(0, 'buy', 100), moment(2, 'hold', 120)]
    expect(signalQuality(late, 1)[0]).toMatchObject({ pending: 0, lost: 1 })
    const blind = [moment(0, 'buy', null), moment(1, 'hold', 120)]
    expect(signalQuality(blind, 1)[0]).toMatchObject({ pending: 0, lost: 1 })
  })

  test('is measured by the first price at the horizon or less than an interval later', () => {
    const between = [moment(0, 'buy', 100), moment(1.5, 'hold', 110), moment(1.9, 'hold', 50)]
    expect(signalQuality(between, 1)[0]?.signals.meanMovePercent).toBe(10)
  })

  test('to close or to hold is none', () => {
    const moments = [moment(0, 'close', 100), moment(1, 'hold', 110)]
    expect(signalQuality(moments, 1)[0]).toMatchObject({ buys: 0, sells: 0, signals: { measured: 0 } })
  })
})

describe('the baseline', () => {
  test('takes every decision for a buy', () => {
    const prices = [100, 101, 100, 102]
    const [row] = signalQuality(
      prices.map((price, hour) => moment(hour, hour === 1 ? 'sell' : 'hold', price)),
      1,
    )
    expect(row?.baseline.measured).toBe(3)
    expect(row?.baseline.hitRatePercent).toBeCloseTo(66.666667, 6)
    expect(row?.signals.hitRatePercent).toBe(100)
  })
})

describe('agents and assets', () => {
  test('have rows of their own, and the prices of an asset are those of all who decide on it', () => {
    const rows = signalQuality(
      [
        moment(1, 'hold', 110, { agent: 'analysts' }),
        moment(0, 'buy', 100),
        moment(0, 'buy', 50, { symbol: 'ETH' }),
        moment(1, 'hold', 49, { symbol: 'ETH' }),
      ],
      1,
    )
    expect(rows.map(each => [each.agent, each.symbol, each.signals.meanMovePercent])).toEqual([
      ['analysts', 'BTC', null],
      ['signals', 'BTC', 10],
      ['signals', 'ETH', -2],
    ])
  })

  test('without decisions have no row', () => {
    expect(signalQuality([], 4)).toEqual([])
  })
})
