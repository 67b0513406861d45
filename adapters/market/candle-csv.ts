/** Candle files as text: every line is read and judged; nothing is repaired, guessed or skipped in silence. */
import type { CandleSeries } from '../../domain/candle.ts'
import { INTERVAL_MS, type Interval } from '../../domain/interval.ts'
import { CANDLE_COLUMNS, readRow } from './candle-row.ts'
import { type DataProblem, isoTime, PROBLEMS_LISTED_MAX, shownValue } from './data-error.ts'
import { findGaps, type Gap } from './gap.ts'

export const CANDLE_HEADER = CANDLE_COLUMNS.join(',')

export type ParsedCandles = {
  /** The rows without fault, in order. Complete only when `problems` is empty. */
  series: CandleSeries
  /** What refuses the file; at most `PROBLEMS_LISTED_MAX` and a closing line with the number left out. */
  problems: DataProblem[]
  gaps: Gap[]
}

export type CandleFileName = { file: string; symbol: string; interval: Interval }

const seriesOfColumns = (name: CandleFileName, columns: Float64Array[], length: number): CandleSeries => {
  const column = (index: number): Float64Array => (columns[index] as Float64Array).subarray(0, length)
  return {
    symbol: name.symbol,
    interval: name.interval,
    openAt: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    length,
  }
}

/** Index of `at` in the first `length` values of a rising column, or −1. */
const indexOfTime = (column: Float64Array, length: number, at: number): number => {
  let [low, high] = [0, length - 1]
  while (low <= high) {
    const middle = (low + high) >>> 1
    const value = column[middle] as number
    if (value === at) return middle
    if (value < at) low = middle + 1
    else high = middle - 1
  }
  return -1
}

class CandleReader {
  readonly #name: CandleFileName
  readonly #columns: Float64Array[]
  readonly #lines: Uint32Array
  readonly #row = new Float64Array(CANDLE_COLUMNS.length)
  readonly #problems: DataProblem[] = []
  #problemsLeftOut = 0
  #length = 0

  constructor(name: CandleFileName, rowsMax: number) {
    this.#name = name
    this.#columns = CANDLE_COLUMNS.map(() => new Float64Array(rowsMax))
    this.#lines = new Uint32Array(rowsMax)
  }

  problem(line: number | null, kind: DataProblem['kind'], message: string): void {
    if (this.#problems.length < PROBLEMS_LISTED_MAX) {
      this.#problems.push({ file: this.#name.file, line, kind, message })
    } else this.#problemsLeftOut++
  }

  read(text: string, line: number): void {
    const fault = readRow(text, this.#name.interval, this.#row)
    if (fault !== null) this.problem(line, fault.kind, fault.message)
    else if (this.#isNext(line)) this.#append(line)
  }

  #isNext(line: number): boolean {
    const at = this.#row[0] as number
    const times = this.#columns[0] as Float64Array
    const last = this.#length === 0 ? -Infinity : (times[this.#length - 1] as number)
    if (at > last) return true
    const twin = indexOfTime(times, this.#length, at)
    if (twin >= 0) {
      const message = `timestamp ${isoTime(at)} stands on lines ${this.#lines[twin]} and ${line}; keep one of them`
      this.problem(line, 'timestamp_duplicate', message)
    } else {
      const lastLine = this.#lines[this.#length - 1]
      const message = `timestamp ${isoTime(at)} comes after ${isoTime(last)} of line ${lastLine}; sort the file by time, oldest first`
      this.problem(line, 'timestamp_out_of_order', message)
    }
    return false
  }

  #append(line: number): void {
    for (let column = 0; column < CANDLE_COLUMNS.length; column++) {
      ;(this.#columns[column] as Float64Array)[this.#length] = this.#row[column] as number
    }
    this.#lines[this.#length++] = line
  }

  result(): ParsedCandles {
    const series = seriesOfColumns(this.#name, this.#columns, this.#length)
    const problems = [...this.#problems]
    if (this.#problemsLeftOut > 0) {
      const message = `${this.#problemsLeftOut} more problems; repair the ones above first`
      problems.push({ file: this.#name.file, line: null, kind: 'problems_more', message })
    }
    const stepMs = INTERVAL_MS[this.#name.interval]
    return { series, problems, gaps: findGaps(series.openAt, stepMs, index => this.#lines[index] as number) }
  }
}

/** Reads a whole candle file. Never throws: what is wrong is in `problems`, where candles are missing in `gaps`. */
export const parseCandleCsv = (text: string, name: CandleFileName): ParsedCandles => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const reader = new CandleReader(name, Math.max(0, lines.length - 1))
  const header = lines[0] ?? ''
  if (header.toLowerCase() !== CANDLE_HEADER) {
    const message = `first line is ${shownValue(header)}; expected the header "${CANDLE_HEADER}"`
    reader.problem(1, 'header_wrong', message)
    return reader.result()
  }
  for (let index = 1; index < lines.length; index++) reader.read(lines[index] as string, index + 1)
  if (lines.length === 1)
    reader.problem(null, 'file_empty', 'no candle below the header; fetch the file again')
  return reader.result()
}
