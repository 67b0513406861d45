/** Candles of a folder, ready for a backtest: chosen, checked, cut to a range and merged where needed. */
import type { CandleSeries } from '../../domain/candle.ts'
import { INTERVAL_MS, type Interval } from '../../domain/interval.ts'
import { canonicalSymbol } from '../../domain/symbol.ts'
import { loadCandleFile } from './candle-cache.ts'
import { type CandleFile, listCandleFiles } from './candle-file.ts'
import { DataError, type DataProblem, isoTime, shownValue } from './data-error.ts'
import { gapProblem } from './gap.ts'
import { canMerge, mergeCandles } from './merge.ts'

export type CandleFolderOptions = {
  directory: string
  /** Assets in the order wanted, in any spelling; `null`: every asset of the folder that has the interval. */
  symbols: readonly string[] | null
  interval: Interval
  /** Where the cache lives; `null`: no cache. */
  dataDir: string | null
  /** First candle open, epoch ms, inclusive; `null`: from the beginning. */
  from: number | null
  /** Candle opens before this, epoch ms; `null`: to the end. */
  to: number | null
  /** Candles may be missing; the step then has `null` for that symbol. */
  allowGaps: boolean
}

const list = (values: Iterable<string>): string => [...new Set(values)].join(', ') || 'none'

const problem = (file: string, kind: DataProblem['kind'], message: string): DataProblem => ({
  file,
  line: null,
  kind,
  message,
})

/** The file that has the interval, or else the longest shorter one it can be merged from. */
const chooseFile = (files: readonly CandleFile[], interval: Interval): CandleFile | undefined =>
  files.find(file => file.interval === interval) ??
  files
    .filter(file => canMerge(file.interval, interval))
    .sort((one, other) => INTERVAL_MS[other.interval] - INTERVAL_MS[one.interval])[0]

const findFile = (
  files: CandleFile[],
  symbol: string,
  options: CandleFolderOptions,
): CandleFile | DataProblem => {
  const { directory, interval } = options
  const own = files.filter(file => file.symbol === symbol)
  if (own.length === 0) {
    const found = list(files.map(file => file.symbol))
    const message = `no candles of ${symbol}; found ${found}. Add ${symbol}USDT-${interval}.csv.gz or leave ${symbol} out`
    return problem(directory, 'symbol_unknown', message)
  }
  const chosen = chooseFile(own, interval)
  if (chosen === undefined) {
    const found = list(own.map(file => file.interval))
    const message = `no ${interval} candles of ${symbol}; found ${found}. Add ${symbol}USDT-${interval}.csv.gz or use one of these`
    return problem(directory, 'interval_missing', message)
  }
  const twin = own.find(file => file !== chosen && file.interval === chosen.interval)
  if (twin === undefined) return chosen
  return problem(
    chosen.file,
    'file_ambiguous',
    `${twin.file} holds the same symbol and interval; keep one of them`,
  )
}

const wantedSymbols = (files: CandleFile[], options: CandleFolderOptions): string[] => {
  const { directory, symbols, interval } = options
  if (symbols !== null) {
    const unreadable = symbols.find(text => canonicalSymbol(text) === null)
    if (unreadable !== undefined) {
      const message = `${shownValue(unreadable)} is not a symbol; write it like BTC or BTCUSDT`
      throw new DataError([problem(directory, 'symbol_unknown', message)])
    }
    return [...new Set(symbols.map(text => canonicalSymbol(text) as string))]
  }
  const usable = files.filter(file => file.interval === interval || canMerge(file.interval, interval))
  if (usable.length > 0) return [...new Set(usable.map(file => file.symbol))]
  const found = list(files.map(file => file.interval))
  const message =
    files.length === 0
      ? `no candle file; add one named like BTCUSDT-${interval}.csv.gz`
      : `no ${interval} candles; found ${found}. Add a file named like BTCUSDT-${interval}.csv.gz or use one of these`
  throw new DataError([problem(directory, files.length === 0 ? 'file_missing' : 'interval_missing', message)])
}

/** Index of the first candle at or after `at`. */
const firstFrom = (openAt: Float64Array, at: number): number => {
  let [low, high] = [0, openAt.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((openAt[middle] as number) < at) low = middle + 1
    else high = middle
  }
  return low
}

const cut = (series: CandleSeries, from: number | null, to: number | null): CandleSeries => {
  const start = from === null ? 0 : firstFrom(series.openAt, from)
  const end = to === null ? series.length : Math.max(start, firstFrom(series.openAt, to))
  if (start === 0 && end === series.length) return series
  return {
    symbol: series.symbol,
    interval: series.interval,
    openAt: series.openAt.subarray(start, end),
    open: series.open.subarray(start, end),
    high: series.high.subarray(start, end),
    low: series.low.subarray(start, end),
    close: series.close.subarray(start, end),
    volume: series.volume.subarray(start, end),
    length: end - start,
  }
}

const coverage = (series: CandleSeries): string =>
  `${isoTime(series.openAt[0] as number)} to ${isoTime(series.openAt[series.length - 1] as number)}`

const loadOne = (file: CandleFile, options: CandleFolderOptions): CandleSeries | DataProblem[] => {
  const { interval, dataDir, from, to, allowGaps } = options
  const { series, problems, gaps } = loadCandleFile(file, dataDir)
  if (problems.length > 0) return problems
  const inRange = gaps.filter(gap => (to === null || gap.from < to) && (from === null || gap.to > from))
  if (inRange.length > 0 && !allowGaps) return inRange.map(gap => gapProblem(file.file, gap))
  const range = cut(series, from, to)
  const wanted = range.interval === interval ? range : mergeCandles(range, interval)
  if (wanted.length > 0) return wanted
  const asked = `${from === null ? 'the beginning' : isoTime(from)} to ${to === null ? 'the end' : isoTime(to)}`
  const message =
    `no whole ${interval} candle of ${file.symbol} from ${asked}; the file covers ${coverage(series)}. ` +
    `Change the range or leave ${file.symbol} out`
  return [problem(file.file, 'range_empty', message)]
}

/**
 * Loads one series per symbol, in the order of `symbols` (or by name). Throws `DataError` with everything that is wrong
 * in all files at once: an unknown symbol, a missing interval, an empty range, faulty rows, and gaps unless allowed.
 */
export const loadCandleFolder = async (options: CandleFolderOptions): Promise<CandleSeries[]> => {
  const { files } = listCandleFiles(options.directory)
  const series: CandleSeries[] = []
  const problems: DataProblem[] = []
  for (const symbol of wantedSymbols(files, options)) {
    const file = findFile(files, symbol, options)
    const loaded = 'kind' in file ? [file] : loadOne(file, options)
    if (Array.isArray(loaded)) problems.push(...loaded)
    else series.push(loaded)
  }
  if (problems.length > 0) throw new DataError(problems)
  return series
}
