import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Column, table } from '../../cli/output/table.ts'
import type { Terminal } from '../../cli/output/terminal.ts'

const plain: Terminal = { isTty: false, colour: false, unicode: true, columns: 80 }
type Row = { name: string; amount: string | number | null }
const columns: Column<Row>[] = [
  { title: 'name', value: row => row.name },
  { title: 'amount', value: row => row.amount },
]

describe('a table', () => {
  test('numbers stand to the right, words to the left, nothing is a dash', () => {
    const rows = [
      { name: 'BTC', amount: '-1.50 %' },
      { name: 'a longer one', amount: 12 },
      { name: 'ETH', amount: null },
    ]
    expect(table(columns, rows, plain).split('\n')).toEqual([
      'name           amount',
      'BTC           -1.50 %',
      'a longer one       12',
      'ETH                 –',
    ])
  })

  test('without rows it is its head', () => {
    expect(table(columns, [], plain)).toBe('name  amount')
  })

  test('escape sequences and line breaks of data are shown, not obeyed', () => {
    const shown = table(columns, [{ name: '\u001b[31mred\nrow', amount: 1 }], { ...plain, colour: true })
    expect(shown.split('\n')).toHaveLength(2)
    expect(shown).toContain('\\u{1b}[31mred\\u{a}row')
    expect(shown).not.toContain('\u001b[31m')
  })

  test('only a coloured terminal gets colour', () => {
    const styled: Column<Row>[] = [{ title: 'name', value: row => row.name, style: () => 'green' }]
    const rows = [{ name: 'up', amount: 1 }]
    expect(table(styled, rows, plain)).not.toContain('\u001b')
    expect(table(styled, rows, { ...plain, colour: true })).toContain('\u001b[32mup\u001b[39m')
  })

  test('on a narrow terminal words are cut and numbers are not', () => {
    const rows = [{ name: 'x'.repeat(60), amount: '123456.78' }]
    const lines = table(columns, rows, { ...plain, isTty: true, columns: 30 }).split('\n')
    expect(lines[1]).toBe(`${'x'.repeat(18)}…  123456.78`)
  })

  test('every line is as wide as the others, whatever the data', () => {
    const row = fc.record({ name: fc.string({ minLength: 1 }), amount: fc.integer() })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), rows => {
        const widths = table(columns, rows, plain)
          .split('\n')
          .map(line => Array.from(line).length)
        expect(widths).toHaveLength(rows.length + 1)
        expect(new Set(widths).size).toBe(1)
      }),
      { numRuns: 1_000 },
    )
  })
})
