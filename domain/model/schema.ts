/**
 * The two forms of the decision schema. The *published* one is the contract, with its ranges. The *wire* one is what
 * endpoints accept in strict mode (no ranges, everything required, `null` for nothing), made of what is legal now;
 * ranges stand in its descriptions, and are enforced when the answer is read.
 */
import { INTERVALS } from '../interval.ts'
import { CONDITION_KINDS } from './exit-conditions.ts'
import type { Legal, SchemaVersion } from './legal.ts'
import type { JsonSchema } from './port.ts'

const object = (properties: Record<string, JsonSchema>, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const NUMBER_OR_NULL = { type: ['number', 'null'] }
const TEXT = { type: 'string' }

/** Required in both versions: a version 1 document is a version 2 document. */
const REQUIRED = ['asset', 'action', 'allocation_usd', 'tp_price', 'sl_price', 'exit_plan', 'rationale']

/** Version 1 is the reference schema to the letter; version 2 adds to it and requires nothing more. */
export const publishedSchema = (version: SchemaVersion, assets: readonly string[]): JsonSchema => {
  const item = {
    asset: { type: 'string', enum: [...assets] },
    action: {
      type: 'string',
      enum: version === 1 ? ['buy', 'sell', 'hold'] : ['buy', 'sell', 'hold', 'close'],
    },
    allocation_usd: { type: 'number', minimum: 0 },
    tp_price: NUMBER_OR_NULL,
    sl_price: NUMBER_OR_NULL,
    exit_plan: TEXT,
    rationale: TEXT,
    ...(version === 2 ? PUBLISHED_ADDITIONS : {}),
  }
  const decisions = { type: 'array', items: object(item, REQUIRED), minItems: 1 }
  const properties =
    version === 1 ? { trade_decisions: decisions } : { reasoning: TEXT, trade_decisions: decisions }
  return object(properties, ['trade_decisions'])
}

const condition = (describe: boolean): JsonSchema => {
  const told = (text: string) => (describe ? { description: text } : {})
  return object(
    {
      kind: { type: 'string', enum: [...CONDITION_KINDS], ...told(KIND_TEXT) },
      value: { type: 'number', ...told('What the kind says; in its unit') },
      timeframe: {
        type: ['string', 'null'],
        enum: [...INTERVALS, null],
        ...told('candle_close_* only: of the candles that close; else null'),
      },
      side: {
        type: ['string', 'null'],
        enum: ['above', 'below', null],
        ...told('candle_close_* only: below to leave a long, above to leave a short; else null'),
      },
      after_r: {
        ...NUMBER_OR_NULL,
        ...told(
          'break_even (above 0) and trailing_* (0 or more, null for 0) only: R in profit first; else null',
        ),
      },
    },
    ['kind', 'value', 'timeframe', 'side', 'after_r'],
  )
}

const KIND_TEXT =
  'candle_close_price: close when a candle closes beyond the price value; candle_close_ema: beyond the EMA of length ' +
  'value; time_stop: close after value minutes; adverse_funding: close when funding against the side is above value per ' +
  '8 h (0.001 is 0.1 %); unrealised_below_r: close when the open result is below value R (negative); break_even: stop to ' +
  'entry plus value R; trailing_ratio, trailing_atr, trailing_r: stop trails the best price by value (a share of it, ' +
  'multiples of ATR14, or R). R is the distance from entry to first stop'

const PUBLISHED_ADDITIONS: Record<string, JsonSchema> = {
  leverage: { ...NUMBER_OR_NULL, exclusiveMinimum: 0 },
  close_fraction: { ...NUMBER_OR_NULL, exclusiveMinimum: 0, maximum: 1 },
  confidence: { ...NUMBER_OR_NULL, minimum: 0, maximum: 100 },
  predicted_roi_pct: NUMBER_OR_NULL,
  exit_conditions: { type: ['array', 'null'], items: condition(false) },
}

const WIRE_ADDITIONS: Record<string, JsonSchema> = {
  leverage: {
    ...NUMBER_OR_NULL,
    description: 'Above 0, buy and sell only; null: the default of the account',
  },
  close_fraction: {
    ...NUMBER_OR_NULL,
    description: 'Share of the position to close, above 0 and up to 1, close only; null: all of it',
  },
  confidence: { ...NUMBER_OR_NULL, description: '0 to 100' },
  predicted_roi_pct: {
    ...NUMBER_OR_NULL,
    description: 'Expected result in percent of the notional, net of costs',
  },
  exit_conditions: {
    type: 'array',
    items: condition(true),
    description: 'What ends the position between decisions, enforced by machine; [] for none',
  },
}

/**
 * The asset stands first, because branches of a choice must be told apart by their first key; then the rationale, so
 * that it is written before what it explains.
 */
const wireItem = (
  version: SchemaVersion,
  assets: readonly string[],
  actions: Legal['actions'],
): JsonSchema => {
  const properties: Record<string, JsonSchema> = {
    asset: { type: 'string', enum: [...assets] },
    rationale: { ...TEXT, description: 'Why, in a few sentences' },
    action: { type: 'string', enum: [...actions] },
    allocation_usd: {
      type: 'number',
      description: 'Notional to open in USD, above 0 for buy and sell; 0 for every other action',
    },
    tp_price: { ...NUMBER_OR_NULL, description: 'Take-profit: above the price for buy, below for sell' },
    sl_price: { ...NUMBER_OR_NULL, description: 'Stop-loss: below the price for buy, above for sell' },
    exit_plan: { ...TEXT, description: 'When to leave, for people' },
    ...(version === 2 ? WIRE_ADDITIONS : {}),
  }
  return object(properties, Object.keys(properties))
}

/** One branch for each set of assets that may do the same. At least one asset is expected. */
export const wireSchema = (
  version: SchemaVersion,
  legal: readonly Legal[],
): { name: string; schema: JsonSchema } => {
  const groups = new Map<string, { assets: string[]; actions: Legal['actions'] }>()
  for (const { symbol, actions } of legal) {
    const key = actions.join(' ')
    const group = groups.get(key) ?? { assets: [], actions }
    group.assets.push(symbol)
    groups.set(key, group)
  }
  const branches = [...groups.values()].map(({ assets, actions }) => wireItem(version, assets, actions))
  const items = branches.length === 1 ? (branches[0] as JsonSchema) : { anyOf: branches }
  const decisions = {
    type: 'array',
    items,
    minItems: 1,
    description: 'One decision for each asset, none twice',
  }
  const properties: Record<string, JsonSchema> =
    version === 1
      ? { trade_decisions: decisions }
      : { reasoning: { ...TEXT, description: 'Short' }, trade_decisions: decisions }
  return { name: `trade_decisions_v${version}`, schema: object(properties, Object.keys(properties)) }
}
