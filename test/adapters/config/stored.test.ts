/** Accounts that were changed while the engine ran, laid over the file at a start. */
import { describe, expect, test } from 'vitest'
import { loadSettings } from '../../../adapters/config/load.ts'
import { ConfigError, type Problem } from '../../../adapters/config/problem.ts'
import { wordPath } from '../../../adapters/config/stored.ts'
import {
  joined,
  NOTHING_STORED,
  pathsIn,
  readStoredAccounts,
  type StoredAccounts,
  wordOfTheFile,
} from '../../../domain/stored-accounts.ts'

const FILE = [
  { id: 'one', assets: ['BTC'], deposit: '1000', risk: { positions_max: 3 } },
  { id: 'two', assets: ['ETH'], deposit: '2000' },
  { id: 'three', assets: ['SOL'], deposit: '3000' },
]
const load = (stored: Partial<StoredAccounts>, flags = {}, env = {}) =>
  loadSettings({
    file: null,
    env: { ACCOUNTS_JSON: JSON.stringify(FILE), ...env },
    flags,
    cwd: import.meta.dirname,
    stored: { ...NOTHING_STORED, ...stored },
  })

describe('what was said while the engine ran', () => {
  test('adds, changes and removes; the others stay as the file has them', () => {
    const { settings, sources } = load({
      set: {
        two: { label: 'Second', risk: { positions_max: 1 } },
        four: { assets: ['BTC'], deposit: '4000' },
      },
      removed: ['one'],
    })
    expect(settings.accounts.map(each => [each.id, each.label, each.deposit])).toEqual([
      ['two', 'Second', '2000'],
      ['three', 'three', '3000'],
      ['four', 'four', '4000'],
    ])
    expect(settings.accounts[0]?.risk.positionsMax).toBe(1)
    expect(sources.get('accounts[0].label')).toMatchObject({ source: 'store' })
    expect(sources.get('accounts[1].assets')).toMatchObject({ source: 'env' })
  })

  test('is nearer to an account than options and variables for all', () => {
    const { settings } = load({ set: { two: { deposit: '7' } } }, { deposit: '5' })
    expect(settings.accounts.map(each => each.deposit)).toEqual(['5', '7', '5'])
  })

  test('keeps the market as it was when the last account of an asset is gone', () => {
    const feed = { interval: '5m' as const, symbols: ['BTC', 'ETH', 'SOL'] }
    const { settings } = load({ removed: ['three'], feed })
    expect(settings.feed).toMatchObject(feed)
  })

  test('is refused by its own words, without its place among the accounts', () => {
    const refused = () => load({ set: { four: { assets: [], risk: { heat: 1 } } } })
    try {
      refused()
      expect.unreachable()
    } catch (error) {
      const { problems } = error as ConfigError
      expect(problems.map(each => wordPath(each, 'four'))).toEqual(['assets', 'risk.heat'])
      expect(problems.map(each => each.message)).not.toContainEqual(expect.stringMatching(/Too small/))
      expect(wordPath(problems[0] as Problem, 'two')).toBe('accounts[3].assets')
    }
    expect(refused).toThrow(ConfigError)
  })

  test('meets every rule that the file meets', () => {
    expect(() => load({ set: { TWO: { assets: ['BTC'] } } })).toThrow(/too close to two/)
    expect(() => load({ set: { four: { assets: ['BTC'], risk: { heat: 1 } } } })).toThrow(/heat/)
  })
})

describe('words', () => {
  test('are joined group by group, and null takes one back', () => {
    const words = joined(
      { risk: { heat_pct_max: 3, stop: 'derive' }, label: 'x' },
      { risk: { stop: null }, label: null },
    )
    expect(words).toEqual({ risk: { heat_pct_max: 3 } })
    expect(pathsIn({ risk: { leverage: { max: 2 } }, assets: ['BTC'] })).toEqual([
      'risk.leverage.max',
      'assets',
    ])
  })

  test('that name a secret, a file or an address are found', () => {
    expect(wordOfTheFile({ model: { api_key: 'x' } })).toBe('model.api_key')
    expect(wordOfTheFile({ model: { base_url: 'https://x' } })).toBe('model.base_url')
    expect(wordOfTheFile({ strategy: { name: '../x.ts' } })).toBe('strategy')
    expect(wordOfTheFile({ strategy: 'signals', model: { name: 'scripted/trend' } })).toBeNull()
  })

  test('of a form that is not known are refused, not passed over', () => {
    expect(readStoredAccounts(null)).toEqual(NOTHING_STORED)
    expect(() => readStoredAccounts({ version: 2 })).toThrow(/cannot read/)
  })
})
