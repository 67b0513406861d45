/** Shadow accounts: each takes the terms of the account it shadows, and brings a mind of its own. */

import { nearest } from '../../domain/nearest.ts'
import { DEFAULT_ORIGIN } from './accounts.ts'
import type { Report } from './report.ts'
import { isObject, originAt, type PlainObject, type SettingTree } from './tree.ts'

/** Never taken over: who it is, where it trades, and how it decides. All else is the terms it trades under. */
const OWN = ['id', 'label', 'exchange', 'shadow_of', 'strategy', 'model', 'retention']

export const isTerm = (key: string | number): boolean => !OWN.includes(String(key))

/** What a shadow takes over of an account. */
export const termsOf = (account: PlainObject): PlainObject =>
  Object.fromEntries(Object.entries(account).filter(([key]) => isTerm(key)))

const nameAt = (account: unknown, key: 'id' | 'shadow_of'): string | null => {
  const value = isObject(account) ? account[key] : undefined
  return typeof value === 'string' ? value : null
}

/** Index of the account that each one shadows; `null` for one that is no shadow, or of nothing it could be. */
export const shadowedBy = (accounts: readonly unknown[]): (number | null)[] =>
  accounts.map((account, index) => {
    const name = nameAt(account, 'shadow_of')
    if (name === null) return null
    const found = accounts.findIndex(each => nameAt(each, 'id') === name)
    return found < 0 || found === index || nameAt(accounts[found], 'shadow_of') !== null ? null : found
  })

/** A shadow needs an account that trades on terms of its own. */
export const checkShadows = (tree: SettingTree, accounts: readonly unknown[], report: Report): void => {
  const ids = accounts.map(each => nameAt(each, 'id'))
  for (const [index, account] of accounts.entries()) {
    const name = nameAt(account, 'shadow_of')
    if (name === null) continue
    const path = ['accounts', index, 'shadow_of']
    const tell = (message: string, remedy: string): void =>
      report.problem(path, originAt(tree, path) ?? DEFAULT_ORIGIN, name, message, remedy)
    const shadowed = accounts[ids.indexOf(name)]
    const others = accounts.flatMap((each, at) => {
      const id = ids[at]
      return id == null || at === index || nameAt(each, 'shadow_of') !== null ? [] : id
    })
    const known =
      others.length === 0 ? 'Add the account it is to shadow.' : `Name one of ${others.join(', ')}.`
    if (shadowed === undefined) {
      const close = nearest(name, others)
      tell('there is no such account to shadow', close === null ? known : `Did you mean ${close}?`)
    } else if (ids[index] === name) tell('an account cannot shadow itself', known)
    else if (nameAt(shadowed, 'shadow_of') !== null) tell('this account is a shadow itself', known)
  }
}
