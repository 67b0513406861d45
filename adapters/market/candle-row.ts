/** One row of a candle file: read strictly, then checked for what no market can do. */
import { INTERVAL_MS, type Interval, intervalStart } from '../../domain/interval.ts'
import { type DataProblemKind, isoTime, shownValue } from './data-error.ts'
import { parseTimestamp } from './timestamp.ts'

export const CANDLE_COLUMNS = ['timestamp', 'open', 'high', 'low', 'close', 'volume'] as const

/** Values in the order of `CANDLE_COLUMNS`, time in epoch ms. Reused from row to row. */
export type CandleRow = Float64Array
export type RowFault = { kind: DataProblemKind; message: string }

/** Plain and exponent decimals only: `Number` alone would also take '', ' 1', '0x10' and 'Infinity'. */
const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/

const parseDecimal = (text: string): number | null => {
  if (!DECIMAL.test(text)) return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

const REPAIR = 'correct the row or fetch the file again'

const checkTime = (row: CandleRow, text: string, interval: Interval): RowFault | null => {
  const at = row[0] as number
  if (at % INTERVAL_MS[interval] === 0) return null
  return {
    kind: 'timestamp_off_grid',
    message:
      `timestamp ${shownValue(text)} is not a start of a ${interval} candle (the one before it starts ` +
      `${isoTime(intervalStart(at, interval))}); ${REPAIR}`,
  }
}

const checkValues = (row: CandleRow): RowFault | null => {
  const [, open, high, low, close, volume] = row as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (let column = 1; column <= 4; column++) {
    if ((row[column] as number) <= 0) {
      const message = `${CANDLE_COLUMNS[column]} ${row[column]} is not above zero; ${REPAIR}`
      return { kind: 'price_not_positive', message }
    }
  }
  if (high < low) return { kind: 'high_below_low', message: `high ${high} is below low ${low}; ${REPAIR}` }
  if (open < low || open > high) {
    return { kind: 'open_outside_range', message: `open ${open} is outside ${low} to ${high}; ${REPAIR}` }
  }
  if (close < low || close > high) {
    return { kind: 'close_outside_range', message: `close ${close} is outside ${low} to ${high}; ${REPAIR}` }
  }
  if (volume < 0) return { kind: 'volume_negative', message: `volume ${volume} is below zero; ${REPAIR}` }
  return null
}

/** Reads a line into `row`. Returns the first fault, or `null`; `row` is meaningful only then. */
export const readRow = (line: string, interval: Interval, row: CandleRow): RowFault | null => {
  const fields = line.split(',')
  if (fields.length !== CANDLE_COLUMNS.length) {
    return {
      kind: 'row_torn',
      message: `${fields.length} fields instead of ${CANDLE_COLUMNS.length} in ${shownValue(line)}; ${REPAIR}`,
    }
  }
  const timeText = fields[0] as string
  const at = parseTimestamp(timeText)
  if (at === null) {
    const message = `timestamp ${shownValue(timeText)} is neither ISO-8601 nor epoch seconds or milliseconds; ${REPAIR}`
    return { kind: 'timestamp_unreadable', message }
  }
  row[0] = at
  for (let column = 1; column < CANDLE_COLUMNS.length; column++) {
    const text = fields[column] as string
    const value = parseDecimal(text)
    if (value === null) {
      const message = `${CANDLE_COLUMNS[column]} ${shownValue(text)} is not a finite number; ${REPAIR}`
      return { kind: 'number_unreadable', message }
    }
    row[column] = value
  }
  return checkTime(row, timeText, interval) ?? checkValues(row)
}
