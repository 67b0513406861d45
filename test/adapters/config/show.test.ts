import { describe, expect, test } from 'vitest'
import { configJsonSchema } from '../../../adapters/config/schema.ts'
import { maskUrl, showSettings, showSettingsJson } from '../../../adapters/config/show.ts'
import { load } from './given.ts'

describe('config show', () => {
  test('each value stands with its source', () => {
    const shown = showSettings(
      load({
        yaml: 'accounts:\n  - id: a\n    risk: {heat_pct_max: 4}\n',
        env: { MAX_POSITIONS: '2', ASSETS: 'BTC ETH' },
        flags: { port: '0' },
      }),
    )
    expect(shown).toContain('port: 0 # flag --port\n')
    expect(shown).toContain('speed: 1 # default\n')
    expect(shown).toContain('assets: [ BTC, ETH ] # env ASSETS\n')
    expect(shown).toContain('heat_pct_max: 4 # file latch.yaml:3\n')
    expect(shown).toContain('positions_max: 2 # env MAX_POSITIONS\n')
  })

  test('what is shown loads as the same settings', () => {
    const yaml =
      'feed: {kind: generated, seed: 7}\ndefaults: {strategy: {target_reward_ratio: off}, risk: {drawdown_trip_pct: 10}}\naccounts: [{id: a, deposit: "1.000000000000000001"}, {id: b, strategy: analysts, risk: {heat_pct_max: off}}]\ninstruments: {all: {tick_size: "0.10"}}\n'
    const loaded = load({ yaml })
    expect(load({ yaml: showSettings(loaded) }).settings).toEqual(loaded.settings)
  })

  test('no password is shown', () => {
    const loaded = load({ env: { DATABASE_URL: 'postgres://u:hunter2@h/d?sslpassword=hunter3' } })
    const shown = showSettings(loaded) + JSON.stringify(showSettingsJson(loaded))
    expect(shown).not.toMatch(/hunter/)
    expect(shown).toContain('postgres://u:***@h/d')
  })

  test('an address that cannot be read is masked whole', () => {
    expect(maskUrl('postgres://u:p w@[h')).toBe('***')
  })
})

describe('config schema', () => {
  const schema = configJsonSchema() as {
    additionalProperties: boolean
    properties: Record<string, { properties?: Record<string, { default?: unknown; description?: string }> }>
  }

  test('it refuses unknown keys and carries defaults and meanings', () => {
    expect(schema.additionalProperties).toBe(false)
    expect(schema.properties['api']?.properties?.['port']).toMatchObject({ default: 3000, type: 'integer' })
    expect(schema.properties['defaults']?.properties?.['cooldown_intervals']).toMatchObject({ default: 3 })
  })

  test('a strategy may be a name or a group', () => {
    expect(JSON.stringify(schema.properties['defaults']?.properties?.['strategy'])).toContain('"anyOf"')
  })
})
