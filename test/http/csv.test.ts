/** Rows as a spreadsheet reads them. */
import { expect, test } from 'vitest'
import { csvOf } from '../../http/csv.ts'

const field = (value: unknown): string => csvOf([{ value }]).split('\r\n')[1] ?? ''

test('a line of names, then one per row; what is not there is empty', () => {
  expect(csvOf([{ a: 1, b: null }, { a: 2 }])).toBe('a,b\r\n1,\r\n2,\r\n')
})

test('a text that a spreadsheet would run is shown as a text', () => {
  for (const text of ['=1+1', '+cmd', '-x', '@sum', '\t=1', ' =1', '-1e-7+cmd']) {
    expect(field(text)).toBe(`'${text}`)
  }
})

test('a number stays a number, however small or large', () => {
  expect(field('-12.5')).toBe('-12.5')
  for (const value of [-12.5, -1e-7, -1e21, 0]) expect(Number(field(value))).toBe(value)
})

test('quotes, commas and objects are one field', () => {
  expect(field('say "hi", now')).toBe('"say ""hi"", now"')
  expect(field({ a: 1 })).toBe('"{""a"":1}"')
})
