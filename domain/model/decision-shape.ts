/** The shape of a decision as zod checks it: what the published schema says, plus bounds that no sane number leaves. */
import { z } from 'zod'
import { CONDITIONS_MAX } from '../exit-plan/check.ts'
import { INTERVALS } from '../interval.ts'
import { CONDITION_KINDS, type WrittenCondition } from './exit-conditions.ts'
import type { SchemaVersion } from './legal.ts'
import { shortly } from './words.ts'

/** One decision, version 1 or 2: what version 1 lacks is `null`. */
export type Decision = {
  asset: string
  action: 'buy' | 'sell' | 'close' | 'hold'
  allocation_usd: number
  tp_price: number | null
  sl_price: number | null
  exit_plan: string
  rationale: string
  leverage: number | null
  close_fraction: number | null
  confidence: number | null
  predicted_roi_pct: number | null
  exit_conditions: WrittenCondition[]
}

export type Shaped<T> = { ok: true; value: T } | { ok: false; problem: string }

/** Amounts and prices beyond these are slips, and arithmetic on them would be a burden on everything behind. */
export const NUMBER_MAX = 1e15
export const NUMBER_MIN = 1e-12

const number = z
  .number()
  .min(-NUMBER_MAX)
  .max(NUMBER_MAX)
  .refine(value => value === 0 || Math.abs(value) >= NUMBER_MIN, { error: 'too small to mean anything' })
const levelPrice = number.positive().nullable()

const fieldsV1 = {
  asset: z.string(),
  allocation_usd: number.nonnegative(),
  tp_price: levelPrice,
  sl_price: levelPrice,
  exit_plan: z.string(),
  rationale: z.string(),
}

const condition = z.strictObject({
  kind: z.enum(CONDITION_KINDS),
  value: number,
  timeframe: z.enum(INTERVALS).nullable().default(null),
  side: z.enum(['above', 'below']).nullable().default(null),
  after_r: number.nullable().default(null),
})

const orNull = <T extends z.ZodType>(type: T) => type.nullable().default(null)

const decisionV1 = z.strictObject({ ...fieldsV1, action: z.enum(['buy', 'sell', 'hold']) })
const decisionV2 = z.strictObject({
  ...fieldsV1,
  action: z.enum(['buy', 'sell', 'close', 'hold']),
  leverage: orNull(number.positive()),
  close_fraction: orNull(number.positive().max(1)),
  confidence: orNull(number.min(0).max(100)),
  predicted_roi_pct: orNull(number),
  exit_conditions: orNull(z.array(condition).max(CONDITIONS_MAX)),
})

const items = z.array(z.unknown()).min(1)
const rootV1 = z.strictObject({ trade_decisions: items })
const rootV2 = z.strictObject({ reasoning: z.string().optional(), trade_decisions: items })

/** The list of decisions, each not looked into yet. */
export const shapeOfAnswer = (version: SchemaVersion, value: unknown): Shaped<unknown[]> => {
  const result = (version === 1 ? rootV1 : rootV2).safeParse(value)
  if (!result.success) return { ok: false, problem: problemOf(result.error, []) }
  return { ok: true, value: result.data.trade_decisions }
}

/** `path` is where the decision stands, for the problem. */
export const shapeOfDecision = (
  version: SchemaVersion,
  value: unknown,
  path: readonly PropertyKey[],
): Shaped<Decision> => {
  if (version === 1) {
    const result = decisionV1.safeParse(value)
    if (!result.success) return { ok: false, problem: problemOf(result.error, path) }
    return { ok: true, value: { ...NOTHING_MORE, ...result.data } }
  }
  const result = decisionV2.safeParse(value)
  if (!result.success) return { ok: false, problem: problemOf(result.error, path) }
  return { ok: true, value: { ...result.data, exit_conditions: result.data.exit_conditions ?? [] } }
}

const NOTHING_MORE = {
  leverage: null,
  close_fraction: null,
  confidence: null,
  predicted_roi_pct: null,
  exit_conditions: [],
}

/** `trade_decisions[0].sl_price`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      return `${index === 0 ? '' : '.'}${shortly(String(key), 40)}`
    })
    .join('') || 'root'

const PROBLEMS_SHOWN = 3

const problemOf = (error: z.ZodError, before: readonly PropertyKey[]): string => {
  const faults = error.issues.flatMap(({ path, message, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => ({ path: [...path, key], message: 'no such field' }))
      : [{ path, message }],
  )
  const lines = faults
    .slice(0, PROBLEMS_SHOWN)
    .map(({ path, message }) => `${pathText([...before, ...path])}: ${shortly(message, 160)}`)
  const more = faults.length - lines.length
  return lines.join('; ') + (more > 0 ? `; and ${more} more` : '')
}
