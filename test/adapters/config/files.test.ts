import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { VARIABLE_NAMES } from '../../../adapters/config/environment.ts'
import { loadSettings } from '../../../adapters/config/load.ts'

const root = new URL('../../..', import.meta.url).pathname
const read = (name: string): string => readFileSync(`${root}/${name}`, 'utf8')

describe('.env.example (C-66)', () => {
  const lines = read('.env.example').split('\n')
  const named = lines.flatMap(line => /^(?:# )?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1] ?? [])

  test('it names every variable the configuration reads, once', () => {
    expect(named.toSorted()).toEqual([...new Set(named)].toSorted())
    expect([...VARIABLE_NAMES].filter(name => !named.includes(name))).toEqual([])
  })

  test('it names no variable that nothing reads', () => {
    expect(named.filter(name => !VARIABLE_NAMES.includes(name))).toEqual([])
  })

  test('no other product file reads a variable it does not name', () => {
    // Conventions of terminals and of Node, not settings of ours.
    const conventions = ['NO_COLOR', 'TERM', 'LANG', 'LC_ALL', 'LC_CTYPE', 'WT_SESSION', 'NODE_ENV']
    const files = globSync('{domain,machines,actors,adapters,http,cli}/**/*.ts', { cwd: root })
    const used = files.flatMap(file =>
      [...read(file).matchAll(/\benv(?:\.|\[')([A-Z][A-Z0-9_]+)/g)].map(match => String(match[1])),
    )
    expect([...new Set(used)].filter(name => !named.includes(name) && !conventions.includes(name))).toEqual(
      [],
    )
  })

  test('it keeps the API on this machine and holds no secret (X-23, R3)', () => {
    expect(lines.filter(line => line !== '' && !line.startsWith('#'))).toEqual(['API_HOST=127.0.0.1'])
    const secrets = lines.filter(line => /^(# )?[A-Z_]*(TOKEN|SECRET|PASSWORD|KEY|URL)=./.test(line))
    expect(secrets).toEqual([])
  })

  test('its suggestions load', () => {
    const env = Object.fromEntries(
      lines.flatMap(line => {
        const match = /^# ([A-Z][A-Z0-9_]+)="?([^"]*)"?$/.exec(line)
        return match === null ? [] : [[match[1], match[2]]]
      }),
    ) as Record<string, string>
    expect(Object.keys(env).length).toBeGreaterThan(30)
    const { settings } = loadSettings({ file: null, env, flags: {}, cwd: root })
    const plain = loadSettings({ file: null, env: { SPEED: '60' }, flags: {}, cwd: root })
    expect(settings).toEqual(plain.settings)
  })
})

describe('profiles', () => {
  const profile = (name: string) =>
    loadSettings({ file: `profiles/${name}.yaml`, env: {}, flags: {}, cwd: root })

  test('default runs three different traders on a generated market', () => {
    const { settings } = profile('default')
    expect(settings).toMatchObject({ mode: 'paper', speed: 60, feed: { kind: 'generated', interval: '1m' } })
    expect(settings.accounts.map(({ id, assets }) => [id, assets])).toEqual([
      ['momentum', ['BTC', 'ETH']],
      ['analysts', ['SOL', 'BNB']],
      ['cross', ['XRP']],
    ])
    expect(settings.accounts[2]?.strategy.name).toMatch(/[\\/]examples[\\/]ema-cross\.ts$/)
  })

  test('default keeps every limit on', () => {
    for (const { risk } of profile('default').settings.accounts) {
      expect(Object.values(risk)).not.toContain(null)
      expect(risk.stop).toBe('derive')
    }
  })

  test('default warns of nothing once .env.example is copied', () => {
    const loaded = loadSettings({
      file: 'profiles/default.yaml',
      env: { API_HOST: '127.0.0.1' },
      flags: {},
      cwd: root,
    })
    expect(loaded.warnings).toEqual([])
  })

  test('ema-cross has every limit off and no cost but the fee', () => {
    const { paper, accounts } = profile('ema-cross').settings
    expect(paper).toMatchObject({
      makerFeeRatio: 0.0005,
      takerFeeRatio: 0.0005,
      slippageRatio: 0,
      latencyMs: 0,
    })
    expect(paper).toMatchObject({ volumeShareMax: null, fundingRate: 0 })
    expect(accounts[0]).toMatchObject({ deposit: '10000', cooldownIntervals: 0, cooldownMsMin: 0 })
    expect(accounts[0]?.risk).toMatchObject({
      stop: 'off',
      leverageMin: 1,
      leverageMax: 1,
      positionRatioMax: null,
      riskPerTradeRatioMax: null,
      heatRatioMax: null,
      positionsMax: null,
      tradesPerDayMax: null,
      dailyLossRatioMax: null,
      drawdownTripRatio: null,
      fundingRateMax: null,
    })
    expect(accounts[0]?.strategy).toMatchObject({ confirmationMs: 0, confidenceMin: 0 })
  })
})

describe('labels of the ready profiles', () => {
  test.each(globSync('profiles/*.yaml', { cwd: root }))(
    '%s: none names an asset, which --assets would change',
    name => {
      const cwd = `${root}/profiles`
      const { settings } = loadSettings({ file: `${root}/${name}`, env: {}, flags: {}, cwd })
      expect(settings.accounts.length).toBeGreaterThan(0)
      for (const { label, assets } of settings.accounts) {
        for (const asset of assets) expect(label.split(/\W+/)).not.toContain(asset)
      }
    },
  )
})
