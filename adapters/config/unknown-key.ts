/** A key nobody knows: what was probably meant, or where it belongs. */
import { nearest } from '../../domain/nearest.ts'
import type { Report } from './report.ts'
import { configJsonSchema } from './schema.ts'
import { isObject, originAt, type Path, pathText, type SettingTree, valueAt } from './tree.ts'

/** Keys of the reference systems' account files that have no meaning here yet. */
const LATER = new Set(['asterdex', 'binance', 'coinbase', 'hyperliquid', 'retention'])

let cached: unknown = null
const jsonSchema = (): unknown => {
  cached ??= configJsonSchema()
  return cached
}

/** Parts of the JSON schema that can describe the value at the path. */
const schemasAt = (path: Path): unknown[] => {
  const open = (schema: unknown): unknown[] => {
    if (!isObject(schema)) return []
    const branches = [...asList(schema['anyOf']), ...asList(schema['oneOf'])]
    return branches.length === 0 ? [schema] : branches.flatMap(open)
  }
  return path.reduce<unknown[]>(
    (schemas, step) =>
      schemas.flatMap(schema => {
        if (!isObject(schema)) return []
        if (typeof step === 'number') return open(schema['items'])
        const properties = schema['properties']
        const known = isObject(properties) ? properties[step] : undefined
        return open(known ?? schema['additionalProperties'])
      }),
    open(jsonSchema()),
  )
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const keysAt = (path: Path): string[] =>
  schemasAt(path).flatMap(schema => {
    const properties = isObject(schema) ? schema['properties'] : undefined
    return isObject(properties) ? Object.keys(properties) : []
  })

/** Groups in which a key of this name is known, for a key written in the wrong one. */
const GROUPS: readonly Path[] = [
  ['defaults'],
  ['defaults', 'risk'],
  ['defaults', 'risk', 'leverage'],
  ['defaults', 'strategy'],
  ['defaults', 'strategy', 'temperature'],
  ['defaults', 'model'],
  ['defaults', 'model', 'openrouter'],
  ['defaults', 'model', 'budget'],
  ['paper'],
  ['performance'],
  ['outliers'],
  ['api'],
  ['feed'],
  [],
]

const belongsText = (group: Path): string => {
  if (group.length === 0) return 'at the top of the file'
  if (group[0] !== 'defaults') return `under ${pathText(group)}:`
  const account = 'defaults: or an entry of accounts:'
  return group.length === 1 ? `in ${account}` : `under ${pathText(group.slice(1))}: in ${account}`
}

/** Reports the key at the path. */
export const reportUnknownKey = (report: Report, tree: SettingTree, path: Path): void => {
  const name = String(path.at(-1))
  const here = keysAt(path.slice(0, -1))
  const origin = tree.keys.get(pathText(path)) ?? originAt(tree, path)
  const value = valueAt(tree.root, path)
  const tell = (message: string, remedy: string) =>
    report.problem(path, origin, isObject(value) ? undefined : value, message, remedy)
  if (LATER.has(name)) {
    return tell('this version has no live venues', `Remove ${name}: accounts trade on paper.`)
  }
  const close = nearest(name, here)
  if (close !== null && close !== name) return tell('unknown key', `Did you mean ${close}?`)
  const group = GROUPS.find(each => keysAt(each).includes(name) && !here.includes(name))
  if (group !== undefined) return tell('this key is in the wrong place', `It belongs ${belongsText(group)}.`)
  tell('unknown key', here.length === 0 ? 'Remove it.' : `Known here: ${[...new Set(here)].join(', ')}.`)
}
