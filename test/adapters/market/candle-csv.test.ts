import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCandleCsv } from '../../../adapters/market/candle-csv.ts'
import { PROBLEMS_LISTED_MAX } from '../../../adapters/market/data-error.ts'
import { candleAt } from '../../../domain/candle.ts'
import { csv, HEADER, row, rows, START } from './folder.ts'

const NAME = { file: 'BTCUSDT-5m.csv', symbol: 'BTC', interval: '5m' } as const
const parse = (text: string) => parseCandleCsv(text, NAME)
const MINUTES_5 = 300_000

describe('a sound candle file', () => {
  test('becomes columns in the order of its rows', () => {
    const { series, problems, gaps } = parse(csv([row(0, '1,2,0.5,1.5,7'), row(1, '1.5,1.5,1.5,1.5,0')]))
    expect(problems).toEqual([])
    expect(gaps).toEqual([])
    expect(series).toMatchObject({ symbol: 'BTC', interval: '5m', length: 2 })
    expect(candleAt(series, 0)).toEqual({ openAt: START, open: 1, high: 2, low: 0.5, close: 1.5, volume: 7 })
    expect(candleAt(series, 1).openAt).toBe(START + MINUTES_5)
    expect(series.close.length).toBe(2)
  })

  test.each([
    ['without a last line break', csv(rows(2)).trimEnd()],
    ['with Windows line breaks', csv(rows(2)).replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${csv(rows(2))}`],
    ['with a header in capitals', csv(rows(2)).replace(HEADER, HEADER.toUpperCase())],
    ['in epoch seconds', csv([`${START / 1000},1,1,1,1,1`, `${START / 1000 + 300},1,1,1,1,1`])],
    ['in epoch milliseconds', csv([`${START},1,1,1,1,1`, `${START + MINUTES_5},1,1,1,1,1`])],
    ['with exponents', csv([row(0, '1e0,1.2E+1,9e-1,1,1e3'), row(1)])],
    ['in the future', csv(['2199-01-01T00:00:00Z,1,1,1,1,1', '2199-01-01T00:05:00Z,1,1,1,1,1'])],
  ])('is read %s', (_, text) => {
    const { series, problems, gaps } = parse(text)
    expect(problems).toEqual([])
    expect(gaps).toEqual([])
    expect(series.length).toBe(2)
  })
})

describe('a faulty candle file', () => {
  test.each([
    ['too few fields', '10,12,9,11', 'row_torn', '5 fields instead of 6'],
    ['too many fields', '10,12,9,11,5,6', 'row_torn', '7 fields instead of 6'],
    ['an empty number', '10,,9,11,5', 'number_unreadable', 'high ""'],
    ['a word', '10,12,low,11,5', 'number_unreadable', 'low "low"'],
    ['NaN', 'NaN,12,9,11,5', 'number_unreadable', 'open "NaN"'],
    ['Infinity', '10,Infinity,9,11,5', 'number_unreadable', 'high "Infinity"'],
    ['a number beyond all bounds', '10,1e400,9,11,5', 'number_unreadable', 'high "1e400"'],
    ['a hexadecimal number', '10,0x10,9,11,5', 'number_unreadable', 'high "0x10"'],
    ['a number with a space', '10, 12,9,11,5', 'number_unreadable', 'high " 12"'],
    ['a price of zero', '10,12,0,11,5', 'price_not_positive', 'low 0 '],
    ['a negative price', '-10,12,9,11,5', 'price_not_positive', 'open -10 '],
    ['high below low', '10,8,9,10,5', 'high_below_low', 'high 8 is below low 9'],
    ['open above high', '13,12,9,11,5', 'open_outside_range', 'open 13 is outside 9 to 12'],
    ['open below low', '8,12,9,11,5', 'open_outside_range', 'open 8 is outside 9 to 12'],
    ['close above high', '10,12,9,12.5,5', 'close_outside_range', 'close 12.5 is outside 9 to 12'],
    ['close below low', '10,12,9,8.5,5', 'close_outside_range', 'close 8.5 is outside 9 to 12'],
    ['negative volume', '10,12,9,11,-1', 'volume_negative', 'volume -1 is below zero'],
  ])('%s is named with line, value and remedy', (_, values, kind, said) => {
    const { problems, gaps, series } = parse(csv([row(0), row(1, values), row(2)]))
    expect(problems).toMatchObject([{ file: 'BTCUSDT-5m.csv', line: 3, kind }])
    expect(problems[0]?.message).toContain(said)
    expect(problems[0]?.message).toMatch(/correct the row or fetch the file again/)
    expect(gaps, 'a refused row is not reported as missing too').toEqual([])
    expect(series.length).toBe(2)
  })

  test.each([
    ['tomorrow,1,1,1,1,1', 'timestamp_unreadable', '"tomorrow"'],
    ['2025-02-30T00:00:00Z,1,1,1,1,1', 'timestamp_unreadable', '"2025-02-30'],
    [`${START + 1},1,1,1,1,1`, 'timestamp_off_grid', '2025-01-01T00:00:00Z'],
    ['2025-01-01T00:04:00Z,1,1,1,1,1', 'timestamp_off_grid', '5m candle'],
    ['', 'row_torn', '1 fields instead of 6'],
  ])('row %j is refused', (line, kind, said) => {
    const { problems } = parse(csv([line, row(1)]))
    expect(problems).toMatchObject([{ line: 2, kind }])
    expect(problems[0]?.message).toContain(said)
  })

  test('a repeated timestamp names both lines', () => {
    const { problems, series } = parse(csv([row(0), row(1), row(2), row(1)]))
    expect(problems).toMatchObject([{ line: 5, kind: 'timestamp_duplicate' }])
    expect(problems[0]?.message).toBe(
      'timestamp 2025-01-01T00:05:00Z stands on lines 3 and 5; keep one of them',
    )
    expect(series.length).toBe(3)
  })

  test('a timestamp repeated at once is a duplicate too', () => {
    const { problems, gaps } = parse(csv([row(0), row(0), row(1)]))
    expect(problems).toMatchObject([{ line: 3, kind: 'timestamp_duplicate' }])
    expect(problems[0]?.message).toContain('stands on lines 2 and 3')
    expect(gaps).toEqual([])
  })

  test('a row that goes back in time is out of order', () => {
    const { problems } = parse(csv([row(0), row(2), row(1)]))
    expect(problems).toMatchObject([{ line: 4, kind: 'timestamp_out_of_order' }])
    expect(problems[0]?.message).toContain('comes after 2025-01-01T00:10:00Z of line 3')
  })

  test.each([
    ['', 'header_wrong'],
    [`${row(0)}\n`, 'header_wrong'],
    ['time,open,high,low,close,volume\n', 'header_wrong'],
    [`${HEADER},trades\n`, 'header_wrong'],
  ])('%j lacks the header', (text, kind) => {
    const { problems, series } = parse(text)
    expect(problems).toMatchObject([{ line: 1, kind }])
    expect(problems[0]?.message).toContain(`expected the header "${HEADER}"`)
    expect(series.length).toBe(0)
  })

  test('a header alone is an empty file', () => {
    expect(parse(csv([])).problems).toMatchObject([{ kind: 'file_empty', line: null }])
  })

  test('the list of problems is bounded and says how many it leaves out', () => {
    const { problems } = parse(csv(Array.from({ length: PROBLEMS_LISTED_MAX + 20 }, () => 'torn')))
    expect(problems.length).toBe(PROBLEMS_LISTED_MAX + 1)
    expect(problems.at(-1)).toMatchObject({ kind: 'problems_more' })
    expect(problems.at(-1)?.message).toContain('20 more problems')
  })

  test('an offending value is shown cut and without control characters', () => {
    const message = parse(csv([row(0, `\u001b[31m${'9'.repeat(5_000)},1,1,1,1`)])).problems[0]?.message ?? ''
    expect(message).toContain('\\u001b')
    expect(message.length).toBeLessThan(200)
  })
})

describe('gaps', () => {
  test('each gap says where, how long and on which line it ends', () => {
    const { gaps, problems } = parse(csv([row(0), row(3), row(4), row(6)]))
    expect(problems).toEqual([])
    expect(gaps).toEqual([
      { from: START + MINUTES_5, to: START + 3 * MINUTES_5, missing: 2, line: 3 },
      { from: START + 5 * MINUTES_5, to: START + 6 * MINUTES_5, missing: 1, line: 5 },
    ])
  })

  test('the candles there are and the candles missing add up to the time covered', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60), { minLength: 1 }), indexes => {
        const sorted = indexes.toSorted((one, other) => one - other)
        const { gaps, series, problems } = parse(csv(sorted.map(index => row(index))))
        const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0)
        const covered = (sorted.at(-1) as number) - (sorted[0] as number) + 1
        expect(problems).toEqual([])
        expect(series.length + missing).toBe(covered)
      }),
      { numRuns: 1_000 },
    )
  })
})

test('any text at all is judged without a throw', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom(HEADER, row(0), row(1), row(2), '1,1,1,1,1,1', ''))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), lines => {
      const { series, problems } = parse(lines.join('\n'))
      for (let index = 0; index < series.length; index++) {
        const { open, high, low, close, volume } = candleAt(series, index)
        expect(low > 0 && low <= open && low <= close && open <= high && close <= high && volume >= 0).toBe(
          true,
        )
      }
      expect(series.length + problems.length).toBeGreaterThan(0)
    }),
    { numRuns: 2_000 },
  )
})
