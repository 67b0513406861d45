/** What of the engine a token may see and do. Accounts outside it do not exist for its holder: 404, never 403. */
import type { AccountSummary, EngineView } from '../actors/engine-view.ts'
import type { RowQuery } from '../domain/ports.ts'
import { allows, type Grant, type Scope, seesAccount } from './auth.ts'
import { Problem } from './problem.ts'

export const accountUnknown = (id: string): Problem =>
  new Problem('account_unknown', {
    detail: `There is no account '${id.slice(0, 100)}'.`,
    remedy: 'GET /accounts lists the accounts this token sees.',
  })

export const visibleAccounts = (engine: EngineView, grant: Grant): AccountSummary[] =>
  engine.accounts().filter(each => seesAccount(grant, each.id))

/** @throws Problem `account_unknown`, the same for an account that is not there and one that is not theirs. */
export const accountOf = (engine: EngineView, grant: Grant, id: string): AccountSummary => {
  const found = seesAccount(grant, id) ? engine.accounts([id]).find(each => each.id === id) : undefined
  if (found === undefined) throw accountUnknown(id)
  return found
}

/** As `selectedAccounts`, for those who need no more of them: what accounts stand at is added up for nobody. */
export const selectedIds = (engine: EngineView, grant: Grant, requested: string[] | undefined): string[] => {
  const visible = engine.settings.accounts.map(each => each.id).filter(id => seesAccount(grant, id))
  if (requested === undefined) return visible
  const known = new Set(visible)
  const foreign = requested.find(id => !known.has(id))
  if (foreign !== undefined) throw accountUnknown(foreign)
  return [...new Set(requested)]
}

/** Accounts the asker may see, of those they named; all they may see when they named none. */
export const selectedAccounts = (
  engine: EngineView,
  grant: Grant,
  requested: string[] | undefined,
): AccountSummary[] => {
  if (requested === undefined) return visibleAccounts(engine, grant)
  const ids = requested.filter(id => seesAccount(grant, id))
  const found = ids.length === 0 ? [] : engine.accounts(ids).filter(each => seesAccount(grant, each.id))
  const known = new Map(found.map(each => [each.id, each]))
  return [...new Set(requested)].map(id => {
    const account = known.get(id)
    if (account === undefined) throw accountUnknown(id)
    return account
  })
}

/** Whether an account goes by this name as a model: the model's own, or the id or label of the account. */
export const goesBy = (account: Pick<AccountSummary, 'id' | 'label' | 'model'>, name: string): boolean =>
  account.model !== null && [account.model, account.id, account.label].includes(name)

/** The account filter for the store; `undefined` only for a token that sees every account and named none. */
export const accountFilter = (
  engine: EngineView,
  grant: Grant,
  requested: string[] | undefined,
): string[] | undefined => {
  if (requested !== undefined) {
    // What a removed account left stays readable by its id.
    const former = new Set((engine.formerAccounts?.() ?? []).filter(id => seesAccount(grant, id)))
    const present = requested.filter(id => !former.has(id))
    const gone = requested.filter(id => former.has(id))
    return [...selectedIds(engine, grant, present), ...new Set(gone)]
  }
  return grant.accounts === '*' ? undefined : [...grant.accounts]
}

/** Accounts whose past is asked for: those that are there, or those named, of which some may have been removed. */
export const pastIds = (engine: EngineView, grant: Grant, requested: string[] | undefined): string[] =>
  (requested && accountFilter(engine, grant, requested)) ?? selectedIds(engine, grant, undefined)

/** @throws Problem `scope_missing`. */
export const requireScope = (grant: Grant, scope: Scope): void => {
  if (allows(grant, scope)) return
  throw new Problem('scope_missing', {
    detail: `This path needs the scope ${scope}, which the token does not have.`,
    remedy: `Use a token with the scope ${scope}.`,
  })
}

type Filters = { [Name in Exclude<keyof RowQuery, 'limit'>]?: RowQuery[Name] | undefined } & { limit: number }

/** A query for the store: what was not asked for is left out, and one value of a filter is asked for alone. */
export const rowQuery = (filters: Filters): RowQuery =>
  Object.fromEntries(
    Object.entries(filters)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, name === 'accountId' ? value : alone(value)]),
  ) as RowQuery

const alone = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value
