/** Lays the layers over each other: built-in defaults, `defaults:` of the file, then each account. */
import { DEFAULT_ORIGIN } from './accounts.ts'
import { ACCOUNT_DEFAULTS, ENGINE_DEFAULTS } from './defaults.ts'
import type { Origin } from './problem.ts'
import { emptyTree, isObject, originAt, type Path, pathText, put, type SettingTree, valueAt } from './tree.ts'

/** Lists are values: a list of an account replaces that of the defaults. */
const overlay = (into: SettingTree, path: Path, value: unknown, originOf: (below: Path) => Origin): void => {
  const visit = (below: Path, part: unknown): void => {
    if (part === undefined) return
    const here = [...path, ...below]
    if (!isObject(part)) return put(into, here, part, originOf(below))
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
  for (const [index, account] of list.entries()) {
    const path = ['accounts', index]
    overlay(resolved, path, structuredClone(ACCOUNT_DEFAULTS), asDefault)
    overlay(resolved, path, opened(defaults), asGiven(['defaults']))
    overlay(resolved, path, opened(account), asGiven(path))
  }
  return resolved
}
