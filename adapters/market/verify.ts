/** What `latch data verify` shows of a candle folder. */
import { type CandleFile, listCandleFiles, readCandleFile } from './candle-file.ts'
import { type DataProblem, isoTime } from './data-error.ts'
import { type Gap, gapProblem } from './gap.ts'

export type FileReport = {
  file: string
  symbol: string
  interval: string
  /** Rows without fault. */
  rows: number
  /** Open of the first and last candle, ISO-8601; `null` when there is none. */
  from: string | null
  to: string | null
  gaps: Gap[]
  /** Sum of `missing` over all gaps. */
  candlesMissing: number
  /** What refuses the file, and each gap. */
  problems: DataProblem[]
}

export type VerifyReport = {
  directory: string
  files: FileReport[]
  /** Problems of the folder itself: names that say nothing, two files of one series, no file at all. */
  problems: DataProblem[]
  /** No problem and no gap anywhere. */
  ok: boolean
}

const verifyFile = (file: CandleFile): FileReport => {
  const { series, problems, gaps } = readCandleFile(file)
  const timeAt = (index: number): string | null =>
    series.length === 0 ? null : isoTime(series.openAt[index] as number)
  return {
    file: file.file,
    symbol: file.symbol,
    interval: file.interval,
    rows: series.length,
    from: timeAt(0),
    to: timeAt(series.length - 1),
    gaps,
    candlesMissing: gaps.reduce((sum, gap) => sum + gap.missing, 0),
    problems: [...problems, ...gaps.map(gap => gapProblem(file.file, gap))],
  }
}

const folderProblems = (directory: string, files: readonly CandleFile[]): DataProblem[] => {
  if (files.length === 0) {
    const message = 'no candle file; add one named like BTCUSDT-5m.csv.gz'
    return [{ file: directory, line: null, kind: 'file_missing', message }]
  }
  return files.flatMap((file, index) => {
    const twin = files
      .slice(0, index)
      .find(each => each.symbol === file.symbol && each.interval === file.interval)
    if (twin === undefined) return []
    const message = `${twin.file} holds the same symbol and interval; keep one of them`
    return [{ file: file.file, line: null, kind: 'file_ambiguous' as const, message }]
  })
}

/** Reads every candle file anew, past the cache. Throws `DataError` when the folder cannot be read. */
export const verifyFolder = async (directory: string): Promise<VerifyReport> => {
  const listing = listCandleFiles(directory)
  const files = listing.files.map(verifyFile)
  const problems = [...listing.problems, ...folderProblems(directory, listing.files)]
  const ok = problems.length === 0 && files.every(file => file.problems.length === 0)
  return { directory, files, problems, ok }
}
