/** Variables and command options, laid over the tree of the file. */
import { envOrigin } from './accounts.ts'
import { type Assignment, PORT_VARIABLES, readPort, VARIABLES } from './environment.ts'
import { type Flags, flagOptions } from './flags.ts'
import type { Environment } from './interpolate.ts'
import type { Origin } from './problem.ts'
import type { Report } from './report.ts'
import { isObject, pathText, put, type SettingTree } from './tree.ts'

/** The text of a variable; `null` when unset. */
export const setText = (env: Environment, name: string): string | null => {
  const text = env[name]
  // Empty is unset, as a line `NAME=` of an .env file means.
  return text === undefined || text.trim() === '' ? null : text
}

/** Names under which a shell can hold a variable of this account. */
const suffixed = (name: string, id: string): string[] => {
  const plain = id.replaceAll('-', '_')
  return [...new Set([`${name}_${id}`, `${name}_${plain}`, `${name}_${plain.toUpperCase()}`])]
}

const accountEntries = (tree: SettingTree): { index: number; id: string }[] => {
  const accounts = tree.root['accounts']
  if (!Array.isArray(accounts)) return []
  return accounts.map((account: unknown, index) => ({
    index,
    id: isObject(account) && typeof account['id'] === 'string' ? account['id'] : '',
  }))
}

const putAccount = (tree: SettingTree, index: number, { path, value }: Assignment, origin: Origin): void =>
  put(tree, ['accounts', index, ...path], value, origin)

/** A value for every account is at fault once, not once per account. */
const forAll = (origin: Origin, { path }: Assignment): Origin => ({ ...origin, path: pathText(path) })

/** Lays the variables over the tree; a suffixed one wins for its account. */
export const layEnvironment = (tree: SettingTree, env: Environment, report: Report): void => {
  for (const variable of VARIABLES) {
    const text = setText(env, variable.name)
    const assignments = text === null ? [] : variable.read(text)
    const origin = envOrigin(variable.name)
    if (variable.scope === 'engine') {
      for (const { path, value } of assignments) put(tree, path, value, origin)
      continue
    }
    for (const { index, id } of accountEntries(tree)) {
      for (const assignment of assignments) {
        // What ACCOUNTS_JSON says of one account is nearer to it than a variable for all.
        const own = tree.origins.get(`accounts[${index}].${assignment.path.join('.')}`)
        if (own?.source !== 'env') putAccount(tree, index, assignment, forAll(origin, assignment))
      }
      const name =
        id === '' ? undefined : suffixed(variable.name, id).find(each => setText(env, each) !== null)
      const ownText = name === undefined ? null : setText(env, name)
      if (name === undefined || ownText === null) continue
      for (const assignment of variable.read(ownText)) putAccount(tree, index, assignment, envOrigin(name))
    }
  }
  layPort(tree, env, report)
}

const layPort = (tree: SettingTree, env: Environment, report: Report): void => {
  const [name, ...others] = PORT_VARIABLES.filter(each => setText(env, each) !== null)
  if (name === undefined) return
  const { path, value } = readPort(setText(env, name) ?? '')
  put(tree, path, value, envOrigin(name))
  for (const other of others) {
    if (setText(env, other) !== setText(env, name))
      report.warn(`${name} is used; ${other} is set and says otherwise.`)
  }
}

/** Lays the options of the command over the tree. */
export const layFlags = (tree: SettingTree, flags: Flags): void => {
  for (const { flag, scope, assignment } of flagOptions(flags)) {
    const origin: Origin = { source: 'flag', name: flag, line: null, column: null }
    if (scope === 'engine') put(tree, assignment.path, assignment.value, origin)
    else
      for (const { index } of accountEntries(tree))
        putAccount(tree, index, assignment, forAll(origin, assignment))
  }
}
