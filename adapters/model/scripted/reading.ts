/** What the scripted model reads: the context in the question, and the schema it has to answer in. */
import type { JsonSchema, ModelRequest } from '../../../domain/model/port.ts'

export type Figures = {
  price: number | null
  /** Of the short candles. */
  ema20: number | null
  rsi14: number | null
}

/** One asset it may decide on, with what may be answered for it. */
export type Choice = { asset: string; actions: readonly string[]; keys: readonly string[]; figures: Figures }

export type Task = { choices: Choice[]; hasReasoning: boolean; equity: number }

type Plain = { readonly [key: string]: unknown }

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((part, key) => (isPlain(part) ? part[key] : undefined), value)
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const texts = (value: unknown): string[] => list(value).filter(each => typeof each === 'string')
const numeric = (value: unknown): number | null => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
const lastOf = (value: unknown): number | null => numeric(list(value).at(-1))

/** Tries no more openings than this: a prompt has few braces outside its context. */
const OPENINGS_MAX = 20

/** End of the balanced object that opens at `start`; -1: none. Braces in texts do not count. */
const endOf = (text: string, start: number): number => {
  let depth = 0
  let inText = false
  for (let index = start; index < text.length; index += 1) {
    const mark = text[index]
    if (inText) {
      if (mark === '\\') index += 1
      else if (mark === '"') inText = false
    } else if (mark === '"') inText = true
    else if (mark === '{') depth += 1
    else if (mark === '}') {
      depth -= 1
      if (depth === 0) return index + 1
    }
  }
  return -1
}

/** The first JSON object of the text that has a market in it. */
const contextIn = (text: string): Plain | null => {
  let start = text.indexOf('{')
  for (let tries = 0; start >= 0 && tries < OPENINGS_MAX; tries += 1) {
    const end = endOf(text, start)
    if (end < 0) return null
    try {
      const value: unknown = JSON.parse(text.slice(start, end))
      if (isPlain(value) && Array.isArray(value['market'])) return value
    } catch {
      // Braces that are no JSON.
    }
    start = text.indexOf('{', end)
  }
  return null
}

const figuresOf = (context: Plain | null, asset: string): Figures => {
  const market = list(context?.['market']).find(each => at(each, 'asset') === asset)
  return {
    price: numeric(at(market, 'price')),
    ema20: lastOf(at(market, 'intraday_series', 'ema20')),
    rsi14:
      numeric(at(market, 'indicators', 'rsi14', 'value')) ?? lastOf(at(market, 'intraday_series', 'rsi14')),
  }
}

const branchesOf = (schema: JsonSchema): Plain[] => {
  const items = at(schema, 'properties', 'trade_decisions', 'items')
  const branches = list(at(items, 'anyOf'))
  return (branches.length === 0 ? [items] : branches).filter(isPlain)
}

const choicesOf = (schema: JsonSchema, context: Plain | null): Choice[] =>
  branchesOf(schema).flatMap(branch => {
    const properties = at(branch, 'properties')
    const actions = texts(at(properties, 'action', 'enum'))
    const keys = isPlain(properties) ? Object.keys(properties) : []
    return texts(at(properties, 'asset', 'enum')).map(asset => ({
      asset,
      actions,
      keys,
      figures: figuresOf(context, asset),
    }))
  })

/** What it is asked to decide. Like any model it sees the request and nothing else. */
export const readTask = ({ messages, format }: ModelRequest): Task => {
  const context = messages.reduce<Plain | null>(
    (found, { role, content }) => found ?? (role === 'user' ? contextIn(content) : null),
    null,
  )
  const schema = format?.schema ?? {}
  return {
    choices: choicesOf(schema, context),
    hasReasoning: at(schema, 'properties', 'reasoning') !== undefined,
    equity: numeric(at(context, 'account', 'equity_usd')) ?? 1_000,
  }
}
