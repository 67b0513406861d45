/** How a setting is written when it is right. */
import { ACCOUNT_DEFAULTS, ENGINE_DEFAULTS } from './defaults.ts'
import type { Origin } from './problem.ts'
import { isObject, type Path, valueAt } from './tree.ts'

const REQUIRED_EXAMPLES: Record<string, unknown> = {
  id: 'main',
  kind: 'generated',
  directory: './candles',
  weight: 0.2,
}

const exampleFor = (path: Path): unknown => {
  const name = String(path.at(-1))
  if (path[0] === 'defaults') return valueAt(ACCOUNT_DEFAULTS, path.slice(1))
  if (path[0] === 'accounts' && path.length > 2) {
    return valueAt(ACCOUNT_DEFAULTS, path.slice(2)) ?? REQUIRED_EXAMPLES[name]
  }
  return valueAt(ENGINE_DEFAULTS, path) ?? REQUIRED_EXAMPLES[name]
}

const writtenAs = (value: unknown, open: string, between: string, close: string): string =>
  Array.isArray(value) ? `${open}${value.join(between)}${close}` : String(value)

/** How to put it right, in the form of the place it stands in. */
export const exampleText = (path: Path, origin: Origin | null): string => {
  // An item of a list is put right like its list.
  const example = exampleFor(typeof path.at(-1) === 'number' ? path.slice(0, -1) : path)
  const name = path.findLast(step => typeof step === 'string') ?? ''
  if (origin?.source === 'env' && origin.line === null) {
    const variable = origin.name.replace(/^env /, '')
    if (example === undefined || isObject(example)) return `Correct or unset ${variable}.`
    return `For example ${variable}=${writtenAs(example, '"', ' ', '"')}.`
  }
  if (origin?.source === 'flag') {
    if (example === undefined || isObject(example)) return `Correct ${origin.name}.`
    return `For example ${origin.name} ${writtenAs(example, '', ' ', '')}.`
  }
  if (example === undefined || example === null) return 'Correct or remove it.'
  if (isObject(example)) return `Write it as a group: ${name}: {${Object.keys(example)[0]}: …}.`
  return `For example ${name}: ${writtenAs(example, '[', ', ', ']')}.`
}
