/** Pages of lists in memory. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageOf } from '../../http/page.ts'

const keys = fc.uniqueArray(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }), {
  maxLength: 30,
})
const self = (key: string) => key

test('walking by cursors gives every row once, in the order of the keys', () => {
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 10 }), (rows, limit) => {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = pageOf(rows, self, { limit, cursor })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        expect(page.total).toBe(rows.length)
        seen.push(...page.items)
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      expect(seen).toEqual([...rows].sort())
    }),
    { numRuns: 1_000 },
  )
})

test('rows that come and go between pages never repeat or hide another', () => {
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 10 }), fc.nat(), (rows, limit, seed) => {
      const first = pageOf(rows, self, { limit })
      if (first.next === null) return
      const gone = rows[seed % rows.length]
      const rest = rows.filter(row => row !== gone)
      const second = pageOf(rest, self, { limit: 1_000, cursor: first.next })
      expect(new Set([...first.items, ...second.items, gone])).toEqual(new Set(rows))
      expect(second.items.some(row => first.items.includes(row))).toBe(false)
    }),
    { numRuns: 1_000 },
  )
})
