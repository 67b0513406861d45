import { describe, expect, test } from 'vitest'
import { SafetyRefusal } from '../../../adapters/config/problem.ts'
import { type Given, load, problemsOf, rowOf } from './given.ts'

type Case = { name: string; given: Given; rows: string[] }

const yaml = (text: string): Given => ({ yaml: text })

const CASES: Case[] = [
  {
    name: 'a misspelt limit names the right word and its line',
    given: yaml('defaults:\n  risk:\n    positon_pct_max: 5\n'),
    rows: ['latch.yaml:3:5 defaults.risk.positon_pct_max: unknown key > Did you mean position_pct_max?'],
  },
  ...['x'.repeat(65), 'pay\\u202Eno', 'a\\nb'].map((label, index) => ({
    name: `label ${index}: too long, or not seen as it is`,
    given: yaml(`accounts:\n  - id: a\n    label: "${label}"\n`),
    rows: [
      'latch.yaml:3:12 accounts[0].label: expected a name of up to 64 visible characters, without control or direction ' +
        'characters > Correct or remove it.',
    ],
  })),
  {
    name: 'two swapped letters at the top are one slip',
    given: yaml('spede: 2\n'),
    rows: ['latch.yaml:1:1 spede: unknown key > Did you mean speed?'],
  },
  {
    name: 'a key of an account at the top is sent to its place',
    given: yaml('cooldown_intervals: 2\n'),
    rows: [
      'latch.yaml:1:1 cooldown_intervals: this key is in the wrong place > It belongs in defaults: or an entry of accounts:.',
    ],
  },
  {
    name: 'a key in the wrong group is sent to its group',
    given: yaml('accounts:\n  - id: a\n    heat_pct_max: 2\n'),
    rows: [
      'latch.yaml:3:5 accounts[0].heat_pct_max: this key is in the wrong place > It belongs under risk: in defaults: or an entry of accounts:.',
    ],
  },
  {
    name: 'credentials of a live venue have no place yet',
    given: yaml('accounts:\n  - id: a\n    asterdex: {api_key: k}\n'),
    rows: [
      'latch.yaml:3:5 accounts[0].asterdex: this version has no live venues > Remove asterdex: accounts trade on paper.',
    ],
  },
  {
    name: 'a word where a number belongs',
    given: yaml('defaults:\n  risk: {positions_max: few}\n'),
    rows: [
      'latch.yaml:2:25 defaults.risk.positions_max: expected a whole number of 1 or more, or the word off > For example positions_max: 3.',
    ],
  },
  {
    name: 'a number below its range',
    given: yaml('defaults:\n  risk: {heat_pct_max: 0}\n'),
    rows: [
      'latch.yaml:2:24 defaults.risk.heat_pct_max: expected a percentage above 0 and up to 100 > For example heat_pct_max: 6.',
    ],
  },
  {
    name: 'a limit cannot be switched off by false, null or nothing',
    given: yaml(
      'defaults:\n  risk:\n    heat_pct_max: false\n    positions_max: null\n    daily_loss_pct_max:\n',
    ),
    rows: [
      'latch.yaml:3:19 defaults.risk.heat_pct_max: expected a percentage above 0 and up to 100, or the word off > For example heat_pct_max: 6.',
      'latch.yaml:4:20 defaults.risk.positions_max: expected a whole number of 1 or more, or the word off > For example positions_max: 3.',
      'latch.yaml:5:24 defaults.risk.daily_loss_pct_max: expected a percentage above 0 and up to 100, or the word off > For example daily_loss_pct_max: 5.',
    ],
  },
  {
    name: 'an interval the engine does not have',
    given: yaml('accounts:\n  - id: a\n    interval: 7m\n'),
    rows: [
      'latch.yaml:3:15 accounts[0].interval: expected one of 1m, 3m, 5m, 15m, 30m, 1h, 4h, 1d > For example interval: 1h.',
    ],
  },
  {
    name: 'an empty text',
    given: yaml('data_dir: ""\n'),
    rows: ['latch.yaml:1:11 data_dir: expected a folder, not empty > For example data_dir: ./data.'],
  },
  {
    name: 'an amount with more digits than a number keeps',
    given: yaml('defaults:\n  deposit: 1000.00000000000000001\n'),
    rows: [
      'latch.yaml:2:12 defaults.deposit: this number cannot be held exactly > Write amounts with this many digits in quotes; other values as ordinary decimal numbers.',
    ],
  },
  {
    name: 'a deposit of nothing',
    given: yaml('defaults:\n  deposit: "0.00"\n'),
    rows: [
      'latch.yaml:2:12 defaults.deposit: expected an amount above 0, such as 1000 or "1000.50" > For example deposit: 1000.',
    ],
  },
  {
    name: 'weights above one are named with their sum (C-12)',
    given: yaml(
      'accounts:\n  - id: a\n    strategy:\n      signals:\n        rsi: {weight: 0.7}\n        macd: {weight: 0.6}\n        moving_average: {enabled: false}\n',
    ),
    rows: [
      'latch.yaml:5:23 accounts[0].strategy.signals: the weights of the enabled signals add up to 1.3: rsi 0.7 + macd 0.6 > Lower them to 1 or less, or set enabled: false on one.',
    ],
  },
  {
    name: 'no signal left to score with',
    given: yaml(
      'defaults:\n  strategy:\n    signals: {rsi: {enabled: false}, macd: {enabled: false}, moving_average: {weight: 0}}\n',
    ),
    rows: [
      'latch.yaml:3:30 defaults.strategy.signals.rsi.enabled: no signal is enabled with a weight > Enable one and give it a weight above 0, for example rsi: {enabled: true, weight: 0.2}.',
    ],
  },
  {
    name: 'a signal nobody registered',
    given: yaml('defaults:\n  strategy:\n    signals:\n      rsii: {weight: 0}\n'),
    rows: ['latch.yaml:4:22 defaults.strategy.signals.rsii.weight: unknown signal > Did you mean rsi?'],
  },
  {
    name: 're-arm line above the trip line',
    given: yaml('defaults:\n  risk: {drawdown_trip_pct: 10, drawdown_rearm_pct: 12}\n'),
    rows: [
      'latch.yaml:2:53 defaults.risk.drawdown_rearm_pct: drawdown_rearm_pct 12 is above drawdown_trip_pct 10 > Set drawdown_rearm_pct below drawdown_trip_pct.',
    ],
  },
  {
    name: 're-arm line on the trip line',
    given: yaml('defaults:\n  risk: {drawdown_rearm_pct: 25}\n'),
    rows: [
      'latch.yaml:2:30 defaults.risk.drawdown_rearm_pct: drawdown_rearm_pct 25 is equal to drawdown_trip_pct 25 > Set drawdown_rearm_pct below drawdown_trip_pct.',
    ],
  },
  {
    name: 'leverage out of order',
    given: yaml('defaults:\n  risk:\n    leverage: {min: 3}\n'),
    rows: [
      'latch.yaml:3:21 defaults.risk.leverage.min: min 3 is above default 2 > Set min to at most default.',
    ],
  },
  {
    name: 'averages whose slow one is not slower',
    given: yaml(
      'defaults:\n  strategy:\n    signals:\n      moving_average: {slow: 10}\n      macd: {fast: 30}\n      rsi: {buy_below: 80}\n',
    ),
    rows: [
      'latch.yaml:4:30 defaults.strategy.signals.moving_average.slow: fast 10 is equal to slow 10 > Set fast below slow.',
      'latch.yaml:5:20 defaults.strategy.signals.macd.fast: fast 30 is above slow 26 > Set fast below slow.',
      'latch.yaml:6:24 defaults.strategy.signals.rsi.buy_below: buy_below 80 is above sell_above 70 > Set buy_below below sell_above.',
    ],
  },
  {
    name: 'an account id given twice',
    given: yaml('accounts:\n  - id: a-b\n  - id: A_b\n  - id: a-b\n'),
    rows: [
      'latch.yaml:3:9 accounts[1].id: this account id is too close to a-b > The first is at latch.yaml:2:9. Give each account its own id.',
      'latch.yaml:4:9 accounts[2].id: this account id is taken > The first is at latch.yaml:2:9. Give each account its own id.',
    ],
  },
  {
    name: 'an account without an id',
    given: yaml('accounts:\n  - assets: [BTC]\n'),
    rows: [
      'latch.yaml:2:5 accounts[0].id: is missing: expected an id of up to 32 letters, digits, - or _, starting with a letter or digit > For example id: main.',
    ],
  },
  {
    name: 'an asset that is none, twice the same, or without prices',
    given: yaml(
      'feed: {kind: generated, symbols: [BTC]}\naccounts:\n  - {id: a, assets: [BTC, BTCUSDT]}\n  - {id: b, assets: [ETH]}\n  - {id: c, assets: ["B T"]}\n',
    ),
    rows: [
      'latch.yaml:3:21 accounts[0].assets: this asset is listed twice > Keep one of the two.',
      'latch.yaml:4:21 accounts[1].assets: the feed has no prices of this asset > Add ETH to feed.symbols, or leave feed.symbols out to price every asset traded.',
      'latch.yaml:5:22 accounts[2].assets[0]: expected the name of an asset, such as BTC (numbers in quotes) > For example assets: [BTC, ETH, SOL].',
    ],
  },
  {
    name: 'an unknown strategy and a strategy file that is not there',
    given: yaml('accounts:\n  - {id: a, strategy: signal}\n  - {id: b, strategy: ./mine.py}\n'),
    rows: [
      'latch.yaml:2:23 accounts[0].strategy.name: unknown strategy > Did you mean signals?',
      'latch.yaml:3:23 accounts[1].strategy.name: a strategy file is TypeScript or JavaScript > Name a file that ends in .ts or .js.',
    ],
  },
  {
    name: 'candles that cannot be joined into the decision interval',
    given: yaml('feed: {kind: generated, interval: 5m}\naccounts:\n  - {id: a, interval: 3m}\n'),
    rows: [
      "latch.yaml:3:23 accounts[0].interval: candles of 5m cannot be joined into 3m > Choose an interval that is a multiple of the feed's 5m.",
    ],
  },
  {
    name: 'a feed of no known kind',
    given: yaml('feed: {kind: live}\n'),
    rows: ['latch.yaml:1:14 feed.kind: expected one of generated, candles > For example kind: generated.'],
  },
  {
    name: 'a variable that is not set, named without a value',
    given: { yaml: 'data_dir: ${NOWHERE}/x\nspeed: ${EMPTY}\n', env: { EMPTY: '' } },
    rows: [
      'latch.yaml:1:11 data_dir: the variable NOWHERE is not set or empty > Set NOWHERE, or give a fallback: ${NOWHERE:-value}.',
      'latch.yaml:2:8 speed: the variable EMPTY is not set or empty > Set EMPTY, or give a fallback: ${EMPTY:-value}.',
    ],
  },
  {
    name: 'a key given twice does not hide the other problems',
    given: yaml('speed: 1\nspeed: 2\nlog_level: loud\n'),
    rows: [
      'latch.yaml:2:1 : this key is given twice > Keep one of the two; otherwise it is a guess which one counts.',
      'latch.yaml:3:12 log_level: expected one of debug, info, warning, error, critical > For example log_level: info.',
    ],
  },
  {
    name: 'a list where settings belong',
    given: yaml('- speed: 1\n'),
    rows: ['latch.yaml:1:1 : expected settings, one key per line > For example speed: 60'],
  },
  {
    name: 'a placeholder for a password',
    given: yaml('database_url: postgres://latch:changeme@localhost/latch\n'),
    rows: [
      'latch.yaml:1:15 database_url: the password in this address is a placeholder > Put the real password in.',
    ],
  },
  {
    name: 'a bad variable is told once for all accounts, in its own form',
    given: { yaml: 'accounts: [{id: a}, {id: b}]\n', env: { MAX_POSITIONS: 'many', INTERVAL_b: '2h' } },
    rows: [
      'env MAX_POSITIONS risk.positions_max: expected a whole number of 1 or more, or the word off > For example MAX_POSITIONS=3.',
      'env INTERVAL_b accounts[1].interval: expected one of 1m, 3m, 5m, 15m, 30m, 1h, 4h, 1d > For example INTERVAL_b=1h.',
    ],
  },
  {
    name: 'a bad option is told in its own form',
    given: { flags: { port: '99999', assets: ['!'] } },
    rows: [
      '--port api.port: expected a whole number from 0 to 65535 > For example --port 3000.',
      '--assets assets: expected the name of an asset, such as BTC (numbers in quotes) > For example --assets BTC ETH SOL.',
    ],
  },
  {
    name: 'accounts named in two ways at once',
    given: { env: { ACCOUNTS_JSON: '[{"id": "a"}]', ACCOUNTS_FILE: 'a.json' } },
    rows: [
      'env ACCOUNTS_FILE : the accounts are named more than once: ACCOUNTS_JSON, ACCOUNTS_FILE > Keep ACCOUNTS_JSON or ACCOUNTS_FILE.',
    ],
  },
  {
    name: 'several accounts asked for and none named',
    given: { flags: { multiAccount: true } },
    rows: [
      '--multi-account : several accounts are asked for and none is named > Write accounts: in the file, or set one of ACCOUNTS_JSON, ACCOUNTS_FILE, ACCOUNT_IDS.',
    ],
  },
  {
    name: 'a flip in one decision',
    given: { env: { ALLOW_FLIP: 'true' } },
    rows: [
      'env ALLOW_FLIP : a decision that closes a position cannot open the other side in this version > Set ALLOW_FLIP=false or unset it.',
    ],
  },
]

describe('a bad configuration names the place and the remedy', () => {
  test.each(CASES)('$name', ({ given, rows }) => {
    expect(problemsOf(given).map(rowOf)).toEqual(rows)
  })
})

describe('all problems at once', () => {
  test('problems of syntax, kind, range and relation come in one error, in the order of the text', () => {
    const problems = problemsOf({
      yaml: 'sped: 1\ndefaults:\n  interval: 2h\n  risk: {heat_pct_max: -1, drawdown_warn_pct: 90}\naccounts: [{id: a}, {id: a}]\n',
    })
    expect(problems.map(({ path, line }) => [path, line])).toEqual([
      ['sped', 1],
      ['defaults.interval', 3],
      ['defaults.risk.heat_pct_max', 4],
      ['defaults.risk.drawdown_warn_pct', 4],
      ['accounts[1].id', 5],
    ])
  })

  test('a mistake in defaults is told once however many accounts have it', () => {
    const accounts = Array.from({ length: 20 }, (_, index) => `{id: a${index}}`).join(', ')
    const problems = problemsOf({ yaml: `defaults: {strategy: nonsense-name}\naccounts: [${accounts}]\n` })
    expect(problems).toHaveLength(1)
  })
})

describe('text that is not a configuration', () => {
  test('a syntax error has its line', () => {
    const [problem] = problemsOf({ yaml: 'speed: 1\napi: {port: 1\n' })
    expect(problem).toMatchObject({ origin: 'latch.yaml', line: 3, path: '' })
    expect(problem?.message).toMatch(/^this is not YAML: /)
  })

  test('aliases that multiply are refused', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]\n`
    const names = ['b', 'c', 'd', 'e', 'f', 'g', 'h']
    const bomb = `a: &a [x, x]\n${names.map((name, index) => level(name, ['a', ...names][index] as string)).join('')}`
    expect(problemsOf({ yaml: bomb }).map(each => each.message)).toContain(
      'this grows too large or too deep when its aliases are resolved',
    )
  })

  test('an alias inside itself is refused', () => {
    expect(problemsOf({ yaml: 'a: &a [*a]\n' }).map(each => each.message)).toContain(
      'this grows too large or too deep when its aliases are resolved',
    )
  })

  test('ten thousand brackets are refused without a crash', () => {
    expect(problemsOf({ yaml: `a: ${'['.repeat(10_000)}` }).length).toBeGreaterThan(0)
  })

  test('a file that is not there is named with the folder it was looked up from', () => {
    const [problem] = problemsOf({ env: { ACCOUNTS_FILE: 'gone.yaml' } })
    expect(problem).toMatchObject({ origin: 'gone.yaml', message: 'there is no such file' })
  })

  test('__proto__ is a problem and changes nothing', () => {
    expect(problemsOf({ yaml: '__proto__: {speed: 5}\n' })[0]?.message).toBe('this key is not a plain word')
  })
})

describe('secrets stay out of errors', () => {
  const given: Given = {
    yaml: 'database_url: mysql://u:${DB_PASSWORD}@h/d\ndefaults: {interval: "${TOKEN}"}\n',
    env: { DB_PASSWORD: 'hunter2hunter2', TOKEN: 'sk-very-secret' },
  }

  test('the value of a variable is shown as it is written in the file', () => {
    const problems = problemsOf(given)
    expect(problems.map(({ path, value }) => [path, value])).toEqual([
      ['database_url', null],
      ['defaults.interval', '${TOKEN}'],
    ])
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|very-secret/)
  })

  test('control characters of a value are escaped in the message', () => {
    expect(() => load({ flags: { interval: '\u001b[31m1h\u202e' } })).toThrow(/\\u001b\[31m1h\\u\{202e\}/)
  })
})

describe('live trading is refused', () => {
  test.each<[string, Given]>([
    ['by variable', { env: { TRADING_MODE: 'live' } }],
    ['by file', { yaml: 'mode: live\n' }],
    ['by option', { flags: { mode: 'LIVE' } }],
  ])('%s, as a refusal with exit code 4', (_, given) => {
    let refusal: unknown = null
    try {
      load(given)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(SafetyRefusal)
    expect(refusal).toMatchObject({ exitCode: 4 })
  })
})
