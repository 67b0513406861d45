import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DataError } from '../../../adapters/market/data-error.ts'
import { verifyFolder } from '../../../adapters/market/verify.ts'
import { csv, row, rows, temporaryFolder } from './folder.ts'

describe('verifyFolder', () => {
  test('a sound folder is ok, with rows and range of each file', async () => {
    const report = await verifyFolder(
      temporaryFolder({ 'ETHUSDT-5m.csv.gz': csv(rows(3)), 'BTCUSDT-1h.csv': csv(rows(2, '1h')) }),
    )
    expect(report.ok).toBe(true)
    expect(report.problems).toEqual([])
    expect(report.files).toMatchObject([
      { file: 'BTCUSDT-1h.csv', symbol: 'BTC', interval: '1h', rows: 2, candlesMissing: 0, problems: [] },
      { symbol: 'ETH', rows: 3, from: '2025-01-01T00:00:00Z', to: '2025-01-01T00:10:00Z' },
    ])
  })

  test('gaps are shown and make the folder not ok', async () => {
    const report = await verifyFolder(temporaryFolder({ 'BTCUSDT-5m.csv': csv([row(0), row(3), row(5)]) }))
    expect(report.ok).toBe(false)
    expect(report.files[0]).toMatchObject({ rows: 3, candlesMissing: 3 })
    expect(report.files[0]?.gaps).toHaveLength(2)
    expect(report.files[0]?.problems).toMatchObject([
      { kind: 'gap', line: 3, file: 'BTCUSDT-5m.csv' },
      { kind: 'gap', line: 4 },
    ])
  })

  test('faults of one file leave the others readable', async () => {
    const report = await verifyFolder(
      temporaryFolder({ 'BTCUSDT-5m.csv': 'nonsense', 'ETHUSDT-5m.csv': csv(rows(2)) }),
    )
    expect(report.ok).toBe(false)
    expect(report.files).toMatchObject([
      { rows: 0, from: null, to: null, problems: [{ kind: 'header_wrong', line: 1 }] },
      { rows: 2, problems: [] },
    ])
  })

  test('names that say nothing and twins are problems of the folder', async () => {
    const report = await verifyFolder(
      temporaryFolder({
        'BTCUSDT-5m.csv': csv(rows(2)),
        'BTC-USDT-5m.csv.gz': csv(rows(2)),
        'BTCUSDT.csv': csv(rows(2)),
        'BTCUSDT-7m.csv': csv(rows(2)),
        'readme.md': '',
      }),
    )
    expect(report.ok).toBe(false)
    expect(report.problems.map(({ file, kind }) => `${file} ${kind}`)).toEqual([
      'BTCUSDT-7m.csv file_name_unknown',
      'BTCUSDT.csv file_name_unknown',
      'BTCUSDT-5m.csv file_ambiguous',
    ])
  })

  test('an empty folder is not ok, a missing one is refused', async () => {
    const folder = temporaryFolder()
    expect(await verifyFolder(folder)).toMatchObject({ ok: false, problems: [{ kind: 'file_missing' }] })
    await expect(verifyFolder(join(folder, 'nowhere'))).rejects.toBeInstanceOf(DataError)
  })
})
