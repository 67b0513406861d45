/** Lays accounts that were added, changed or removed while the engine ran over those of the file. */
import type { AccountWords, StoredAccounts } from '../../domain/stored-accounts.ts'
import type { Origin, Problem } from './problem.ts'
import { isObject, type Path, put, type SettingTree, valueAt } from './tree.ts'

const nameOf = (id: string): string => `said of ${id} while the engine ran`

const originOf = (id: string): Origin => ({
  source: 'store',
  name: nameOf(id),
  line: null,
  column: null,
})

const idOf = (account: unknown): string | null =>
  isObject(account) && typeof account['id'] === 'string' ? account['id'] : null

/** Origins of the accounts that stay, under their new places in the list. */
const moved = (origins: ReadonlyMap<string, Origin>, kept: readonly number[]): [string, Origin][] => {
  const places = new Map(kept.map((from, to) => [from, to]))
  return [...origins].flatMap(([path, origin]): [string, Origin][] => {
    const match = /^accounts\[(\d+)\](.*)$/.exec(path)
    if (match === null) return [[path, origin]]
    const to = places.get(Number(match[1]))
    return to === undefined ? [] : [[`accounts[${to}]${match[2]}`, origin]]
  })
}

/**
 * Before variables and options are laid over the tree: takes out the removed accounts, and puts in the added ones, so that
 * those get their variables too.
 */
export const admitStored = (tree: SettingTree, stored: StoredAccounts): void => {
  const accounts = tree.root['accounts']
  if (!Array.isArray(accounts)) return
  const removed = new Set(stored.removed)
  const kept = [...accounts.keys()].filter(index => !removed.has(idOf(accounts[index]) ?? ''))
  const [origins, keys] = [moved(tree.origins, kept), moved(tree.keys, kept)]
  tree.origins.clear()
  for (const [path, origin] of origins) tree.origins.set(path, origin)
  tree.keys.clear()
  for (const [path, origin] of keys) tree.keys.set(path, origin)
  const list = kept.map(index => accounts[index] as unknown)
  const known = new Set(list.map(idOf))
  for (const id of Object.keys(stored.set)) {
    if (known.has(id)) continue
    tree.origins.set(`accounts[${list.length}]`, originOf(id))
    list.push({ id })
  }
  tree.root['accounts'] = list
  // A mistake there is reported for itself.
  if (stored.feed === null || !(tree.root['feed'] === undefined || isObject(tree.root['feed']))) return
  const feed: AccountWords = tree.root['feed'] ?? { kind: 'generated' }
  tree.root['feed'] = { interval: stored.feed.interval, symbols: stored.feed.symbols, ...feed }
}

/** After everything else: what was said of an account to the running engine is nearest to it. */
export const layStored = (tree: SettingTree, stored: StoredAccounts): void => {
  const accounts = tree.root['accounts']
  if (!Array.isArray(accounts)) return
  for (const [index, account] of accounts.entries()) {
    const id = idOf(account) ?? ''
    if (!Object.hasOwn(stored.set, id)) continue
    lay(tree, ['accounts', index], stored.set[id] as AccountWords, originOf(id))
  }
}

const lay = (tree: SettingTree, path: Path, words: AccountWords, origin: Origin): void => {
  for (const [key, value] of Object.entries(words)) {
    const here = [...path, key]
    const isEmptyGroup = isObject(value) && Object.keys(value).length === 0
    // A group of which every word was taken back says nothing: what the file says in it stays.
    if (isEmptyGroup && valueAt(tree.root, here) !== undefined) continue
    if (isObject(value) && !isEmptyGroup) lay(tree, here, value, origin)
    // A single word for the strategy is short for its name.
    else put(tree, key === 'strategy' ? [...here, 'name'] : here, value, origin)
  }
}

/** Path of a problem in the words that were said of the account: without the place the account has in the list. */
export const wordPath = ({ path, origin }: Problem, id: string): string =>
  origin === nameOf(id) ? path.replace(/^accounts\[\d+\]\.?/, '') : path
