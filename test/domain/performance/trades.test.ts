import { describe, expect, it } from 'vitest'
import type { PerformanceInput } from '../../../domain/performance/performance.ts'
import { daily, measure, trade, VECTOR_1 } from './given.ts'

describe('trades', () => {
  it('3 wins, 1 loss and 1 break-even are a win rate of 60 %', () => {
    const result = measure({ trades: [trade(10), trade(20), trade(30), trade(-15), trade(0)] })
    expect(result).toMatchObject({
      trades: 5,
      wins: 3,
      losses: 1,
      breakEven: 1,
      winRatePercent: '60',
      netPnl: '45',
      grossProfit: '60',
      grossLoss: '15',
      profitFactor: '4',
      expectancy: '9',
      winLossRatio: '1.333333333333',
      fees: '0.5',
      funding: '0.1',
    })
  })

  it('without trades, or without losses, what cannot be said is null', () => {
    expect(measure({})).toMatchObject({
      winRatePercent: null,
      profitFactor: null,
      expectancy: null,
      expectancyR: null,
    })
    expect(measure({ trades: [trade(5)] })).toMatchObject({
      winRatePercent: '100',
      profitFactor: null,
      winLossRatio: null,
    })
  })

  it('R-multiples are averaged over the trades that have one', () => {
    const trades = [trade(20, { rMultiple: '2' }), trade(-10, { rMultiple: '-1' }), trade(5)]
    expect(measure({ trades }).expectancyR).toBe('0.5')
  })

  it('assets are told apart and add up to the whole', () => {
    const trades = [trade(10), trade('-4.5', { symbol: 'ETH' }), trade(3), trade(2, { symbol: 'ETH' })]
    const result = measure({ trades })
    expect(Object.keys(result.byAsset)).toEqual(['BTC', 'ETH'])
    expect(result.byAsset['ETH']).toMatchObject({ trades: 2, wins: 1, netPnl: '-2.5', winRatePercent: '50' })
    expect(result.byAsset['BTC']).toMatchObject({ trades: 2, netPnl: '13', profitFactor: null })
    expect(result.netPnl).toBe('10.5')
  })

  it('amounts add up exactly', () => {
    expect(measure({ trades: [trade('0.1'), trade('0.2')] }).netPnl).toBe('0.3')
  })
})

describe('targets', () => {
  it('are met beyond the line, not on it, and unknown without a value', () => {
    const targets = (input: Partial<PerformanceInput>) =>
      Object.fromEntries(measure(input).targets.map(each => [each.metric, each.met]))
    expect(targets({ equity: VECTOR_1, trades: [trade(1), trade(-1)] })).toEqual({
      sharpe: true,
      maxDrawdownPercent: true,
      winRatePercent: false,
    })
    expect(targets({ equity: daily([1000, 850]) })).toEqual({
      sharpe: null,
      maxDrawdownPercent: false,
      winRatePercent: null,
    })
  })
})

it('the result is plain JSON', () => {
  const result = measure({ equity: VECTOR_1, trades: [trade(1)] })
  expect(JSON.parse(JSON.stringify(result))).toEqual(result)
})
