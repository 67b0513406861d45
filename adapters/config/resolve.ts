/** Lays the layers over each other: built-in defaults, `defaults:` of the file, what a shadow takes over, each account. */
import { DEFAULT_ORIGIN } from './accounts.ts'
import { ACCOUNT_DEFAULTS, ENGINE_DEFAULTS } from './defaults.ts'
import type { Origin } from './problem.ts'
import { isTerm, shadowedBy, termsOf } from './shadow.ts'
import { emptyTree, isObject, originAt, type Path, pathText, put, type SettingTree, valueAt } from './tree.ts'

/** Lists are values: a list of an account replaces that of the defaults. */
const overlay = (
  into: SettingTree,
  path: Path,
  value: unknown,
  originOf: (below: Path) => Origin,
  isLeft: (below: Path, origin: Origin) => boolean = () => false,
): void => {
  const visit = (below: Path, part: unknown): void => {
    if (part === undefined) return
    const here = [...path, ...below]
    if (!isObject(part)) {
      const origin = originOf(below)
      return isLeft(below, origin) ? undefined : put(into, here, part, origin)
    }
    if (!isObject(valueAt(into.root, here))) put(into, here, {}, originOf(below))
    for (const [key, inner] of Object.entries(part)) visit([...below, key], inner)
  }
  visit([], value)
}

/** `strategy: analysts` lies over the name only, so that options of the defaults stay. */
const opened = (account: unknown): unknown =>
  isObject(account) && typeof account['strategy'] === 'string'
    ? { ...account, strategy: { name: account['strategy'] } }
    : account

/** A setting taken over is at fault where it was made, and is told once. */
const takenFrom =
  (resolved: SettingTree, path: Path) =>
  (below: Path): Origin => {
    const here = [...path, ...below]
    const origin = originAt(resolved, here) ?? DEFAULT_ORIGIN
    return origin.source === 'default' ? origin : { ...origin, path: origin.path ?? pathText(here) }
  }

/** What is said to all accounts at once is no word of the shadow's own about the terms it takes over. */
const isSaidToAll = ([key = '']: Path, origin: Origin): boolean => origin.path !== undefined && isTerm(key)

/** Every setting with the value in force and where it came from. */
export const resolveTree = (tree: SettingTree): SettingTree => {
  const resolved = emptyTree()
  const asDefault = (): Origin => DEFAULT_ORIGIN
  const asGiven =
    (prefix: Path) =>
    (below: Path): Origin => {
      const origin = originAt(tree, [...prefix, ...below]) ?? DEFAULT_ORIGIN
      return prefix[0] === 'defaults' ? { ...origin, path: pathText([...prefix, ...below]) } : origin
    }
  const { accounts, defaults, ...engine } = tree.root
  const feed = isObject(engine['feed']) && engine['feed']['kind'] === 'candles' ? { feed: undefined } : {}
  overlay(resolved, [], { ...structuredClone(ENGINE_DEFAULTS), ...feed }, asDefault)
  overlay(resolved, [], engine, asGiven([]))
  const list = Array.isArray(accounts) ? accounts : []
  // Who it is stands first when it is shown.
  resolved.root['accounts'] = list.map(() => ({ id: undefined, label: undefined }))
  const shadowed = shadowedBy(list)
  const lay = (index: number, from: number | null): void => {
    const path = ['accounts', index]
    overlay(resolved, path, structuredClone(ACCOUNT_DEFAULTS), asDefault)
    overlay(resolved, path, opened(defaults), asGiven(['defaults']))
    const terms = from === null ? null : valueAt(resolved.root, ['accounts', from])
    if (from === null || !isObject(terms)) return overlay(resolved, path, opened(list[index]), asGiven(path))
    overlay(resolved, path, structuredClone(termsOf(terms)), takenFrom(resolved, ['accounts', from]))
    overlay(resolved, path, opened(list[index]), asGiven(path), isSaidToAll)
  }
  for (const index of list.keys()) if (shadowed[index] === null) lay(index, null)
  for (const [index, from] of shadowed.entries()) if (from !== null) lay(index, from)
  return resolved
}
