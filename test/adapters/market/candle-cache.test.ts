import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadCandleFile } from '../../../adapters/market/candle-cache.ts'
import { candleCacheStats } from '../../../adapters/market/candle-cache-stats.ts'
import { type CandleFile, listCandleFiles } from '../../../adapters/market/candle-file.ts'
import { csv, row, rows, temporaryFolder } from './folder.ts'

const NAME = 'BTCUSDT-5m.csv'

const fixture = (text: string) => {
  const directory = temporaryFolder({ [NAME]: text })
  const dataDir = temporaryFolder()
  const file = listCandleFiles(directory).files[0] as CandleFile
  // A whole second can be set again exactly; the nanoseconds of a fresh file cannot.
  utimesSync(file.path, 1_700_000_000, 1_700_000_000)
  const cacheFolder = join(dataDir, 'cache', 'candles')
  return {
    file,
    dataDir,
    load: () => loadCandleFile(file, dataDir),
    cached: () => readdirSync(cacheFolder),
    cachePath: () => join(cacheFolder, readdirSync(cacheFolder)[0] as string),
  }
}

/** Replaces the content and keeps size and time, so that only the cache can know the old one. */
const replaceUnseen = (path: string, text: string): void => {
  const { mtimeNs, size } = statSync(path, { bigint: true })
  expect(Buffer.byteLength(text), 'the test must keep the size').toBe(Number(size))
  writeFileSync(path, text)
  utimesSync(path, 1_700_000_000, 1_700_000_000)
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(mtimeNs)
}

describe('the candle cache', () => {
  test('gives the same series and gaps as the file', () => {
    const { file, load, cached } = fixture(csv([row(0), row(1), row(4, '1,3,0.5,2,9')]))
    const first = load()
    expect(cached()).toHaveLength(1)
    const second = load()
    expect(second).toEqual(first)
    expect(second).toEqual(loadCandleFile(file, null))
    expect(second.gaps).toMatchObject([{ missing: 2, line: 4 }])
  })

  test('counts what it answered and what had to be read, and what it holds', () => {
    const { dataDir, load, cachePath } = fixture(csv([row(0), row(1)]))
    const before = candleCacheStats(dataDir)
    expect(before).toMatchObject({ name: 'candle_files', entries: 0, bytes: 0, oldestAt: null })
    for (let reads = 0; reads < 3; reads += 1) load()
    const { hits, misses, entries, bytes, oldestAt } = candleCacheStats(dataDir)
    expect([hits - before.hits, misses - before.misses, entries]).toEqual([2, 1, 1])
    expect(bytes).toBe(statSync(cachePath()).size)
    expect(oldestAt).toBe(Math.round(statSync(cachePath()).mtimeMs))
  })

  test('is read instead of the file while the file looks the same', () => {
    // The head of the file is part of the key, so the change must come after it.
    const text = csv(rows(3_000))
    const { file, load } = fixture(text)
    const before = load()
    replaceUnseen(file.path, text.replace('10,12,9,11,2999', '10,12,9,10,2999'))
    expect(load().series).toEqual(before.series)
    utimesSync(file.path, 1_700_000_000, 1_700_000_001)
    expect(load().series.close[2_998], 'a later time of change is noticed').toBe(10)
  })

  test.each<[string, (path: string) => void]>([
    ['emptied', path => writeFileSync(path, '')],
    ['cut short', path => writeFileSync(path, readFileSync(path).subarray(0, -8))],
    ['made longer', path => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(48)]))],
    ['replaced by text', path => writeFileSync(path, 'x'.repeat(1000))],
  ])('is rebuilt when it was %s', (_, damage) => {
    const { load, cachePath, cached } = fixture(csv(rows(20)))
    const first = load()
    const sound = readFileSync(cachePath())
    damage(cachePath())
    expect(load()).toEqual(first)
    expect(readFileSync(cachePath())).toEqual(sound)
    expect(cached(), 'no temporary file is left').toHaveLength(1)
  })

  test('is rebuilt whichever byte was damaged', () => {
    const { load, cachePath } = fixture(csv(rows(20)))
    const first = load()
    const path = cachePath()
    const sound = readFileSync(path)
    // Bytes 48 to 63 are padding, which nobody reads.
    const offset = fc.nat(sound.length - 1).filter(each => each < 48 || each >= 64)
    fc.assert(
      fc.property(offset, fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(sound)
        damaged.writeUInt8(damaged.readUInt8(at) ^ change, at)
        writeFileSync(path, damaged)
        expect(load()).toEqual(first)
        expect(readFileSync(path)).toEqual(sound)
      }),
      { numRuns: 300 },
    )
  })

  test('is rebuilt when the file changes', () => {
    const { file, load, cached } = fixture(csv(rows(5)))
    expect(load().series.length).toBe(5)
    writeFileSync(file.path, csv(rows(6)))
    expect(load().series.length).toBe(6)
    expect(load().series.length).toBe(6)
    expect(cached(), 'the old cache is replaced, not kept').toHaveLength(1)
  })

  test('notices a change of the head that keeps size and time', () => {
    const { file, load } = fixture(csv(rows(5)))
    load()
    replaceUnseen(file.path, csv(rows(5)).replace('10,12,9,11,1', '10,13,9,11,1'))
    expect(load().series.high[0]).toBe(13)
  })

  test('keeps files of one name in two folders apart', () => {
    const dataDir = temporaryFolder()
    const lengths = [3, 4].map(count => {
      const file = listCandleFiles(temporaryFolder({ [NAME]: csv(rows(count)) })).files[0] as CandleFile
      return () => loadCandleFile(file, dataDir).series.length
    })
    expect(lengths.map(load => load())).toEqual([3, 4])
    expect(lengths.map(load => load())).toEqual([3, 4])
    expect(readdirSync(join(dataDir, 'cache', 'candles'))).toHaveLength(2)
  })

  test('does not hold a faulty file', () => {
    const { dataDir, load } = fixture(csv([row(0), 'torn']))
    expect(load().problems).toMatchObject([{ kind: 'row_torn', line: 3 }])
    expect(load().problems).toMatchObject([{ kind: 'row_torn', line: 3 }])
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('is done without where it cannot be written', () => {
    const { file } = fixture(csv(rows(5)))
    const occupied = join(temporaryFolder({ occupied: 'a file, not a folder' }), 'occupied')
    expect(loadCandleFile(file, occupied).series.length).toBe(5)
  })

  test('reports a file that has gone', () => {
    const { file, dataDir } = fixture(csv(rows(5)))
    const gone = { ...file, path: `${file.path}.gone` }
    expect(loadCandleFile(gone, dataDir).problems).toMatchObject([{ kind: 'file_unreadable' }])
  })
})
