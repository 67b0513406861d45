/**
 * Binary cache of checked candle files: one cache file per source file, its columns as they stand in memory.
 *
 * The key covers path, size, modification time and the first bytes of the source, so an edited file is read anew. A cache
 * that is damaged, of another version or of a machine with the other byte order does not match and is rebuilt without a
 * word: it holds nothing that the source does not. Only files without fault are cached.
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { crc32 } from 'node:zlib'
import type { CandleSeries } from '../../domain/candle.ts'
import { INTERVAL_MS } from '../../domain/interval.ts'
import type { ParsedCandles } from './candle-csv.ts'
import { type CandleFile, readCandleFile } from './candle-file.ts'
import { findGaps } from './gap.ts'

/** Raise it whenever the layout below or a check of the reader changes. */
const FORMAT_VERSION = 1
const MAGIC = 0x4c434e44
/** Magic, version, rows and checksum as 32-bit words in host order, 32 bytes of key, padding to a multiple of 8. */
const HEADER_BYTES = 64
const KEY_OFFSET = 16
const COLUMNS = ['openAt', 'open', 'high', 'low', 'close', 'volume'] as const
const ROW_BYTES = COLUMNS.length * Float64Array.BYTES_PER_ELEMENT
const HEAD_BYTES = 64 * 1024

/** Files of this process that were, and were not, read from the cache. */
export const candleCacheReads = { hits: 0, misses: 0 }
export const candleCacheFolder = (dataDir: string): string => join(dataDir, 'cache', 'candles')

/** Everything a stale cache would differ in, as 32 bytes. Throws when the source cannot be read. */
const sourceKey = (file: CandleFile): Buffer => {
  const handle = openSync(file.path, 'r')
  try {
    const { size, mtimeNs } = fstatSync(handle, { bigint: true })
    const head = Buffer.alloc(Math.min(HEAD_BYTES, Number(size)))
    const read = readSync(handle, head, 0, head.length, 0)
    const identity = JSON.stringify([resolve(file.path), `${size}`, `${mtimeNs}`, file.symbol, file.interval])
    return createHash('sha256').update(identity).update(head.subarray(0, read)).digest()
  } finally {
    closeSync(handle)
  }
}

const cachePath = (file: CandleFile, dataDir: string): string => {
  const folder = createHash('sha256').update(resolve(file.path)).digest('hex').slice(0, 12)
  return join(candleCacheFolder(dataDir), `${basename(file.file)}.${folder}.bin`)
}

/** The whole file in a buffer of its own, aligned for `Float64Array`; `null` when it cannot be read. */
const readWhole = (path: string): Uint8Array | null => {
  let handle: number
  try {
    handle = openSync(path, 'r')
  } catch {
    return null
  }
  try {
    const bytes = new Uint8Array(new ArrayBuffer(fstatSync(handle).size))
    return readSync(handle, bytes, 0, bytes.length, 0) === bytes.length ? bytes : null
  } catch {
    return null
  } finally {
    closeSync(handle)
  }
}

const seriesFromCache = (file: CandleFile, key: Buffer, path: string): CandleSeries | null => {
  const bytes = readWhole(path)
  if (bytes === null || bytes.length < HEADER_BYTES) return null
  const [magic, version, rows, checksum] = new Uint32Array(bytes.buffer, 0, 4) as unknown as number[]
  if (magic !== MAGIC || version !== FORMAT_VERSION || rows === undefined) return null
  if (bytes.length !== HEADER_BYTES + rows * ROW_BYTES) return null
  if (!key.equals(bytes.subarray(KEY_OFFSET, KEY_OFFSET + key.length))) return null
  if (crc32(bytes.subarray(HEADER_BYTES)) !== checksum) return null
  const column = (index: number): Float64Array =>
    new Float64Array(bytes.buffer as ArrayBuffer, HEADER_BYTES + index * rows * 8, rows)
  return {
    symbol: file.symbol,
    interval: file.interval,
    openAt: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    length: rows,
  }
}

const dropFile = (path: string): void => {
  try {
    rmSync(path, { force: true })
  } catch {
    // Whatever kept it from being written may keep it from being removed; the next write replaces it.
  }
}

const writeCache = (series: CandleSeries, key: Buffer, path: string): void => {
  const bytes = Buffer.alloc(HEADER_BYTES + series.length * ROW_BYTES)
  COLUMNS.forEach((name, index) => {
    const column = series[name]
    const view = Buffer.from(column.buffer, column.byteOffset, column.byteLength)
    view.copy(bytes, HEADER_BYTES + index * column.byteLength)
  })
  const checksum = crc32(bytes.subarray(HEADER_BYTES))
  const words = Uint32Array.of(MAGIC, FORMAT_VERSION, series.length, checksum)
  Buffer.from(words.buffer).copy(bytes)
  key.copy(bytes, KEY_OFFSET)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(temporary, bytes)
    renameSync(temporary, path)
  } catch {
    // A full or read-only disk costs the next start some milliseconds; it is no reason to refuse the data we have.
    dropFile(temporary)
  }
}

/** A candle file by way of the cache in `dataDir`; `null`: without cache. Never throws. */
export const loadCandleFile = (file: CandleFile, dataDir: string | null): ParsedCandles => {
  if (dataDir === null) return readCandleFile(file)
  let key: Buffer
  try {
    key = sourceKey(file)
  } catch {
    // The reader meets the same failure and reports it as a problem of the file.
    return readCandleFile(file)
  }
  const path = cachePath(file, dataDir)
  const series = seriesFromCache(file, key, path)
  if (series !== null) {
    candleCacheReads.hits += 1
    // A file without fault has candle i on line i + 2, so gaps need not be stored.
    return { series, problems: [], gaps: findGaps(series.openAt, INTERVAL_MS[file.interval], i => i + 2) }
  }
  candleCacheReads.misses += 1
  const parsed = readCandleFile(file)
  if (parsed.problems.length === 0) writeCache(parsed.series, key, path)
  return parsed
}
