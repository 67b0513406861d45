/** The published schemas word for word, and what the wire schema may and may not say. */
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Legal, legalActions, type SchemaVersion } from '../../../domain/model/legal.ts'
import { publishedSchema, wireSchema } from '../../../domain/model/schema.ts'
import {
  answer,
  buyBtc,
  closeBelowEma,
  holdOf,
  legalFor,
  openPosition,
  POSITIONS,
  without,
} from './given-answers.ts'

const BOTH: SchemaVersion[] = [1, 2]
const MIXED = ['BTC', 'ETH', 'SOL']

/** Every schema object in it, with how many objects deep it stands. */
const schemasIn = (schema: unknown, depth = 1): { schema: Record<string, unknown>; depth: number }[] => {
  if (typeof schema !== 'object' || schema === null) return []
  const own = schema as Record<string, unknown>
  const inside = own.properties === undefined ? depth : depth + 1
  const children = [
    ...Object.values((own.properties ?? {}) as Record<string, unknown>),
    ...((own.anyOf ?? []) as unknown[]),
    own.items,
  ]
  return [{ schema: own, depth }, ...children.flatMap(child => schemasIn(child, inside))]
}

describe('the published schema', () => {
  test('version 1 is the reference schema, with the assets filled in', () => {
    expect(publishedSchema(1, ['BTC', 'ETH'])).toEqual({
      type: 'object',
      properties: {
        trade_decisions: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            properties: {
              asset: { type: 'string', enum: ['BTC', 'ETH'] },
              action: { type: 'string', enum: ['buy', 'sell', 'hold'] },
              allocation_usd: { type: 'number', minimum: 0 },
              tp_price: { type: ['number', 'null'] },
              sl_price: { type: ['number', 'null'] },
              exit_plan: { type: 'string' },
              rationale: { type: 'string' },
            },
            required: ['asset', 'action', 'allocation_usd', 'tp_price', 'sl_price', 'exit_plan', 'rationale'],
            additionalProperties: false,
          },
        },
      },
      required: ['trade_decisions'],
      additionalProperties: false,
    })
  })

  const judge = (version: SchemaVersion) => z.fromJSONSchema(publishedSchema(version, ['BTC']))
  const isValid = (version: SchemaVersion, ...decisions: unknown[]): boolean =>
    judge(version).safeParse(JSON.parse(answer(...decisions))).success

  test('version 2 takes what version 1 takes, and more', () => {
    const more = buyBtc({
      leverage: 3,
      confidence: 80,
      close_fraction: null,
      predicted_roi_pct: 2.5,
      exit_conditions: [closeBelowEma()],
    })
    expect([isValid(1, buyBtc()), isValid(2, buyBtc())]).toEqual([true, true])
    expect([isValid(1, more), isValid(2, more)]).toEqual([false, true])
    expect(isValid(2, holdOf('BTC', { action: 'close', close_fraction: 0.5 }))).toBe(true)
    expect(isValid(2, buyBtc({ close_fraction: 1.5 }))).toBe(false)
    expect(isValid(2, buyBtc({ confidence: 101 }))).toBe(false)
    expect(isValid(2, without(buyBtc(), 'rationale'))).toBe(false)
  })
})

describe('the wire schema', () => {
  const FORBIDDEN = [
    '$schema',
    '$ref',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
    'minLength',
    'maxLength',
    'pattern',
    'format',
    'maxItems',
    'uniqueItems',
    'patternProperties',
    'prefixItems',
    'default',
    'oneOf',
    'allOf',
    'not',
    'const',
  ]

  test.each(BOTH)('version %i has no keyword that a strict endpoint refuses, at any depth', version => {
    for (const symbols of [['BTC'], MIXED]) {
      for (const { schema, depth } of schemasIn(wireSchema(version, legalFor(version, symbols)).schema)) {
        expect(Object.keys(schema).filter(key => FORBIDDEN.includes(key))).toEqual([])
        expect(schema.minItems ?? 0).toBeLessThanOrEqual(1)
        expect(depth).toBeLessThanOrEqual(4)
        if (schema.properties === undefined) continue
        expect(depth, 'objects in objects').toBeLessThanOrEqual(3)
        expect(schema.required).toEqual(Object.keys(schema.properties as object))
        expect(schema.additionalProperties).toBe(false)
      }
    }
  })

  const branchesOf = (version: SchemaVersion, legal: readonly Legal[]) => {
    const { properties } = wireSchema(version, legal).schema as {
      properties: { trade_decisions: { items: Record<string, unknown> } }
    }
    const { items } = properties.trade_decisions
    const all = (items.anyOf ?? [items]) as { properties: Record<string, { enum?: string[] }> }[]
    return all.map(each => ({
      keys: Object.keys(each.properties),
      assets: each.properties.asset?.enum,
      actions: each.properties.action?.enum,
    }))
  }

  test('assets that may do the same share one branch, told apart by their first key', () => {
    expect(branchesOf(2, legalFor(2, [...MIXED, 'XRP']))).toMatchObject([
      { assets: ['BTC', 'XRP'], actions: ['buy', 'sell', 'hold'] },
      { assets: ['ETH'], actions: ['sell', 'close', 'hold'] },
      { assets: ['SOL'], actions: ['hold'] },
    ])
    expect(branchesOf(2, legalFor(2, MIXED)).map(each => each.keys[0])).toEqual(['asset', 'asset', 'asset'])
    expect(branchesOf(1, legalFor(1, ['BTC', 'XRP']))).toHaveLength(1)
  })

  test('the rationale is asked for before what it explains', () => {
    for (const version of BOTH) {
      for (const { keys } of branchesOf(version, legalFor(version, MIXED))) {
        expect(keys.indexOf('rationale')).toBeLessThan(keys.indexOf('action'))
      }
    }
  })

  test('the same state is the same schema, to the byte', () => {
    const text = () => JSON.stringify(wireSchema(2, legalFor(2, MIXED)))
    expect(text()).toBe(text())
  })
})

describe('what is legal', () => {
  const actions = (version: SchemaVersion, change: Parameters<typeof openPosition>[0]) =>
    legalActions(version, ['ETH'], { ETH: openPosition(change) })[0]?.actions.join(' ')

  test.each<[string, Parameters<typeof openPosition>[0], string, string]>([
    ['idle', { state: 'idle', direction: null }, 'buy sell hold', 'buy sell hold'],
    [
      'waiting for a signal to last',
      { state: 'hysteresis', direction: null },
      'buy sell hold',
      'buy sell hold',
    ],
    ['long', {}, 'sell hold', 'sell close hold'],
    ['short', { direction: 'short' }, 'buy hold', 'buy close hold'],
    ['long with a doubt', { state: 'hysteresis' }, 'sell hold', 'sell close hold'],
    ['ordering', { state: 'ordering', direction: null }, 'hold', 'hold'],
    ['protecting', { state: 'protecting' }, 'hold', 'hold'],
    ['closing', { state: 'closing' }, 'hold', 'hold'],
    ['cooling down', { state: 'cooldown', direction: null }, 'hold', 'hold'],
  ])('%s', (_name, change, one, two) => {
    expect([actions(1, change), actions(2, change)]).toEqual([one, two])
  })

  test('an asset that never had a position is flat, whatever its name', () => {
    expect(legalActions(2, ['constructor'], POSITIONS)[0]?.actions).toEqual(['buy', 'sell', 'hold'])
  })
})
