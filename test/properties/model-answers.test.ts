/**
 * 1. A document that fits the wire schema wants nothing illegal.
 * 2. A valid document of version 1 means the same to the reader of version 2.
 * 3. Levels are accepted exactly where a long has stop < price < target, and a short the reverse.
 * 4. Whatever is written is answered with a value; what is accepted is legal, one proposal for each asset asked about.
 * 5. What stands around an object does not change it.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extractJson } from '../../domain/model/extract.ts'
import { inventedNumbers } from '../../domain/model/invented.ts'
import { type Legal, legalActions, type SchemaVersion } from '../../domain/model/legal.ts'
import { readDecisions } from '../../domain/model/read-decisions.ts'
import { publishedSchema, wireSchema } from '../../domain/model/schema.ts'
import { assess } from '../../domain/risk/assess.ts'
import { readDecimal } from '../../domain/risk/draft.ts'
import type { Proposal } from '../../domain/strategy.ts'
import {
  answer,
  buyBtc,
  closeBelowEma,
  holdOf,
  MARKS,
  openPosition,
  POSITIONS,
  question,
} from '../domain/model/given-answers.ts'
import { givenView } from '../domain/risk/given.ts'
import { documentOf } from './from-schema.ts'

const RUNS = { numRuns: 1_000 }
const SYMBOLS = ['BTC', 'ETH', 'SOL']

const position = fc.constantFrom(
  null,
  openPosition({ state: 'idle', direction: null }),
  openPosition(),
  openPosition({ direction: 'short' }),
  openPosition({ state: 'hysteresis' }),
  openPosition({ state: 'protecting' }),
  openPosition({ state: 'cooldown', direction: null }),
)
const legalOf = (version: SchemaVersion): fc.Arbitrary<Legal[]> =>
  fc.tuple(...SYMBOLS.map(() => position)).map(all => {
    const open = SYMBOLS.flatMap((symbol, index) => {
      const each = all[index] ?? null
      return each === null ? [] : [[symbol, { ...each, symbol }] as const]
    })
    return legalActions(version, SYMBOLS, Object.fromEntries(open))
  })

const expectLegal = (proposals: readonly Proposal[], legal: readonly Legal[]): void => {
  expect(proposals.map(each => each.symbol)).toEqual(legal.map(each => each.symbol))
  for (const [index, proposal] of proposals.entries()) {
    expect(legal[index]?.actions).toContain(proposal.action)
    if (proposal.allocation !== null) expect(readDecimal(proposal.allocation)).not.toBeNull()
    const fraction = proposal.closeFraction ?? 1
    expect(fraction > 0 && fraction <= 1).toBe(true)
  }
}

describe('a document that fits the wire schema', () => {
  test.each([1, 2] as const)('of version %i wants nothing illegal', version => {
    let accepted = 0
    const asked = legalOf(version).chain(legal =>
      documentOf(wireSchema(version, legal).schema).map(document => ({ legal, document })),
    )
    fc.assert(
      fc.property(asked, ({ legal, document }) => {
        const read = readDecisions(JSON.stringify(document), { version, legal, marks: MARKS })
        if (read.ok) {
          accepted += 1
          expectLegal(read.proposals, legal)
          return
        }
        // Ranges and sense are judged when it is read; names, types and actions cannot be wrong.
        expect(read.code).not.toBe('action_not_legal')
        expect(read.problem).not.toMatch(/no such field|Invalid (input|option)/)
      }),
      { numRuns: 2_000 },
    )
    expect(accepted, 'documents that were accepted').toBeGreaterThan(30)
  })
})

describe('a valid document of version 1', () => {
  const both = (text: string) =>
    ([1, 2] as const).map(version =>
      readDecisions(text, { version, legal: legalActions(version, SYMBOLS, POSITIONS), marks: MARKS }),
    )

  test('whatever it says, means the same to the reader of version 2', () => {
    fc.assert(
      fc.property(documentOf(publishedSchema(1, SYMBOLS)), document => {
        const [one, two] = both(JSON.stringify(document))
        if (one?.ok) expect(two).toEqual(one)
        else expect(two).toMatchObject({ ok: false, code: one?.code })
      }),
      RUNS,
    )
  })

  test('of sense is accepted by both', () => {
    const distance = fc.double({ min: 0.01, max: 50, noNaN: true })
    const entry = fc
      .record({
        side: fc.constantFrom(1, -1),
        stop: distance,
        target: distance,
        size: fc.double({ min: 1, max: 1e9, noNaN: true }),
      })
      .map(({ side, stop, target, size }) =>
        buyBtc({
          action: side === 1 ? 'buy' : 'sell',
          allocation_usd: size,
          sl_price: 100 - side * stop,
          tp_price: 100 + side * target,
        }),
      )
    fc.assert(
      fc.property(fc.oneof(entry, fc.constant(holdOf())), fc.boolean(), (decision, leaves) => {
        const eth = leaves ? holdOf('ETH', { action: 'sell' }) : holdOf('ETH')
        const [one, two] = both(answer(decision, eth, holdOf('SOL')))
        expect(one).toMatchObject({ ok: true, notes: [] })
        expect(two).toEqual(one)
      }),
      RUNS,
    )
  })
})

test('levels are accepted exactly where they make sense', () => {
  const level = fc.option(fc.oneof(fc.constant(100), fc.double({ min: 1, max: 200, noNaN: true })))
  fc.assert(
    fc.property(fc.constantFrom('buy', 'sell'), level, level, fc.boolean(), (action, stop, target, known) => {
      const read = readDecisions(answer(buyBtc({ action, sl_price: stop, tp_price: target })), {
        ...question(1),
        marks: { BTC: known ? 100 : null },
      })
      const line = [stop, known ? 100 : null, target].filter(each => each !== null)
      if (action === 'sell') line.reverse()
      const rises = line.every((each, index) => index === 0 || each > (line[index - 1] as number))
      expect(read.ok).toBe(rises)
      if (!read.ok) expect(read.code).toBe('price_on_wrong_side')
    }),
    RUNS,
  )
})

describe('whatever is written', () => {
  const good = [
    answer(buyBtc(), holdOf('ETH'), holdOf('SOL')),
    answer(buyBtc({ leverage: 3, confidence: 80, exit_conditions: [closeBelowEma()] })),
    `Sure:\n\`\`\`json\n${answer(holdOf('ETH', { action: 'close', close_fraction: 0.5 }))}\n\`\`\``,
  ]
  const scrap = fc.oneof(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      '\u0000',
      '\uFEFF',
      '\uD83D',
      '🚀',
      '1e309',
      '-',
      'null',
    ),
    fc.constantFrom(
      '"action":"close"',
      '"action":"sell"',
      '"NaN"',
      '"allocation_usd":-1',
      '"__proto__":{}',
      'buy',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  const edit = fc.record({ at: fc.nat(600), drop: fc.nat(12), put: scrap })
  const mutated = fc
    .tuple(fc.constantFrom(...good), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([text, edits]) =>
      edits.reduce((now, { at, drop, put }) => now.slice(0, at) + put + now.slice(at + drop), text),
    )
  const swapped = fc
    .tuple(
      fc.constantFrom(...good),
      fc.constantFrom('buy', 'sell', 'close', 'hold', 'BTC', '50', '90', '120'),
      scrap,
    )
    .map(([text, word, put]) => text.replace(word, put))
  const anyJson = fc.json().map(json => `{"trade_decisions":[${json}]}`)
  const wish = fc
    .record({
      asset: fc.constantFrom(...SYMBOLS),
      action: fc.constantFrom('buy', 'sell', 'close', 'hold'),
      allocation_usd: fc.constantFrom(0, 50, 1e12),
      sl_price: fc.constantFrom(null, 90, 110),
      close_fraction: fc.constantFrom(undefined, null, 0.5),
    })
    .map(change => holdOf('BTC', change))
  const wishes = fc.array(wish, { minLength: 1, maxLength: 4 }).map(all => answer(...all))
  const anything = fc.oneof(
    wishes,
    mutated,
    swapped,
    anyJson,
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
  )

  test('is answered with a value, never thrown, and never illegal, ten thousand times', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(anything, fc.constantFrom(1 as const, 2 as const), (text, version) => {
        const asked = question(version, SYMBOLS)
        const read = readDecisions(text, asked)
        const key = read.ok ? 'ok' : read.code
        seen.set(key, (seen.get(key) ?? 0) + 1)
        if (!read.ok) {
          expect(read.problem.length).toBeGreaterThan(0)
          expect(read.problem.length).toBeLessThan(3_000)
          return
        }
        expectLegal(read.proposals, asked.legal)
        expect(read.notes.length).toBeLessThanOrEqual(50)
        for (const proposal of read.proposals) expect(() => assess(proposal, givenView())).not.toThrow()
      }),
      { numRuns: 10_000 },
    )
    // Both ends are met, else nothing was proved.
    expect(seen.get('ok') ?? 0).toBeGreaterThan(100)
    for (const code of [
      'shape',
      'invalid_json',
      'action_not_legal',
      'duplicate_asset',
      'price_on_wrong_side',
    ]) {
      expect(seen.get(code) ?? 0, code).toBeGreaterThan(0)
    }
  })

  test('is looked through for numbers without a throw, and invents nothing of itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), scrap, (value, noise) => {
        expect(inventedNumbers(`${JSON.stringify(value)} ${noise}`, value)).toEqual([])
        inventedNumbers(noise, value)
      }),
      RUNS,
    )
  })
})

test('what stands around an object does not change it', () => {
  const prose = fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '`', '.', '1', 'ß', '🚀', '{x', '(', '}'),
    maxLength: 30,
  })
  const object = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 })
  fc.assert(
    fc.property(prose, object, prose, (before, value, after) => {
      const text = JSON.stringify(value)
      expect(extractJson(`${before}x${text}\n${after}`)).toEqual({
        ok: true,
        value: JSON.parse(text) as unknown,
      })
    }),
    RUNS,
  )
})
