import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paperInstrument, paperInstruments } from '../../../adapters/market/instruments.ts'
import { seriesOf } from '../../../domain/candle.ts'
import { marginTier } from '../../../domain/instrument.ts'
import { dec, type Money, money } from '../../../domain/units.ts'

const KNOWN = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'AVAX', 'DOGE', 'ASTER', 'POL']

const maintenance = (symbol: string, notional: string): string => {
  const tier = marginTier(paperInstrument(symbol), notional as Money)
  return dec(notional).times(tier.maintenanceRatio).minus(tier.maintenanceAmount).toFixed()
}

describe('paperInstrument', () => {
  test.each([...KNOWN, 'NEW'])('margin tiers of %s rise, and maintenance margin has no step', symbol => {
    const { marginTiers } = paperInstrument(symbol)
    expect(marginTiers.at(-1)?.notionalMax).toBeNull()
    marginTiers.slice(1).forEach((tier, index) => {
      const before = marginTiers[index]
      const bound = before?.notionalMax as Money
      const above = dec(bound).times(tier.maintenanceRatio).minus(tier.maintenanceAmount)
      expect(above.toFixed(), 'at the bound both tiers ask the same').toBe(maintenance(symbol, bound))
      expect(dec(tier.maintenanceRatio).gt(before?.maintenanceRatio ?? 0)).toBe(true)
      expect(tier.leverageMax).toBeLessThan(before?.leverageMax ?? 0)
    })
    for (const tier of marginTiers) {
      const initialRatio = dec(1).div(tier.leverageMax)
      expect(initialRatio.gt(tier.maintenanceRatio), 'a fresh position is not liquidated at once').toBe(true)
    }
  })

  test('BTC and ETH have the granularity traders know', () => {
    expect(paperInstrument('BTC')).toMatchObject({ tickSize: '0.1', stepSize: '0.001', minNotional: '5' })
    expect(paperInstrument('ETH')).toMatchObject({ tickSize: '0.01', stepSize: '0.001', quote: 'USDT' })
  })

  test.each([
    [65_432, '0.1', '0.0001'],
    [250, '0.001', '0.01'],
    [1, '0.00001', '1'],
    [0.2, '0.000001', '1'],
    [0.000012, '0.0000000001', '1'],
  ])('an unknown symbol at %d has tick %s and step %s', (reference, tickSize, stepSize) => {
    expect(paperInstrument('NEW', reference)).toMatchObject({ tickSize, stepSize })
  })

  test('tick and step of any price are small beside it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-8, max: 1e7, noNaN: true }), reference => {
        const { tickSize, stepSize } = paperInstrument('NEW', reference)
        const tickShare = Number(tickSize) / reference
        expect(tickShare).toBeGreaterThan(0.9e-6)
        expect(tickShare).toBeLessThan(1.1e-5)
        expect(Number(stepSize) * reference).toBeLessThan(10.1)
        expect(tickSize).not.toContain('e')
      }),
      { numRuns: 1_000 },
    )
  })

  test('overrides win: by symbol over all, all over the default', () => {
    const overrides = {
      all: { minNotional: '20', tickSize: '0.5', leverageMax: 10 },
      symbols: { BTC: { tickSize: '1' } },
    }
    const btc = paperInstrument('BTC', 1, overrides)
    expect(btc).toMatchObject({ tickSize: '1', minNotional: '20', stepSize: '0.001' })
    expect(paperInstrument('ETH', 1, overrides).tickSize).toBe('0.5')
    expect(btc.marginTiers.map(tier => tier.leverageMax)).toEqual([10, 10, 10, 10, 10, 10, 4])
  })

  test.each([
    [{ tickSize: '0' }, 'tickSize'],
    [{ stepSize: '-1' }, 'stepSize'],
    [{ minNotional: 'five' }, 'minNotional'],
    [{ leverageMax: Number.NaN }, 'leverageMax'],
    [{ tickSize: 'Infinity' }, 'tickSize'],
  ])('override %j is refused', (all, field) => {
    expect(() => paperInstrument('BTC', 1, { all })).toThrow(field)
  })

  test.each([[0], [-1], [Number.NaN]])('reference price %d is refused', reference => {
    expect(() => paperInstrument('NEW', reference)).toThrow(/NEW: reference price/)
  })
})

test('instruments of series take the tick from the lowest price', () => {
  const bar = (openAt: number, value: number) => ({
    openAt,
    open: value,
    high: value,
    low: value,
    close: value,
    volume: 1,
  })
  const found = paperInstruments([seriesOf('NEW', '1m', [bar(0, 5), bar(60_000, 0.5), bar(120_000, 50)])])
  expect(found).toMatchObject([{ symbol: 'NEW', tickSize: '0.000001' }])
  expect(money(found[0]?.minNotional ?? '')).toBe('5')
})
