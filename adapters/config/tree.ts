/** Settings as plain values in the words of the file, with the origin of each. */
import type { Origin } from './problem.ts'

export type Path = readonly (string | number)[]
export type PlainObject = { [key: string]: unknown }

export type SettingTree = {
  root: PlainObject
  /** Origin of each value, by path text. */
  origins: Map<string, Origin>
  /** Place of each key of the file, by path text of its value. */
  keys: Map<string, Origin>
}

export const emptyTree = (): SettingTree => ({ root: {}, origins: new Map(), keys: new Map() })

export const isObject = (value: unknown): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `accounts[0].risk.stop`; the empty path is the empty text. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')

export const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)]
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
  }, root)

/** Origin of the value at the path, or of the closest value that holds it. */
export const originAt = (tree: SettingTree, path: Path): Origin | null => {
  for (let length = path.length; length >= 0; length -= 1) {
    const origin = tree.origins.get(pathText(path.slice(0, length)))
    if (origin !== undefined) return origin
  }
  return null
}

/** `strategy: signals` is short for `strategy: {name: signals}`. */
const openStrategy = (tree: SettingTree, parent: PlainObject, path: Path): void => {
  const name = parent['strategy']
  if (typeof name !== 'string') return
  parent['strategy'] = { name }
  const origin = tree.origins.get(pathText(path))
  if (origin !== undefined) tree.origins.set(pathText([...path, 'name']), origin)
}

/** Where the parts of a group or list stood means nothing once it is replaced. */
const forgetParts = (tree: SettingTree, path: Path, value: unknown): void => {
  const parts = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : []
  for (const [step, part] of parts) {
    const here = [...path, step]
    tree.origins.delete(pathText(here))
    forgetParts(tree, here, part)
  }
}

/**
 * Sets a value over whatever is there. Where the file has something else than a group on the way, the value is left
 * out: that mistake is reported for itself.
 */
export const put = (tree: SettingTree, path: Path, value: unknown, origin: Origin): void => {
  let holder: unknown = tree.root
  for (const [index, step] of path.slice(0, -1).entries()) {
    if (Array.isArray(holder)) {
      holder = holder[Number(step)]
      continue
    }
    if (!isObject(holder)) return
    if (step === 'strategy') openStrategy(tree, holder, path.slice(0, index + 1))
    holder[step] ??= {}
    holder = holder[step]
  }
  if (!isObject(holder)) return
  const name = String(path.at(-1))
  const text = pathText(path)
  forgetParts(tree, path, holder[name])
  holder[name] = value
  tree.origins.set(text, origin)
}
