import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type CandleFolderOptions, loadCandleFolder } from '../../../adapters/market/candle-folder.ts'
import { DataError } from '../../../adapters/market/data-error.ts'
import { csv, row, rows, START, temporaryFolder } from './folder.ts'

const MINUTES_5 = 300_000

const load = (directory: string, options: Partial<CandleFolderOptions> = {}) =>
  loadCandleFolder({
    directory,
    symbols: null,
    interval: '5m',
    dataDir: null,
    from: null,
    to: null,
    allowGaps: false,
    ...options,
  })

const refusal = async (promise: Promise<unknown>): Promise<DataError> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(DataError)
  return error as DataError
}

describe('loadCandleFolder', () => {
  test('takes every symbol by name, plain or packed, in any spelling', async () => {
    const directory = temporaryFolder({
      'ETH-USDT-5m.csv': csv(rows(3)),
      'btcusdt-5m.csv.gz': csv(rows(4)),
      'SOL-5m.csv': csv(rows(5)),
      'notes.txt': 'not data',
    })
    const series = await load(directory)
    expect(series.map(each => [each.symbol, each.length])).toEqual([
      ['BTC', 4],
      ['ETH', 3],
      ['SOL', 5],
    ])
  })

  test('keeps the order and drops the repeats of the symbols asked for', async () => {
    const directory = temporaryFolder({ 'ETHUSDT-5m.csv': csv(rows(3)), 'BTCUSDT-5m.csv': csv(rows(4)) })
    const series = await load(directory, { symbols: ['ETH/USDT', 'BTC', 'eth'] })
    expect(series.map(each => each.symbol)).toEqual(['ETH', 'BTC'])
  })

  test('cuts to a range, first open inclusive, end exclusive', async () => {
    const directory = temporaryFolder({ 'BTCUSDT-5m.csv': csv(rows(10)) })
    const [series] = await load(directory, { from: START + 2 * MINUTES_5, to: START + 5 * MINUTES_5 })
    expect([...(series?.openAt ?? [])]).toEqual([2, 3, 4].map(index => START + index * MINUTES_5))
    expect([...(series?.volume ?? [])]).toEqual([3, 4, 5])
    expect(series?.length).toBe(3)
  })

  test('goes by way of the cache with the same result', async () => {
    const directory = temporaryFolder({ 'BTCUSDT-5m.csv': csv(rows(10)) })
    const dataDir = temporaryFolder()
    const range = { dataDir, from: START + MINUTES_5 }
    const cold = await load(directory, range)
    expect(await load(directory, range)).toEqual(cold)
    expect(cold[0]?.length).toBe(9)
  })
})

describe('a longer interval', () => {
  test('is merged from the shorter file, whole candles only', async () => {
    const directory = temporaryFolder({ 'BTCUSDT-5m.csv': csv(rows(8, '5m', 1)) })
    const [series] = await load(directory, { interval: '15m' })
    // Rows 1 and 2 lack their beginning, rows 3 to 5 and 6 to 8 are whole.
    expect([...(series?.openAt ?? [])]).toEqual([START + 3 * MINUTES_5, START + 6 * MINUTES_5])
    expect([...(series?.volume ?? [])]).toEqual([3 + 4 + 5, 6 + 7 + 8])
    expect(series).toMatchObject({ interval: '15m', length: 2 })
  })

  test('comes from its own file where there is one, else from the longest that fits', async () => {
    const directory = temporaryFolder({
      'BTCUSDT-1m.csv': csv(rows(60, '1m')),
      'BTCUSDT-5m.csv': csv(rows(12, '5m').map(line => line.replace('10,12,9,11', '20,22,19,21'))),
      'BTCUSDT-30m.csv': csv([row(0, '30,32,29,31,1', '30m'), row(1, '30,32,29,31,1', '30m')]),
      'BTCUSDT-3m.csv': csv(rows(20, '3m')),
    })
    const openOf = async (interval: CandleFolderOptions['interval']) => {
      const [series] = await load(directory, { interval })
      return series?.open[0]
    }
    expect(await openOf('5m')).toBe(20)
    expect(await openOf('15m')).toBe(20)
    expect(await openOf('30m')).toBe(30)
    expect(await openOf('1h')).toBe(30)
    expect(await openOf('3m')).toBe(10)
  })

  test('leaves out a candle with a missing part when gaps are allowed', async () => {
    const directory = temporaryFolder({ 'BTCUSDT-5m.csv': csv([...rows(4), ...rows(4, '5m', 5)]) })
    const [series] = await load(directory, { interval: '15m', allowGaps: true })
    expect([...(series?.openAt ?? [])]).toEqual([START, START + 6 * MINUTES_5])
    expect((await refusal(load(directory, { interval: '15m' }))).problems).toMatchObject([{ kind: 'gap' }])
  })
})

describe('a refusal', () => {
  test('of an unknown symbol lists the ones found and the file expected', async () => {
    const directory = temporaryFolder({ 'ETHUSDT-5m.csv': csv(rows(3)), 'BTCUSDT-5m.csv': csv(rows(4)) })
    const { message, problems } = await refusal(load(directory, { symbols: ['DOGE', 'BTC', 'XRP'] }))
    expect(problems.map(problem => problem.kind)).toEqual(['symbol_unknown', 'symbol_unknown'])
    expect(message).toContain('no candles of DOGE; found BTC, ETH. Add DOGEUSDT-5m.csv.gz')
  })

  test('of something that is no symbol quotes it', async () => {
    const directory = temporaryFolder({ 'BTCUSDT-5m.csv': csv(rows(4)) })
    expect((await refusal(load(directory, { symbols: ['../etc'] }))).message).toContain(
      '"../etc" is not a symbol',
    )
  })

  test('of a missing folder says what it must hold', async () => {
    const error = await refusal(load(join(temporaryFolder(), 'nowhere')))
    expect(error.problems).toMatchObject([{ kind: 'folder_missing' }])
    expect(error.message).toContain('BTCUSDT-5m.csv.gz')
  })

  test('of an empty folder names the file expected', async () => {
    const error = await refusal(load(temporaryFolder(), { interval: '1h' }))
    expect(error.problems).toMatchObject([{ kind: 'file_missing' }])
    expect(error.message).toContain('BTCUSDT-1h.csv.gz')
  })

  test.each([[null], [['BTC']]])('of a wrong interval says which exist (symbols %j)', async symbols => {
    const directory = temporaryFolder({
      'BTCUSDT-3m.csv': csv(rows(4, '3m')),
      'BTCUSDT-1h.csv': csv(rows(4, '1h')),
    })
    const error = await refusal(load(directory, { symbols }))
    expect(error.problems).toMatchObject([{ kind: 'interval_missing' }])
    expect(error.message).toMatch(/found (1h, 3m|3m, 1h)/)
  })

  test('of two files for one series names both', async () => {
    const directory = temporaryFolder({ 'BTCUSDT-5m.csv': csv(rows(4)), 'BTC-5m.csv': csv(rows(4)) })
    const error = await refusal(load(directory))
    expect(error.problems).toMatchObject([{ kind: 'file_ambiguous' }])
    expect(error.message).toContain('BTC-5m.csv')
    expect(error.message).toContain('BTCUSDT-5m.csv')
  })

  test('of an empty range says what the file covers', async () => {
    const directory = temporaryFolder({ 'BTCUSDT-5m.csv': csv(rows(4)) })
    const error = await refusal(load(directory, { from: START + 4 * MINUTES_5 }))
    expect(error.problems).toMatchObject([{ kind: 'range_empty', file: 'BTCUSDT-5m.csv' }])
    expect(error.message).toContain('covers 2025-01-01T00:00:00Z to 2025-01-01T00:15:00Z')
    await refusal(load(directory, { from: START + 2 * MINUTES_5, to: START }))
  })

  test('carries the faults of every file at once', async () => {
    const directory = temporaryFolder({
      'BTCUSDT-5m.csv': csv([row(0), row(0)]),
      'ETHUSDT-5m.csv': csv([row(0, '1,1,1,1')]),
      'SOLUSDT-5m.csv': csv(rows(2)),
    })
    const { problems, message } = await refusal(load(directory))
    expect(problems.map(({ file, line, kind }) => `${file}:${line} ${kind}`)).toEqual([
      'BTCUSDT-5m.csv:3 timestamp_duplicate',
      'ETHUSDT-5m.csv:2 row_torn',
    ])
    expect(message).toContain('BTCUSDT-5m.csv:3: timestamp 2025-01-01T00:00:00Z stands on lines 2 and 3')
  })

  test.each([
    ['cut short', gzipSync(csv(rows(500))).subarray(0, -20)],
    ['not packed at all', Buffer.from(csv(rows(5)))],
  ])('of a packed file %s is no crash', async (_, content) => {
    const directory = temporaryFolder({ 'BTCUSDT-5m.csv.gz': content })
    expect((await refusal(load(directory))).problems).toMatchObject([{ kind: 'file_unreadable' }])
  })
})

describe('gaps', () => {
  const gapped = () => temporaryFolder({ 'BTCUSDT-5m.csv': csv([row(0), row(1), row(5), row(6)]) })

  test('refuse the folder with time, number and line', async () => {
    const error = await refusal(load(gapped()))
    expect(error.problems).toMatchObject([{ kind: 'gap', line: 4, file: 'BTCUSDT-5m.csv' }])
    expect(error.message).toContain('3 candles missing from 2025-01-01T00:10:00Z to 2025-01-01T00:25:00Z')
  })

  test('are accepted where allowed', async () => {
    const [series] = await load(gapped(), { allowGaps: true })
    expect(series?.length).toBe(4)
  })

  test('outside the range asked for do not matter', async () => {
    const [before] = await load(gapped(), { to: START + 2 * MINUTES_5 })
    const [after] = await load(gapped(), { from: START + 5 * MINUTES_5 })
    expect([before?.length, after?.length]).toEqual([2, 2])
    await refusal(load(gapped(), { to: START + 3 * MINUTES_5 }))
    await refusal(load(gapped(), { from: START + 4 * MINUTES_5 }))
  })
})
