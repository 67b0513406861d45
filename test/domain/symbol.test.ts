import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalSymbol } from '../../domain/symbol.ts'

const CASES: [text: string, symbol: string | null][] = [
  ['BTC', 'BTC'],
  ['BTCUSDT', 'BTC'],
  ['BTC-USDT', 'BTC'],
  ['BTC/USDT', 'BTC'],
  ['btc_usdt', 'BTC'],
  [' BTCUSD ', 'BTC'],
  ['BTC-USD', 'BTC'],
  ['ETHUSDC', 'ETH'],
  ['BTC/USDT:USDT', 'BTC'],
  ['BTC-PERP', 'BTC'],
  ['BTCUSDT_PERP', 'BTC'],
  ['BTC-USDT-SWAP', 'BTC'],
  ['1000PEPEUSDT', '1000PEPE'],
  ['MATICUSDT', 'POL'],
  ['PERP', 'PERP'],
  ['USDT', 'USDT'],
  ['BNBUSD', 'BNB'],
  ['USDCUSDT', 'USDC'],
  ['constructor', 'CONSTRUCTOR'],
  ['', null],
  ['-USDT', null],
  ['BTC-ETH', null],
  ['BTC-USDT-5m', null],
  ['../BTC', null],
  ['BTC USDT', null],
]

describe('canonicalSymbol', () => {
  test.each(CASES)('%j is %j', (text, symbol) => {
    expect(canonicalSymbol(text)).toBe(symbol)
  })

  test('every spelling of a pair gives the same asset', () => {
    const asset = fc
      .stringMatching(/^[A-Z0-9]{2,8}$/)
      .filter(name => canonicalSymbol(name) === name && !name.endsWith('FD'))
    const quote = fc.constantFrom('USDT', 'USDC', 'USD')
    fc.assert(
      fc.property(asset, quote, fc.constantFrom('', '-', '/', '_'), (name, other, separator) => {
        expect(canonicalSymbol(`${name}${separator}${other}`.toLowerCase())).toBe(name)
      }),
      { numRuns: 2_000 },
    )
  })

  test('any text gives an asset name or null', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const symbol = canonicalSymbol(text)
        if (symbol !== null) expect(symbol).toMatch(/^[A-Z0-9]{1,20}$/)
      }),
      { numRuns: 2_000 },
    )
  })
})
