/** The configuration file: strict, so that a misspelt limit is an error and never a limit that is not there. */
import { z } from 'zod'
import { accountSchema, defaultsSchema } from './account-schema.ts'
import { apiSchema } from './api-schema.ts'
import { ACCOUNT_DEFAULTS, ENGINE_DEFAULTS } from './defaults.ts'
import {
  amount,
  assets,
  choice,
  hostPorts,
  interval,
  number,
  numberOrOff,
  percent,
  percentOrOff,
  text,
  time,
  whole,
  LOG_LEVEL_WORDS,
  LOG_LEVELS,
} from './fields.ts'
import { alertsSchema, logsSchema, retentionSchema } from './operations-schema.ts'
import { isObject, type PlainObject } from './tree.ts'

const generatedFeed = z.strictObject({
  kind: z.literal('generated'),
  seed: whole({ from: 0, to: 2 ** 32 - 1 })
    .optional()
    .describe('Same seed, same market.'),
  interval: interval().optional().describe('Length of the candles.'),
  symbols: assets().optional().describe('Default: the assets of all accounts.'),
  start_at: time().optional().describe('First candle.'),
})

const candlesFeed = z.strictObject({
  kind: z.literal('candles'),
  directory: text('a folder').describe('Folder of the stored candles, relative to this file.'),
  interval: interval().optional().describe('Length of the candles. Default: the shortest of all accounts.'),
  symbols: assets().optional().describe('Default: the assets of all accounts.'),
  from: time().optional().describe('First candle, inclusive.'),
  to: time().optional().describe('End, exclusive.'),
})

const paper = z
  .strictObject({
    maker_fee_pct: percent({ from: -1, to: 10 }),
    taker_fee_pct: percent({ from: 0, to: 10 }),
    slippage_pct: percent({ from: 0, to: 10 }).describe('Half spread plus impact, always against us.'),
    latency_ms: whole({ from: 0, to: 600_000 }).describe('One way.'),
    volume_share_pct_max: percentOrOff({ above: 0, to: 100 }).describe(
      "Share of a candle's volume per order.",
    ),
    funding_interval_h: number({ above: 0, to: 24 }),
    funding_rate_pct: percent({ from: -10, to: 10 }).describe('Per interval, when the feed has none.'),
  })
  .partial()

const instrument = z
  .strictObject({
    tick_size: amount().describe('Prices are multiples of this.'),
    step_size: amount().describe('Quantities are multiples of this.'),
    min_notional: amount().describe('Smallest order, in quote currency.'),
    market_quantity_max: amount().describe('Largest market order; a larger one is sent in slices.'),
    leverage_max: whole({ from: 1, to: 125 }),
  })
  .partial()

const outliers = z
  .strictObject({
    times: numberOrOff({ above: 1, to: 1_000 }).describe(
      'A candle this many times above or below the last close waits for a second one,',
    ),
    ranges: number({ from: 0, to: 1_000 }).describe('if it is also this many usual candle ranges away.'),
  })
  .partial()

const performance = z
  .strictObject({
    risk_free_pct: percent({ from: -100, to: 100 }).describe('Annual.'),
    sortino_target_pct: percent({ from: -100, to: 100 }).describe('Annual.'),
    annualization_days: whole({ from: 1, to: 366 }).describe('252 trading days, or 365.'),
    sortino_denominator: choice(['all', 'downside']).describe('Days the downside deviation divides by.'),
  })
  .partial()

export const fileSchema = z
  .strictObject({
    mode: choice(['paper', 'backtest']),
    data_dir: text('a folder'),
    database_url: z
      .string({ error: 'expected a PostgreSQL address, or nothing for the embedded database' })
      .regex(/^(postgres(ql)?:\/\/\S+)?$/, {
        error: 'expected postgresql://user:password@host:port/database',
      })
      .nullable()
      .describe('Empty: the embedded database in data_dir.'),
    api: apiSchema,
    feed: z.discriminatedUnion('kind', [generatedFeed, candlesFeed], {
      error: issue =>
        issue.code === 'invalid_union' ? 'expected one of generated, candles' : 'expected a group with kind',
    }),
    speed: z
      .union([number({ above: 0, to: 1e9 }), z.literal('max')], {
        error: 'expected a number above 0, or the word max',
      })
      .describe('Simulated seconds per real second.'),
    outliers,
    inspector: choice(['off', 'on']).describe(
      'on: /inspect/ws tells developers on this machine every step with its context.',
    ),
    allow_local_llm: hostPorts('192.168.1.5:11434').describe(
      'Models on this network, or behind another port than 443; this machine itself needs no word.',
    ),
    log_level: z.enum(LOG_LEVEL_WORDS, { error: `expected one of ${LOG_LEVELS.join(', ')}` }),
    logs: logsSchema,
    retention: retentionSchema,
    alerts: alertsSchema,
    paper,
    instruments: z.record(z.string(), instrument).describe('By asset, or `all`.'),
    performance,
    defaults: defaultsSchema.describe('Holds for every account that does not say otherwise.'),
    accounts: z.array(accountSchema, { error: 'expected a list of accounts' }).min(1, {
      error: 'expected at least one account',
    }),
  })
  .partial()

export type FileInput = z.infer<typeof fileSchema>

/** Writes each default beside the setting it belongs to. */
const withDefaults = (schema: PlainObject, defaults: unknown): void => {
  const properties = schema['properties']
  if (!isObject(properties) || !isObject(defaults)) return
  for (const [name, property] of Object.entries(properties)) {
    const value = defaults[name]
    if (!isObject(property) || value === undefined) continue
    if (isObject(value)) {
      const branches = Array.isArray(property['anyOf']) ? property['anyOf'] : [property]
      for (const branch of branches) if (isObject(branch)) withDefaults(branch, value)
    } else property['default'] = value
  }
}

/** JSON schema of the file, for editors and for `latch config schema`. */
export const configJsonSchema = (): PlainObject => {
  const schema: PlainObject = { title: 'Latch configuration', ...z.toJSONSchema(fileSchema, { io: 'input' }) }
  withDefaults(schema, { ...ENGINE_DEFAULTS, defaults: ACCOUNT_DEFAULTS })
  const accounts = valueOf(schema, 'properties', 'accounts', 'items')
  if (isObject(accounts)) withDefaults(accounts, ACCOUNT_DEFAULTS)
  return schema
}

const valueOf = (root: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), root)
