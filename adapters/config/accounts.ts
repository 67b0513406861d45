/** Which accounts there are: those of the file, or those the environment names instead. */

import { splitList } from './fields.ts'
import type { Flags } from './flags.ts'
import type { Environment } from './interpolate.ts'
import type { Origin } from './problem.ts'
import { readSource } from './read-source.ts'
import type { Report } from './report.ts'
import { isObject, type SettingTree } from './tree.ts'
import { readYaml, type YamlDocument } from './yaml-document.ts'

const SOURCES = ['ACCOUNTS_JSON', 'ACCOUNTS_FILE', 'ACCOUNT_IDS'] as const
type AccountsSource = (typeof SOURCES)[number]

export const DEFAULT_ORIGIN: Origin = { source: 'default', name: 'default', line: null, column: null }
export const envOrigin = (name: string): Origin => ({
  source: 'env',
  name: `env ${name}`,
  line: null,
  column: null,
})

const isSet = (env: Environment, name: string): boolean => (env[name] ?? '').trim() !== ''

/** `true`/`false` of MULTI_ACCOUNT_MODE; `null` when it is not set. */
const multiAccountMode = (env: Environment, flags: Flags, report: Report): boolean | null => {
  if (flags.multiAccount === true) return true
  if (!isSet(env, 'MULTI_ACCOUNT_MODE')) return null
  const text = String(env['MULTI_ACCOUNT_MODE']).trim().toLowerCase()
  if (text === 'true' || text === 'false') return text === 'true'
  const remedy = 'For example MULTI_ACCOUNT_MODE=true.'
  report.problem([], envOrigin('MULTI_ACCOUNT_MODE'), text, 'expected true or false', remedy)
  return null
}

/** Puts the accounts of another text in the place of those of the file. */
const adopt = (tree: SettingTree, document: YamlDocument, report: Report, name: string): void => {
  report.problems.push(...document.problems)
  if (document.value === undefined) return
  const inGroup = isObject(document.value)
  const list = inGroup ? (document.value as { accounts?: unknown }).accounts : document.value
  if (!Array.isArray(list)) {
    const remedy = 'Write a list: [{"id": "one", "assets": ["BTC"]}], or {"accounts": [...]}.'
    report.problem(
      [],
      document.origins.get('') ?? envOrigin(name),
      undefined,
      'expected a list of accounts',
      remedy,
    )
    return
  }
  for (const key of inGroup ? Object.keys(document.value as object) : []) {
    if (key === 'accounts') continue
    const remedy = 'Move it to the configuration file.'
    report.problem(
      [key],
      document.keys.get(key) ?? null,
      undefined,
      'only accounts are read from here',
      remedy,
    )
  }
  clearAccounts(tree)
  tree.root['accounts'] = list
  const prefix = inGroup ? '' : 'accounts'
  const copy = (from: Map<string, Origin>, to: Map<string, Origin>): void => {
    for (const [path, origin] of from)
      if (`${prefix}${path}`.startsWith('accounts')) to.set(`${prefix}${path}`, origin)
  }
  copy(document.origins, tree.origins)
  copy(document.keys, tree.keys)
}

const clearAccounts = (tree: SettingTree): void => {
  for (const places of [tree.origins, tree.keys]) {
    for (const path of places.keys()) if (path.startsWith('accounts')) places.delete(path)
  }
}

const take = (
  source: AccountsSource,
  tree: SettingTree,
  env: Environment,
  cwd: string,
  report: Report,
): void => {
  const text = String(env[source]).trim()
  if (source === 'ACCOUNTS_JSON')
    return adopt(tree, readYaml(text, 'env ACCOUNTS_JSON', env, 'env'), report, source)
  if (source === 'ACCOUNTS_FILE') {
    const content = readSource(text, cwd, report)
    if (content !== null) adopt(tree, readYaml(content, text, env), report, source)
    return
  }
  clearAccounts(tree)
  tree.root['accounts'] = splitList(text).map(id => ({ id }))
  tree.origins.set('accounts', envOrigin('ACCOUNT_IDS'))
}

/** Fills `accounts` of the tree. */
export const settleAccounts = (
  tree: SettingTree,
  env: Environment,
  flags: Flags,
  cwd: string,
  report: Report,
): void => {
  const mode = multiAccountMode(env, flags, report)
  const named = SOURCES.filter(source => isSet(env, source))
  // ACCOUNT_IDS waits for the mode as in the reference system; the other two say what they mean by being there.
  const used = mode === false ? [] : named.filter(source => source !== 'ACCOUNT_IDS' || mode === true)
  for (const source of named.filter(each => !used.includes(each))) {
    report.warn(`${source} is set but not used: MULTI_ACCOUNT_MODE is not true.`)
  }
  const [source, ...others] = used
  if (others.length > 0) {
    const message = `the accounts are named more than once: ${used.join(', ')}`
    report.problem([], envOrigin(others.join(', ')), undefined, message, `Keep ${used.join(' or ')}.`)
    return
  }
  if (source !== undefined) {
    if (tree.root['accounts'] !== undefined) report.warn(`${source} replaces the accounts of the file.`)
    return take(source, tree, env, cwd, report)
  }
  if (tree.root['accounts'] !== undefined) return
  if (mode === true) {
    const remedy = `Write accounts: in the file, or set one of ${SOURCES.join(', ')}.`
    const origin: Origin = flags.multiAccount
      ? { source: 'flag', name: '--multi-account', line: null, column: null }
      : envOrigin('MULTI_ACCOUNT_MODE')
    report.problem([], origin, undefined, 'several accounts are asked for and none is named', remedy)
  }
  tree.root['accounts'] = [{ id: 'default' }]
  tree.origins.set('accounts', DEFAULT_ORIGIN)
}
