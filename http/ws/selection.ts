/** What of a stream one client wants and may see. Two clients with the same selection share a channel. */
import type { EngineView } from '../../actors/engine-view.ts'
import type { Grant } from '../auth.ts'
import { typesOf } from '../present/stream-envelope.ts'
import { selectedAccounts, visibleAccounts } from '../scope.ts'
import type { MessageHead, StreamName } from './message.ts'

export type Selection = {
  stream: StreamName
  /** Account ids; `*`: every account there is and will be. Never more than the token sees. */
  accounts: '*' | readonly string[]
  /** `null`: all. What is of no single asset passes. */
  assets: readonly string[] | null
  /** `null`: all. */
  types: readonly string[] | null
}

/** As a client says it; what is left out is not filtered. */
export type Wish = {
  account_id?: string[] | undefined
  assets?: string[] | undefined
  types?: string[] | undefined
}

const sorted = (values: readonly string[]): string[] => [...new Set(values)].toSorted()
const upper = (values: readonly string[]): string[] => sorted(values.map(each => each.toUpperCase()))

/** @throws Problem `account_unknown` for an account that is not there or not theirs. */
export const select = (engine: EngineView, grant: Grant, stream: StreamName, wish: Wish): Selection => ({
  stream,
  accounts:
    wish.account_id === undefined
      ? grant.accounts === '*'
        ? '*'
        : sorted(grant.accounts)
      : sorted(selectedAccounts(engine, grant, wish.account_id).map(each => each.id)),
  assets: wish.assets === undefined ? null : upper(wish.assets),
  types: wish.types === undefined ? null : sorted(wish.types),
})

const without = (all: readonly string[], gone: readonly string[]): string[] =>
  all.filter(each => !gone.includes(each))

/** What is left of a selection once the named values are taken away; `null` when nothing is, or nothing is named. */
export const deselect = (engine: EngineView, grant: Grant, from: Selection, wish: Wish): Selection | null => {
  const { account_id, assets, types } = wish
  if (account_id === undefined && assets === undefined && types === undefined) return null
  const visible = visibleAccounts(engine, grant)
  const seen = from.accounts === '*' ? visible.map(each => each.id) : from.accounts
  const accounts = account_id === undefined ? from.accounts : without(sorted(seen), account_id)
  const traded = visible
    .filter(each => accounts === '*' || accounts.includes(each.id))
    .flatMap(each => each.assets)
  const left: Selection = {
    stream: from.stream,
    accounts,
    assets: assets === undefined ? from.assets : without(from.assets ?? sorted(traded), upper(assets)),
    types: types === undefined ? from.types : without(from.types ?? sorted(typesOf(from.stream)), types),
  }
  const isEmpty = [left.accounts, left.assets, left.types].some(
    each => Array.isArray(each) && each.length === 0,
  )
  return isEmpty ? null : left
}

export const keyOf = (selection: Selection): string =>
  JSON.stringify([selection.stream, selection.accounts, selection.assets, selection.types])

/** The test every message of the stream is put to. */
export const acceptance = ({ accounts, assets, types }: Selection): ((head: MessageHead) => boolean) => {
  const seen = accounts === '*' ? null : new Set(accounts)
  const wantedAssets = assets === null ? null : new Set(assets)
  const wantedTypes = types === null ? null : new Set(types)
  return head =>
    (seen === null || head.accounts.some(each => seen.has(each))) &&
    (wantedAssets === null || head.asset === null || wantedAssets.has(head.asset)) &&
    (wantedTypes === null || wantedTypes.has(head.type))
}

export const coversAccount = ({ accounts }: Selection, accountId: string): boolean =>
  accounts === '*' || accounts.includes(accountId)

export const coversAsset = ({ assets }: Selection, asset: string): boolean =>
  assets === null || assets.includes(asset)
