/** Candle files of a folder: found by name, read and unpacked. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { isInterval } from '../../domain/interval.ts'
import { canonicalSymbol } from '../../domain/symbol.ts'
import { type CandleFileName, type ParsedCandles, parseCandleCsv } from './candle-csv.ts'
import { DataError, type DataProblem } from './data-error.ts'

export type CandleFile = CandleFileName & { path: string }

export type CandleListing = {
  /** Ordered by symbol, then by file name. */
  files: CandleFile[]
  /** `.csv` and `.csv.gz` files whose name says no symbol and interval. */
  problems: DataProblem[]
}

/** Unpacked bytes of one file; a larger one is no candle file and would not fit in a string. */
const UNPACKED_BYTES_MAX = 512 * 1024 * 1024
const DATA_FILE = /^(.+)\.csv(?:\.gz)?$/i
const NAME_FORM = 'SYMBOL-INTERVAL.csv or .csv.gz, for example BTCUSDT-5m.csv.gz'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const parseFileName = (directory: string, file: string): CandleFile | null => {
  const stem = DATA_FILE.exec(file)?.[1]
  const dash = stem?.lastIndexOf('-') ?? -1
  if (stem === undefined || dash < 1) return null
  const interval = stem.slice(dash + 1)
  const symbol = canonicalSymbol(stem.slice(0, dash))
  if (symbol === null || !isInterval(interval)) return null
  return { file, symbol, interval, path: join(directory, file) }
}

/** The candle files of a folder. Throws `DataError` when the folder cannot be read. */
export const listCandleFiles = (directory: string): CandleListing => {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    const message = `candle folder cannot be read (${messageOf(error)}); it must hold files named ${NAME_FORM}`
    throw new DataError([{ file: directory, line: null, kind: 'folder_missing', message }])
  }
  const listing: CandleListing = { files: [], problems: [] }
  for (const file of names.filter(name => DATA_FILE.test(name)).toSorted()) {
    const found = parseFileName(directory, file)
    if (found !== null) listing.files.push(found)
    else {
      const message = `file name says no symbol and interval; name it ${NAME_FORM}`
      listing.problems.push({ file, line: null, kind: 'file_name_unknown', message })
    }
  }
  listing.files.sort((one, other) => (one.symbol < other.symbol ? -1 : one.symbol > other.symbol ? 1 : 0))
  return listing
}

const unreadable = (file: CandleFile, message: string): ParsedCandles => ({
  ...parseCandleCsv('timestamp,open,high,low,close,volume', file),
  problems: [{ file: file.file, line: null, kind: 'file_unreadable', message }],
})

/** Reads and checks one file. Never throws: a file that cannot be read or unpacked is a problem like any other. */
export const readCandleFile = (file: CandleFile): ParsedCandles => {
  let text: string
  try {
    const packed = readFileSync(file.path)
    const bytes = /\.gz$/i.test(file.file)
      ? gunzipSync(packed, { maxOutputLength: UNPACKED_BYTES_MAX })
      : packed
    text = bytes.toString('utf8')
  } catch (error) {
    return unreadable(file, `file cannot be read or unpacked (${messageOf(error)}); fetch it again`)
  }
  return parseCandleCsv(text, file)
}
