import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTimestamp } from '../../../adapters/market/timestamp.ts'

const AT = Date.UTC(2025, 3, 3, 17, 5)

describe('parseTimestamp', () => {
  test.each([
    '2025-04-03T17:05:00Z',
    '2025-04-03 17:05:00+00:00',
    '2025-04-03 17:05:00',
    '2025-04-03T17:05',
    '2025-04-03T17:05:00.000Z',
    '2025-04-03 17:05:00.000000000',
    '2025-04-03T19:05:00+02:00',
    '2025-04-03T13:35:00-0330',
    '1743699900',
    '1743699900000',
    '1743699900000000',
    '1743699900.0',
  ])('%s is one and the same moment', text => {
    expect(parseTimestamp(text)).toBe(AT)
  })

  test('a date alone is its first instant', () => {
    expect(parseTimestamp('2024-02-29')).toBe(Date.UTC(2024, 1, 29))
  })

  test.each([
    '',
    ' ',
    'now',
    '-1743699900',
    '1e12',
    '0x10',
    '17436999000000001',
    '1743699900000001',
    '2025-02-30T00:00:00Z',
    '2025-02-29',
    '2025-13-01',
    '2025-00-10',
    '2025-04-03T24:00:00Z',
    '2025-04-03T17:60:00Z',
    '2025-04-03T17:05:00.0005Z',
    '2025-04-03T17:05:00 Z',
    '04/03/2025',
    '1969-12-31T23:59:59Z',
  ])('%j is no timestamp', text => {
    expect(parseTimestamp(text)).toBeNull()
  })

  test('ISO text and epoch milliseconds of any moment come back as they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e11, max: 4e12 }), at => {
        expect(parseTimestamp(new Date(at).toISOString())).toBe(at)
        expect(parseTimestamp(String(at))).toBe(at)
        expect(parseTimestamp(String(Math.floor(at / 1000)))).toBe(Math.floor(at / 1000) * 1000)
      }),
      { numRuns: 2_000 },
    )
  })
})
