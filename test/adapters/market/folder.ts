/** Candle folders for tests, in a temporary place that goes away with the test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { INTERVAL_MS, type Interval } from '../../../domain/interval.ts'

export const START = Date.UTC(2025, 0, 1)
export const HEADER = 'timestamp,open,high,low,close,volume'

/** A row of a 5m file: `index` intervals after the start, at ten plus a little. */
export const row = (index: number, values = '10,12,9,11,5', interval: Interval = '5m'): string =>
  `${new Date(START + index * INTERVAL_MS[interval]).toISOString()},${values}`

export const rows = (count: number, interval: Interval = '5m', first = 0): string[] =>
  Array.from({ length: count }, (_, index) => row(first + index, `10,12,9,11,${index + 1}`, interval))

export const csv = (lines: readonly string[]): string => `${[HEADER, ...lines].join('\n')}\n`

export const temporaryFolder = (files: Readonly<Record<string, string | Buffer>> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'latch-market-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    const packed = name.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content
    writeFileSync(join(folder, name), packed)
  }
  return folder
}
