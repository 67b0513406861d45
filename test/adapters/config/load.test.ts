import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { load, problemsOf } from './given.ts'

const first = (given: Parameters<typeof load>[0] = {}) => {
  const account = load(given).settings.accounts[0]
  if (account === undefined) throw new Error('no account')
  return account
}

describe('defaults (B-55, requirements 17.1 and 27)', () => {
  test('an account without any setting is the cautious one', () => {
    expect(first()).toMatchInlineSnapshot(`
      {
        "assets": [
          "BTC",
          "ETH",
          "SOL",
        ],
        "cooldownIntervals": 3,
        "cooldownMsMin": 900000,
        "deposit": "1000",
        "exchange": "paper",
        "id": "default",
        "interval": "1h",
        "label": "default",
        "model": null,
        "nakedMsMax": 5000,
        "reconcileMs": 30000,
        "retention": {
          "llmDays": 730,
          "ordersDays": 1825,
        },
        "risk": {
          "dailyLossRatioMax": 0.05,
          "drawdownRearmRatio": 0.15,
          "drawdownTripRatio": 0.25,
          "drawdownWarnRatio": 0.15,
          "emergencyAction": "flatten",
          "fundingRateMax": 0.001,
          "heatRatioMax": 0.06,
          "leverageDefault": 2,
          "leverageMax": 5,
          "leverageMin": 1,
          "positionBasis": "notional",
          "positionRatioMax": 0.2,
          "positionsMax": 3,
          "priceAgeMsMax": 120000,
          "riskPerTradeRatioMax": 0.02,
          "slippageRatioMax": 0.005,
          "stop": "derive",
          "stopAtrMultiple": 1.5,
          "tradesPerDayMax": 20,
        },
        "shadowOf": null,
        "strategy": {
          "breakEven": null,
          "closeScore": null,
          "confidenceMin": 70,
          "confirmationMs": 300000,
          "entryScore": 0.4,
          "name": "signals",
          "reversalCount": 2,
          "reversalMargin": 0.2,
          "signals": {
            "macd": {
              "enabled": true,
              "fast": 12,
              "signal": 9,
              "slow": 26,
              "weight": 0.4,
            },
            "movingAverage": {
              "enabled": true,
              "fast": 10,
              "slow": 20,
              "weight": 0.4,
            },
            "rsi": {
              "buyBelow": 30,
              "enabled": true,
              "length": 14,
              "sellAbove": 70,
              "weight": 0.2,
            },
          },
          "targetRewardRatio": 2,
          "temperature": {
            "cool": 0.05,
            "coolSize": 0.5,
            "hot": 0.3,
            "hotSize": 1,
            "warm": 0.15,
            "warmSize": 0.75,
          },
          "trailing": null,
        },
        "unknownOrders": "leave",
        "unknownPositions": "close",
      }
    `)
  })

  test('an engine without any setting trades a generated market on paper', () => {
    const { accounts: _, dataDir, ...engine } = load().settings
    expect(dataDir).toMatch(/[\\/]data$/)
    expect(engine).toMatchInlineSnapshot(`
      {
        "api": {
          "auth": "token",
          "corsOrigins": [],
          "enabled": true,
          "host": "0.0.0.0",
          "hosts": [],
          "port": 3000,
          "publicRead": false,
          "ratePerMinute": 6000,
          "streams": {
            "bufferedBytesMax": 1048576,
            "clientsMax": 100,
            "heartbeatMs": 30000,
            "messagesPerSecond": 20,
            "sseClientsMax": 100,
          },
          "tlsCert": null,
          "tlsKey": null,
          "trustedProxies": [],
        },
        "databaseUrl": null,
        "feed": {
          "interval": "1m",
          "kind": "generated",
          "seed": 1,
          "startAt": 1735689600000,
          "symbols": [
            "BTC",
            "ETH",
            "SOL",
          ],
        },
        "inspector": false,
        "instruments": {
          "all": {},
          "symbols": {},
        },
        "logLevel": "info",
        "mode": "paper",
        "modelSecrets": {},
        "outliers": {
          "ranges": 10,
          "times": 3,
        },
        "paper": {
          "fundingIntervalMs": 28800000,
          "fundingRate": 0.0001,
          "latencyMs": 50,
          "makerFeeRatio": 0.0002,
          "slippageRatio": 0.0002,
          "takerFeeRatio": 0.0005,
          "volumeShareMax": 0.1,
        },
        "performance": {
          "annualisationDays": 252,
          "riskFreeRatio": 0,
          "sortinoDenominator": "all",
          "sortinoTargetRatio": 0,
        },
        "speed": 1,
      }
    `)
  })

  test('the oldest price is two candles of the feed', () => {
    expect(first({ yaml: 'feed: {kind: generated, interval: 5m}\n' }).risk.priceAgeMsMax).toBe(600_000)
  })

  test('warn and re-arm lines nobody set follow a trip line somebody did', () => {
    const { risk } = first({ env: { EMERGENCY_DRAWDOWN_PCT: '10' } })
    expect(risk).toMatchObject({ drawdownTripRatio: 0.1, drawdownWarnRatio: 0.06, drawdownRearmRatio: 0.06 })
  })

  test('the testing profile is ten times more sensitive and warned about (C-49)', () => {
    const { settings, warnings } = load({ yaml: 'defaults: {strategy: {temperature: {profile: testing}}}\n' })
    const { cool, warm, hot } = settings.accounts[0]?.strategy.temperature ?? {}
    expect([cool, warm, hot]).toEqual([0.005, 0.015, 0.03])
    expect(warnings.join()).toContain('Temperature profile testing')
  })

  test('entries are confirmed for 300 s, and not at all by the preset aggressive, which must be chosen (C-56)', () => {
    expect(first().strategy.confirmationMs).toBe(300_000)
    const yaml = 'defaults: {strategy: {preset: aggressive}}\n'
    const { settings, warnings } = load({ yaml })
    expect(settings.accounts[0]?.strategy.confirmationMs).toBe(0)
    expect(warnings.join()).toContain('Account default has the preset aggressive, for paper only.')
    expect(first({ yaml, env: { CONFIRMATION_S: '60' } }).strategy.confirmationMs).toBe(60_000)
    for (const chosen of ['preset: aggressive', 'temperature: {profile: testing}']) {
      const live = `mode: live\ndefaults: {strategy: {${chosen}}}\n`
      expect(() => load({ yaml: live })).toThrow(/Live trading was asked for/)
    }
  })
})

describe('precedence: options, variables, file, defaults (B-63)', () => {
  const yaml = 'defaults: {interval: 5m}\naccounts: [{id: a}, {id: b, interval: 15m}]\n'
  const intervals = (given: Parameters<typeof load>[0]) =>
    load(given).settings.accounts.map(account => account.interval)

  test.each<[string, Parameters<typeof load>[0], string[]]>([
    ['built-in default', { yaml: 'accounts: [{id: a}, {id: b}]\n' }, ['1h', '1h']],
    ['the file: account over defaults', { yaml }, ['5m', '15m']],
    ['a variable over the file', { yaml, env: { INTERVAL: '30m' } }, ['30m', '30m']],
    [
      'a suffixed variable over the general one',
      { yaml, env: { INTERVAL: '30m', INTERVAL_b: '4h' } },
      ['30m', '4h'],
    ],
    [
      'an option over everything',
      { yaml, env: { INTERVAL: '30m', INTERVAL_b: '4h' }, flags: { interval: '1m' } },
      ['1m', '1m'],
    ],
    ['an empty variable is no variable', { yaml, env: { INTERVAL: '' } }, ['5m', '15m']],
  ])('%s', (_, given, expected) => {
    expect(intervals(given)).toEqual(expected)
  })

  test('engine settings follow the same order', () => {
    const port = (given: Parameters<typeof load>[0]) => load(given).settings.api.port
    const file = { yaml: 'api: {port: 4000}\n' }
    expect(port({})).toBe(3000)
    expect(port(file)).toBe(4000)
    expect(port({ ...file, env: { PORT: '5000' } })).toBe(5000)
    expect(port({ ...file, env: { PORT: '5000', APP_PORT: '6000' } })).toBe(6000)
    expect(port({ ...file, env: { PORT: '5000', APP_PORT: '6000', API_PORT: '7000' } })).toBe(7000)
    expect(port({ ...file, env: { API_PORT: '7000' }, flags: { port: '0' } })).toBe(0)
  })

  test('an account keeps what it does not override, a strategy by name keeps the options of the defaults', () => {
    const [a, b] = load({
      yaml: 'defaults:\n  strategy: {name: signals, entry_score: 0.3}\n  risk: {heat_pct_max: 4}\naccounts:\n  - {id: a}\n  - {id: b, strategy: analysts, risk: {positions_max: off}}\n',
    }).settings.accounts
    expect([a?.strategy.name, a?.strategy.entryScore]).toEqual(['signals', 0.3])
    expect([b?.strategy.name, b?.strategy.entryScore]).toEqual(['analysts', 0.3])
    expect(b?.risk).toMatchObject({ heatRatioMax: 0.04, positionsMax: null })
  })

  test('each value knows its source', () => {
    const { sources } = load({ yaml, env: { ASSETS: 'BTC' }, flags: { host: '::1' } })
    expect(sources.get('accounts[0].interval')).toMatchObject({ source: 'file', name: 'latch.yaml', line: 1 })
    expect(sources.get('accounts[1].interval')).toMatchObject({ source: 'file', line: 2 })
    expect(sources.get('accounts[1].assets')).toMatchObject({ source: 'env', name: 'env ASSETS' })
    expect(sources.get('api.host')).toMatchObject({ source: 'flag', name: '--host' })
    expect(sources.get('speed')).toMatchObject({ source: 'default' })
  })
})

describe('units and spellings', () => {
  test('assets come as a list or a text, in any spelling (NFR-013)', () => {
    for (const ASSETS of ['BTC,ETH', 'BTC ETH', ' btc , eth-usd ', 'BTCUSDT ETH/USDT:USDT']) {
      expect(first({ env: { ASSETS } }).assets).toEqual(['BTC', 'ETH'])
    }
    expect(first({ yaml: 'defaults: {assets: [BTC, ethusdt]}\n' }).assets).toEqual(['BTC', 'ETH'])
    expect(first({ flags: { assets: ['BTC', 'ETH'] } }).assets).toEqual(['BTC', 'ETH'])
  })

  test.each(['1m', '3m', '5m', '15m', '30m', '1h', '4h', '1d'])(
    'interval %s is accepted (NFR-014)',
    interval => {
      expect(first({ env: { INTERVAL: interval } }).interval).toBe(interval)
    },
  )

  test('off is the only word that switches a limit off', () => {
    const { risk } = first({ env: { MAX_POSITION_PCT: 'off', DAILY_LOSS_LIMIT_PCT: 'OFF' } })
    expect([risk.positionRatioMax, risk.dailyLossRatioMax]).toEqual([null, null])
    expect(load({ env: { EMERGENCY_DRAWDOWN_PCT: 'off' } }).warnings.join()).toContain('drawdown_trip_pct')
  })

  test('quoted money keeps every digit, a number keeps its value', () => {
    expect(first({ yaml: 'defaults: {deposit: "1000.000000000000000001"}\n' }).deposit).toBe(
      '1000.000000000000000001',
    )
    expect(first({ yaml: 'defaults: {deposit: 1000.10}\n' }).deposit).toBe('1000.1')
    expect(first({ env: { PAPER_INITIAL_BALANCE: '500' } }).deposit).toBe('500')
  })

  test('a percentage becomes the share with the same decimal digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), hundredths => {
        const { risk } = first({ env: { MAX_PORTFOLIO_HEAT_PCT: String(hundredths / 100) } })
        expect(risk.heatRatioMax).toBe(Number(`${hundredths}e-4`))
      }),
      { numRuns: 100 },
    )
  })

  test('instruments: all and by symbol', () => {
    const { instruments } = load({
      yaml: 'instruments:\n  all: {tick_size: "0.01"}\n  btcusdt: {step_size: 0.001, leverage_max: 20}\n',
    }).settings
    expect(instruments).toEqual({
      all: { tickSize: '0.01' },
      symbols: { BTC: { stepSize: '0.001', leverageMax: 20 } },
    })
  })

  test('a signal weight sum of exactly one in tenths is not above one', () => {
    const yaml =
      'defaults:\n  strategy:\n    signals: {rsi: {weight: 0.1}, moving_average: {weight: 0.2}, macd: {weight: 0.7}}\n'
    expect(first({ yaml }).strategy.signals.macd.weight).toBe(0.7)
  })
})

describe('paths', () => {
  const files = {
    'conf/latch.yaml': 'accounts: [{id: a, strategy: ./mine.ts}]\ndata_dir: store\n',
    'conf/mine.ts': '',
  }

  test('in a file they are relative to that file', () => {
    const loaded = load({
      files: { 'conf/mine.ts': '', 'conf/a.yaml': '- {id: a, strategy: ./mine.ts}' },
      env: { ACCOUNTS_FILE: 'conf/a.yaml' },
    })
    expect(loaded.settings.accounts[0]?.strategy.name).toBe(join(loaded.cwd, 'conf/mine.ts'))
  })

  test('in a variable or an option they are relative to the working folder', () => {
    const loaded = load({ files, env: { STRATEGY: 'conf/mine.ts' }, flags: { dataDir: 'here' } })
    expect(loaded.settings.accounts[0]?.strategy.name).toBe(join(loaded.cwd, 'conf/mine.ts'))
    expect(loaded.settings.dataDir).toBe(join(loaded.cwd, 'here'))
  })

  test('a strategy file that is not there is told with the place it was looked for', () => {
    const [problem] = problemsOf({ flags: { strategy: './none.ts' } })
    expect(problem?.message).toBe('there is no such strategy file')
    expect(problem?.remedy).toMatch(/^It was looked up as .*none\.ts\./)
  })

  test('stored candles by option replace the feed, at the shortest interval decided on', () => {
    const loaded = load({
      yaml: 'feed: {kind: generated, seed: 9}\naccounts: [{id: a, interval: 15m, assets: [BTC]}, {id: b, interval: 5m, assets: [XRP]}]\n',
      files: { 'candles/x': '' },
      flags: { data: 'candles', from: '2025-04-03' },
    })
    expect(loaded.settings.feed).toEqual({
      kind: 'candles',
      directory: join(loaded.cwd, 'candles'),
      interval: '5m',
      symbols: ['BTC', 'XRP'],
      from: Date.UTC(2025, 3, 3),
      to: null,
    })
  })
})

describe('variables inside the file', () => {
  test('they are put in after parsing, so they add no keys', () => {
    const { settings } = load({
      yaml: 'accounts: [{id: a, label: "${NAME}"}]\n',
      env: { NAME: 'x"}, {id: b}], speed: 9 # ' },
    })
    expect(settings.accounts).toHaveLength(1)
    expect(settings.accounts[0]?.label).toBe('x"}, {id: b}], speed: 9 # ')
    expect(settings.speed).toBe(1)
    const yaml = 'speed: "${SPEED}"\n'
    expect(() => load({ yaml, env: { SPEED: '9\naccounts: [{id: b}]' } })).toThrow(/speed/)
  })

  test('a fallback stands in for an unset or empty one; $$ is a dollar', () => {
    const yaml = 'accounts: [{id: a, label: "${A:-one} ${B:-two} $${C}"}]\n'
    expect(first({ yaml, env: { B: '' } }).label).toBe('one two ${C}')
    expect(first({ yaml, env: { A: '1', B: '2' } }).label).toBe('1 2 ${C}')
  })

  test('unquoted, a number stays a number; quoted, a text stays a text', () => {
    expect(load({ yaml: 'speed: ${SPEED_X:-60}\n' }).settings.speed).toBe(60)
    expect(problemsOf({ yaml: 'speed: "${SPEED_X:-60}"\n' })[0]?.path).toBe('speed')
  })

  test('no text of a variable ever becomes anything but one value', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter(text => /\S/.test(text)),
        text => {
          const { settings } = load({ yaml: 'accounts: [{id: a, label: "${TEXT}"}]\n', env: { TEXT: text } })
          expect(settings.accounts.map(({ id, label }) => [id, label])).toEqual([['a', text]])
        },
      ),
      { numRuns: 200 },
    )
  })
})
