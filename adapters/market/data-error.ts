/** What can be wrong with market data, said so that the reader can repair it. */

export type DataProblemKind =
  | 'folder_missing'
  | 'file_missing'
  | 'file_name_unknown'
  | 'file_ambiguous'
  | 'file_unreadable'
  | 'file_empty'
  | 'header_wrong'
  | 'row_torn'
  | 'timestamp_unreadable'
  | 'timestamp_off_grid'
  | 'timestamp_duplicate'
  | 'timestamp_out_of_order'
  | 'number_unreadable'
  | 'price_not_positive'
  | 'high_below_low'
  | 'open_outside_range'
  | 'close_outside_range'
  | 'volume_negative'
  | 'gap'
  | 'symbol_unknown'
  | 'interval_missing'
  | 'range_empty'
  | 'problems_more'

export type DataProblem = {
  /** File name inside the data folder, or the folder itself. */
  file: string
  /** Line in the (unpacked) file, the header being line 1; `null` when the file as a whole is meant. */
  line: number | null
  kind: DataProblemKind
  /** The offending value and the remedy. */
  message: string
}

/** Problems listed per file; a file of the wrong kind would otherwise give one per line. */
export const PROBLEMS_LISTED_MAX = 100
const PROBLEMS_IN_MESSAGE_MAX = 5

export const problemText = (problem: DataProblem): string =>
  `${problem.file}${problem.line === null ? '' : `:${problem.line}`}: ${problem.message}`

/** Market data that cannot be used as it is. `problems` holds every finding, the message the first few. */
export class DataError extends Error {
  readonly problems: readonly DataProblem[]
  constructor(problems: readonly DataProblem[]) {
    const shown = problems.slice(0, PROBLEMS_IN_MESSAGE_MAX).map(problemText)
    const more = problems.length - shown.length
    if (more > 0) shown.push(`and ${more} more; "latch data verify" lists them`)
    super(shown.join('\n'))
    this.name = 'DataError'
    this.problems = problems
  }
}

/** A value from a file as it may be shown: quoted, control characters escaped, cut to 40 characters. */
export const shownValue = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

export const isoTime = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
