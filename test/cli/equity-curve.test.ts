import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equityCurve } from '../../cli/output/equity-curve.ts'

const terminal = { isTty: true, colour: false, unicode: true, columns: 60 }
const ascii = { ...terminal, unicode: false }
const DAY = 86_400_000
const start = Date.UTC(2025, 3, 3)
const points = (...values: number[]) => values.map((equity, day) => ({ at: start + day * DAY, equity }))

describe('an equity curve', () => {
  test('a fall is drawn from the top left to the bottom right, with both values and dates', () => {
    const lines = equityCurve(points(100, 90, 80, 70), ascii, { width: 30, height: 4 }).split('\n')
    expect(lines[0]).toMatch(/^100\.00 \|\*/)
    expect(lines[3]).toMatch(/^ 70\.00 \| +\*$/)
    expect(lines[4]).toMatch(/^ +2025-04-03 2025-04-06 UTC$/)
  })

  test('braille only where it arrives', () => {
    expect(equityCurve(points(1, 2, 3), terminal)).toMatch(/[\u2801-\u28ff]/)
    expect(equityCurve(points(1, 2, 3), ascii)).toMatch(/^[\u0020-\u007e\n]*$/)
  })

  test('a short span shows the time of day', () => {
    const lines = equityCurve(
      [
        { at: start, equity: 1 },
        { at: start + 3_600_000, equity: 2 },
      ],
      ascii,
    ).split('\n')
    expect(lines.at(-1)).toMatch(/2025-04-03 00:00 +2025-04-03 01:00 UTC$/)
  })

  test('a dip between two columns stays visible', () => {
    const many = Array.from({ length: 10_000 }, () => 100)
    many[5_000] = 50
    const lines = equityCurve(points(...many), ascii, { width: 40, height: 6 }).split('\n')
    expect(lines[5]).toMatch(/^ 50\.00 \| +\*$/)
  })

  test('nothing recorded is said in words', () => {
    expect(equityCurve([], terminal)).toBe('No equity recorded yet.')
    expect(equityCurve([{ at: start, equity: Number.NaN }], terminal)).toBe('No equity recorded yet.')
  })

  test('one point and equal points are a flat line', () => {
    for (const flat of [points(5), points(5, 5, 5)]) {
      const drawn = equityCurve(flat, ascii, { width: 30, height: 5 })
        .split('\n')
        .filter(line => line.includes('*'))
      expect(drawn).toHaveLength(1)
    }
  })

  test('any equity is drawn on the lines asked for, none wider than asked, with a mark in every column', () => {
    const equity = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.array(equity, { minLength: 1, maxLength: 60 }), values => {
        const lines = equityCurve(points(...values), ascii, { width: 50, height: 6 }).split('\n')
        expect(lines).toHaveLength(7)
        expect(Math.max(...lines.slice(0, 6).map(line => line.length))).toBeLessThanOrEqual(50)
        const plot = lines.slice(0, 6).map(line => line.slice(line.indexOf('|') + 1))
        const width = Math.max(...plot.map(line => line.length))
        for (let x = 0; x < width; x += 1) expect(plot.some(line => line[x] === '*')).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
