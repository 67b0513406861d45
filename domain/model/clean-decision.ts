/**
 * What is put right in a decision before it is judged: the name of its asset, and numbers written as plain text. Both
 * are said in a note. Nothing that could be meant in two ways is put right.
 */
import { canonicalSymbol } from '../symbol.ts'
import { pathText } from './decision-shape.ts'
import { shortly } from './words.ts'

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const NUMBERS = [
  'allocation_usd',
  'tp_price',
  'sl_price',
  'leverage',
  'close_fraction',
  'confidence',
  'predicted_roi_pct',
]
const CONDITION_NUMBERS = ['value', 'after_r']

/** `100`, `-3`, `0.25`: no sign of thousands, exponent, unit or percent. */
const PLAIN = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?$/
/** `65.000` is 65 to some and 65000 to others. */
const AMBIGUOUS = /^-?[1-9]\d{0,2}\.\d{3}$/

/** The asset as the account calls it; `null` when the account was not asked about it. */
export const assetOf = (written: string, symbols: ReadonlySet<string>): string | null => {
  if (symbols.has(written)) return written
  // Longer is no name, and reading it would cost.
  const canonical = written.length > 40 ? null : canonicalSymbol(written)
  return canonical !== null && symbols.has(canonical) ? canonical : null
}

export const cleanDecision = (item: Fields, path: readonly PropertyKey[], notes: string[]): Fields => {
  const cleaned = withNumbers(item, NUMBERS, path, notes)
  const conditions = cleaned.exit_conditions
  if (!Array.isArray(conditions)) return cleaned
  const read = (conditions as unknown[]).map((each, index) =>
    isFields(each) ? withNumbers(each, CONDITION_NUMBERS, [...path, 'exit_conditions', index], notes) : each,
  )
  return { ...cleaned, exit_conditions: read }
}

const withNumbers = (
  fields: Fields,
  names: readonly string[],
  path: readonly PropertyKey[],
  notes: string[],
): Fields => {
  const changed: Record<string, number> = {}
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (typeof value !== 'string' || value.length > 30 || !PLAIN.test(value) || AMBIGUOUS.test(value))
      continue
    changed[name] = Number(value)
    notes.push(`${pathText([...path, name])}: read from the text "${shortly(value)}"`)
  }
  return { ...fields, ...changed }
}
