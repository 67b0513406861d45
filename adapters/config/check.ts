/** Rules between accounts, feed and the rest of the engine. */
import { INTERVAL_MS, isInterval } from '../../domain/interval.ts'
import { canonicalSymbol } from '../../domain/symbol.ts'
import { DEFAULT_ORIGIN } from './accounts.ts'
import { blame, checkAccount } from './check-account.ts'
import { checkApi } from './check-api.ts'
import { checkModels } from './check-model.ts'
import { type Origin, placeText } from './problem.ts'
import type { Report } from './report.ts'
import { checkShadows } from './shadow.ts'
import { originAt, type Path, type SettingTree, valueAt } from './tree.ts'

/** Environment names cannot tell `a-b` from `a_b`, and file systems may not tell `A` from `a`. */
const sameId = (id: string): string => id.toLowerCase().replaceAll('-', '_')

const checkIds = (tree: SettingTree, accounts: unknown[], report: Report): void => {
  const seen = new Map<string, { id: string; origin: Origin }>()
  for (const index of accounts.keys()) {
    const path = ['accounts', index, 'id']
    const id = valueAt(tree.root, path)
    if (typeof id !== 'string') continue
    const origin = originAt(tree, path) ?? DEFAULT_ORIGIN
    const first = seen.get(sameId(id))
    if (first === undefined) seen.set(sameId(id), { id, origin })
    else {
      const where = placeText({
        origin: first.origin.name,
        line: first.origin.line,
        column: first.origin.column,
      })
      const message =
        first.id === id ? 'this account id is taken' : `this account id is too close to ${first.id}`
      report.problem(path, origin, id, message, `The first is at ${where}. Give each account its own id.`)
    }
  }
}

const isCanonical = (asset: unknown): boolean => typeof asset === 'string' && canonicalSymbol(asset) === asset

const checkAssets = (tree: SettingTree, path: Path, report: Report): void => {
  const assets = valueAt(tree.root, [...path, 'assets'])
  const priced = valueAt(tree.root, ['feed', 'symbols'])
  if (!Array.isArray(assets) || !Array.isArray(priced)) return
  const origin = originAt(tree, [...path, 'assets'])
  const twice = assets.filter((asset, index) => assets.indexOf(asset) !== index)
  const at = [...path, 'assets']
  if (twice.length > 0)
    report.problem(at, origin, twice[0], 'this asset is listed twice', 'Keep one of the two.')
  for (const asset of assets.filter(each => isCanonical(each) && !priced.includes(each))) {
    const remedy = `Add ${asset} to feed.symbols, or leave feed.symbols out to price every asset traded.`
    report.problem(at, origin, asset, 'the feed has no prices of this asset', remedy)
  }
}

const checkIntervals = (tree: SettingTree, path: Path, report: Report): void => {
  const [feed, interval] = [
    valueAt(tree.root, ['feed', 'interval']),
    valueAt(tree.root, [...path, 'interval']),
  ]
  if (typeof feed !== 'string' || typeof interval !== 'string' || !isInterval(feed) || !isInterval(interval))
    return
  if (INTERVAL_MS[interval] % INTERVAL_MS[feed] === 0) return
  const { path: at, origin } = blame(tree, [
    [...path, 'interval'],
    ['feed', 'interval'],
  ])
  const message = `candles of ${feed} cannot be joined into ${interval}`
  report.problem(
    at,
    origin,
    interval,
    message,
    `Choose an interval that is a multiple of the feed's ${feed}.`,
  )
}

const checkFeed = (tree: SettingTree, report: Report): void => {
  const [from, to] = [valueAt(tree.root, ['feed', 'from']), valueAt(tree.root, ['feed', 'to'])]
  if (typeof from !== 'string' || typeof to !== 'string' || !(Date.parse(from) >= Date.parse(to))) return
  const origin = originAt(tree, ['feed', 'from'])
  report.problem(
    ['feed', 'from'],
    origin,
    from,
    `from is not before to ${to}`,
    'Name an earlier start or a later end.',
  )
}

const PLACEHOLDER =
  /^(change[-_ ]?me|password|passwd|secret|example|placeholder|x{3,}|<.*>|your[-_ ].*|\*+)$/i

const checkDatabase = (tree: SettingTree, report: Report): void => {
  const url = valueAt(tree.root, ['database_url'])
  if (typeof url !== 'string' || !URL.canParse(url)) return
  // `<` and `>` are the only encoded characters a placeholder has.
  const password = new URL(url).password.replaceAll('%3C', '<').replaceAll('%3E', '>')
  if (!PLACEHOLDER.test(password)) return
  const message = 'the password in this address is a placeholder'
  report.problem(
    ['database_url'],
    originAt(tree, ['database_url']),
    undefined,
    message,
    'Put the real password in.',
  )
}

/** Checks the completed tree. Tolerates values of the wrong type, which the schema reports. */
export const checkTree = (tree: SettingTree, report: Report): void => {
  const accounts = tree.root['accounts'] as unknown[]
  checkIds(tree, accounts, report)
  checkShadows(tree, accounts, report)
  for (const index of accounts.keys()) {
    const path = ['accounts', index]
    checkAccount({ tree, path, report })
    checkAssets(tree, path, report)
    checkIntervals(tree, path, report)
  }
  checkModels(tree, report)
  checkFeed(tree, report)
  checkDatabase(tree, report)
  checkApi(tree, report)
}
