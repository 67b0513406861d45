import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, latch, writeCandles } from './latch.ts'

type Case = {
  title: string
  given: (directory: string) => void
  args: string[]
  code: number
  says: RegExp[]
}

const backtest = ['backtest', '--candles', 'candles', '--interval', '5m', '--strategy', 'signals']
const withCandles =
  (change?: (lines: string[]) => string[]) =>
  (directory: string): void => {
    mkdirSync(join(directory, 'candles'))
    writeCandles(join(directory, 'candles'), 'BTCUSDT-5m.csv', 60, change)
  }
const withConfig = (text: string) => (directory: string) => {
  withCandles()(directory)
  writeFileSync(join(directory, 'latch.yaml'), text)
}

const CASES: Case[] = [
  {
    title: 'an unknown symbol names the ones there are',
    given: withCandles(),
    args: [...backtest, '--symbols', 'DOGE'],
    code: 1,
    says: [/DOGE/, /BTC/],
  },
  {
    title: 'a missing folder is named as it was given',
    given: () => {},
    args: [...backtest, '--symbols', 'BTC'],
    code: 1,
    says: [/candles: there is no such folder/],
  },
  {
    title: 'a torn row is named with its file and line',
    given: withCandles(lines => lines.with(10, '2025-01-01T00:50:00.000Z,100,101')),
    args: [...backtest, '--symbols', 'BTC'],
    code: 1,
    says: [/BTCUSDT-5m\.csv/, /12/],
  },
  {
    title: 'a gap is named with its time and the way to allow it',
    given: withCandles(lines => lines.toSpliced(20, 3)),
    args: [...backtest, '--symbols', 'BTC'],
    code: 1,
    says: [/2025-01-01T01:40/, /allow.gaps/i],
  },
  {
    title: 'a duplicate timestamp names both lines',
    given: withCandles(lines => lines.toSpliced(5, 0, lines[4] as string)),
    args: [...backtest, '--symbols', 'BTC'],
    code: 1,
    says: [/BTCUSDT-5m\.csv:7/, /stands on lines 6 and 7/],
  },
  {
    title: 'an impossible row is named with its values',
    given: withCandles(lines => lines.with(3, '2025-01-01T00:15:00.000Z,100,90,110,100,5')),
    args: [...backtest, '--symbols', 'BTC'],
    code: 1,
    says: [/high/, /low/],
  },
  {
    title: 'an unknown configuration key names the nearest one and its line',
    given: withConfig('speed: 60\naccounts:\n  - id: main\n    asets: [BTC]\n'),
    args: ['config', 'check'],
    code: 3,
    says: [/latch\.yaml:4/, /asets/, /assets/],
  },
  {
    title: 'weights above 1 are named with their sum',
    given: withConfig(
      'accounts:\n  - id: main\n    strategy:\n      name: signals\n      signals:\n        rsi: { weight: 0.7 }\n        macd: { weight: 0.6 }\n',
    ),
    args: ['config', 'check'],
    code: 3,
    says: [/weight/, /1\.[37]|1\.7/],
  },
  {
    title: 'a strategy file that is not there is named with the place it was looked up',
    given: withConfig('accounts:\n  - id: main\n    strategy: ./mine.ts\n'),
    args: ['config', 'check'],
    code: 3,
    says: [/mine\.ts/],
  },
  {
    title: 'a strategy file without a strategy says what it must export',
    given: directory => {
      withConfig('accounts:\n  - id: main\n    strategy: ./mine.ts\n')(directory)
      writeFileSync(join(directory, 'mine.ts'), 'export const x = 1\n')
    },
    args: ['backtest', '--candles', 'candles', '--symbols', 'BTC', '--interval', '5m'],
    code: 3,
    says: [/mine\.ts/, /defineStrategy/],
  },
  {
    title: 'live trading is refused',
    given: withConfig('mode: live\n'),
    args: ['run'],
    code: 4,
    says: [/live/i, /paper/],
  },
  {
    title: 'an unknown option is wrong usage',
    given: () => {},
    args: ['backtest', '--candles', 'x', '--candels', 'y'],
    code: 2,
    says: [/candels/],
  },
  {
    title: 'a corrupt database folder is never wiped',
    given: directory => {
      mkdirSync(join(directory, 'data', 'db', 'base'), { recursive: true })
      writeFileSync(join(directory, 'data', 'db', 'PG_VERSION'), 'not a version\n')
    },
    args: ['run', '--no-api', '--speed', 'max'],
    code: 1,
    says: [/data/, /backup|move/i],
  },
]

describe('bad input', () => {
  test.each(CASES)('$title', async ({ given, args, code, says }) => {
    const directory = folder()
    given(directory)
    const outcome = await latch(args, directory)
    const text = outcome.stderr + outcome.stdout
    for (const pattern of says) expect(text).toMatch(pattern)
    expect(outcome.code, text).toBe(code)
    expect(text, 'no stack for a person').not.toMatch(/\n\s+at .+:\d+:\d+/)
  })

  test('a refused backtest leaves nothing half written', async () => {
    const directory = folder()
    withCandles(lines => lines.toSpliced(20, 3))(directory)
    await latch([...backtest, '--symbols', 'BTC'], directory)
    const cache = join(directory, 'data', 'cache', 'candles')
    expect(existsSync(cache) ? readdirSync(cache).filter(name => !name.endsWith('.bin')) : []).toEqual([])
  })

  test('the corrupt database folder is as it was', async () => {
    const directory = folder()
    mkdirSync(join(directory, 'data', 'db', 'base'), { recursive: true })
    writeFileSync(join(directory, 'data', 'db', 'PG_VERSION'), 'not a version\n')
    await latch(['run', '--no-api'], directory)
    expect(readdirSync(join(directory, 'data', 'db')).sort()).toEqual(['PG_VERSION', 'base'])
  })
})
