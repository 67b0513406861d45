import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { dec } from '../../domain/units.ts'
import { folder, latch, startLatch, writeCandles } from './latch.ts'

const directory = folder()
beforeAll(() => {
  mkdirSync(join(directory, 'candles'))
  for (const name of ['BTCUSDT-5m.csv', 'ETHUSDT-5m.csv'])
    writeCandles(join(directory, 'candles'), name, 1_500)
})

const args = [
  'backtest',
  '--candles',
  'candles',
  '--symbols',
  'BTC,ETH',
  '--interval',
  '5m',
  '--strategy',
  'signals',
]

type Document = {
  accounts: {
    equityStart: string
    equityEnd: string
    realisedPnl: string
    unrealisedPnl: string
    fees: string
    funding: string
    trades: Record<string, unknown>[]
    metrics: object
  }[]
  candles: number
  candlesPerSecond: number
  nakedSecondsMax: number
  refusals: Record<string, number>
  journalHash: string
}

describe('latch backtest', () => {
  test('prints one JSON document with balanced books, and the same one twice', async () => {
    const first = await latch([...args, '--json'], directory)
    expect(first.code, first.stderr).toBe(0)
    expect(first.stderr).toBe('')
    const document = JSON.parse(first.stdout) as Document
    expect(document.candles).toBe(3_000)
    expect(document.nakedSecondsMax).toBeLessThanOrEqual(5)
    const [account] = document.accounts
    if (account === undefined) throw new Error('no account')
    const sum = dec(account.equityStart)
      .plus(account.realisedPnl)
      .plus(account.unrealisedPnl)
      .minus(account.fees)
      .minus(account.funding)
    expect(sum.minus(account.equityEnd).abs().toNumber()).toBeLessThan(1e-8)
    expect(Object.keys(account.trades[0] ?? {})).toEqual(
      expect.arrayContaining([
        'symbol',
        'side',
        'quantity',
        'entryPrice',
        'entryAt',
        'exitPrice',
        'exitAt',
        'exitReason',
        'fees',
        'funding',
        'pnl',
        'rMultiple',
        'nakedSeconds',
      ]),
    )
    const second = JSON.parse((await latch([...args, '--json'], directory)).stdout) as Document
    expect(second.journalHash).toBe(document.journalHash)
    expect(second.accounts).toEqual(document.accounts)
  })

  test('prints a table and a curve for people, plain when it is not a terminal', async () => {
    const { stdout, stderr, code } = await latch(args, directory)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/paper results/)
    expect(stdout).toMatch(/account\s+strategy\s+trades/)
    expect(stdout + stderr).not.toContain('\u001b')
  })
})

test('latch data verify finds no fault in good files', async () => {
  const { stdout, code } = await latch(['data', 'verify', 'candles'], directory)
  expect(code).toBe(0)
  expect(stdout).toMatch(/BTCUSDT-5m\.csv/)
})

test('every command explains itself', async () => {
  const { stdout, code } = await latch(['--help'], directory)
  expect(code).toBe(0)
  for (const word of [
    'run',
    'backtest',
    'data',
    'config',
    'accounts',
    'positions',
    'orders',
    'trades',
    'decisions',
    'leaderboard',
    'predictions',
    'panic',
    'drain',
    'close',
    'db',
  ]) {
    expect(stdout).toMatch(new RegExp(`^  ${word}`, 'm'))
  }
})

describe('latch run', () => {
  test('serves, trades, obeys, stops cleanly on SIGINT and goes on where it was; a second engine is refused', async () => {
    const cwd = folder()
    const first = startLatch(cwd)
    const [, url] = await first.seen(/Listening on (http:\/\/\S+)/)
    await first.seen(/confirmed after/)
    const token = readFileSync(join(cwd, 'data', 'token'), 'utf8').trim()
    expect((await fetch(`${url}/accounts`)).status).toBe(401)
    const answer = await fetch(`${url}/accounts`, { headers: { authorization: `Bearer ${token}` } })
    const { items } = (await answer.json()) as { items: { account_id: string }[] }
    expect(items.map(each => each.account_id)).toEqual(['analysts', 'cross', 'momentum'])
    const shown = await latch(['positions', '--url', url as string, '--data-dir', 'data'], cwd)
    expect(shown.code, shown.stderr).toBe(0)
    const board = await latch(['leaderboard', '--url', url as string, '--data-dir', 'data'], cwd)
    expect(board.code, board.stderr).toBe(0)
    expect(board.stdout).toMatch(/^rank +account +decides/)
    expect(board.stdout).toMatch(/These are paper results/)
    const words = await latch(['predictions', '--json', '--url', url as string, '--data-dir', 'data'], cwd)
    expect(words.code, words.stderr).toBe(0)
    expect(JSON.parse(words.stdout)).toMatchObject({ items: expect.any(Array), quality: expect.any(Array) })
    const second = await latch(['run', '--no-api'], cwd)
    expect(second.code, second.stderr).toBe(4)
    expect(second.stderr).toMatch(/data/)
    const engine = ['--url', url as string, '--data-dir', 'data']
    const panic = await latch(['panic', '--reason', 'test', '--json', ...engine], cwd)
    expect(panic.code, panic.stderr).toBe(0)
    expect(JSON.parse(panic.stdout)).toMatchObject({ acknowledged: true })
    const resume = await latch(['resume', '--account', 'cross', ...engine], cwd)
    expect(resume.code).toBe(1)
    expect(resume.stdout).toMatch(/cross\s+resume\s+no\s.*re-arm the account first/)
    first.child.kill('SIGUSR2')
    await first.seen(/cross: flat and halted/)
    const locked = await latch(['db', 'backup', 'copy.gz', '--data-dir', 'data'], cwd)
    expect(locked.code, locked.stderr).toBe(4)
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(0)
    const rows = readFileSync(join(cwd, 'data', 'audit.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { by: string; action: string; status: number; accounts: string[] })
    const ofSignals = rows.filter(each => each.by.startsWith('signal:'))
    expect(ofSignals.map(each => [each.by, each.action, each.status])).toEqual([
      ['signal:SIGUSR2', 'SIGUSR2 panic', 200],
      ['signal:SIGINT', 'SIGINT stop', 200],
    ])
    expect(ofSignals[0]?.accounts).toContain('cross')
    expect(rows.find(each => each.action === 'POST /emergency-stop')?.by).toMatch(/^token:/)
    const backup = await latch(['db', 'backup', 'copy.gz', '--data-dir', 'data'], cwd)
    expect(backup.code, backup.stderr).toBe(0)
    const restore = await latch(['db', 'restore', 'copy.gz', '--data-dir', 'data'], cwd)
    expect(restore.code, restore.stderr).toBe(4)

    const again = startLatch(cwd)
    await again.seen(/Continues at/)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  })
})
