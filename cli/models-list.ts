/** `latch models list`: which account asks which model where, what that endpoint can do, how it goes and what it has cost. */
import { join } from 'node:path'
import { asksModel } from '../actors/load-strategy.ts'
import { type ModelUse, modelUses } from '../actors/model/model-list.ts'
import { type Capability, CapabilityMemory } from '../adapters/model/capability.ts'
import { databaseFolder, holdsDatabase } from '../adapters/store/database-folder.ts'
import { acquireLock } from '../adapters/store/lock.ts'
import { openStore } from '../adapters/store/open-store.ts'
import { DataFolderLocked } from '../adapters/store/store-error.ts'
import type { ModelSettings } from '../domain/model/settings.ts'
import type { AccountSettings, EngineSettings } from '../domain/settings.ts'
import { visible } from '../domain/text.ts'
import { CAPABILITIES_FILE } from './account-models.ts'
import { loadConfig } from './load-config.ts'
import { type Column, table } from './output/table.ts'
import { terminalOf } from './output/terminal.ts'

export type ModelListOptions = {
  config?: string
  profile?: string
  dataDir?: string
  databaseUrl?: string
  json?: boolean
}

type Asking = AccountSettings & { model: ModelSettings }

type Row = {
  account: string
  model: string
  fallbacks: string[]
  /** Host and port; an address may hold a key in its path or query. */
  host: string
  /** What the endpoint was last found able to do; `null`: the built-in model, which has no endpoint. */
  capability: Capability | null
  cassette: string | null
  budget: ModelSettings['budget']
  /** `null`: the store cannot be read now. */
  use: ModelUse | null
}

const isAsking = (account: AccountSettings): account is Asking =>
  account.model !== null && asksModel(account.strategy.name)

const hostOf = ({ kind, baseUrl }: ModelSettings): string => {
  if (kind === 'scripted') return 'built-in'
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : 'no address'
}

/** `null` with the reason where an engine holds the store; no store yet is one without calls. */
const readUses = async (
  settings: EngineSettings,
  accounts: readonly Asking[],
): Promise<{ uses: Map<string, ModelUse> | null; why: string | null }> => {
  const { dataDir, databaseUrl } = settings
  if (!databaseUrl && !(await holdsDatabase(databaseFolder(dataDir)))) {
    return { uses: null, why: `there is no database in ${databaseFolder(dataDir)} yet` }
  }
  try {
    const lock = await acquireLock(dataDir)
    try {
      const store = await openStore({ dataDir, databaseUrl })
      try {
        return { uses: await modelUses(store, accounts), why: null }
      } finally {
        await store.close()
      }
    } finally {
      await lock.release()
    }
  } catch (error) {
    if (!(error instanceof DataFolderLocked)) throw error
    return { uses: null, why: 'an engine is running; ask it with latch leaderboard and latch models log' }
  }
}

const able = (capability: Capability | null): string | null =>
  capability === null
    ? null
    : [
        capability.format,
        capability.tools ? 'tools' : 'no tools',
        ...(capability.reasoning ? [] : ['no reasoning effort']),
        ...(capability.temperature ? [] : ['no temperature']),
      ].join(', ')

const against = (spent: string | undefined, limit: string | null): string | null =>
  spent === undefined ? null : `${spent} of ${limit ?? 'no limit'}`

const healthOf = ({ use }: Row): string | null => {
  if (use === null) return null
  if (use.problem !== null) return [use.problem.code, use.problem.actual].filter(Boolean).join(': ')
  return use.last === null
    ? 'never asked'
    : `${use.last.outcome}${use.last.problem ? `: ${use.last.problem}` : ''}`
}

const COLUMNS: Column<Row>[] = [
  { title: 'account', value: row => row.account },
  { title: 'model', value: row => [row.model, ...row.fallbacks].join(', else ') },
  { title: 'host', value: row => row.host },
  { title: 'can', value: row => able(row.capability) },
  { title: 'last call', value: healthOf },
  { title: 'calls', value: row => row.use?.total.calls ?? null },
  { title: 'USD', value: row => row.use?.total.costUsd ?? null },
  { title: 'day USD', value: row => against(row.use?.dayUsd, row.budget.dayUsd), align: 'right' },
  { title: 'month USD', value: row => against(row.use?.monthUsd, row.budget.monthUsd), align: 'right' },
]

export const listModels = async (options: ModelListOptions): Promise<void> => {
  const { config, profile, dataDir, databaseUrl } = options
  const { settings } = loadConfig({ config, profile }, { dataDir, databaseUrl, api: false })
  const accounts = settings.accounts.filter(isAsking)
  const { uses, why } = await readUses(settings, accounts)
  const capabilities = new CapabilityMemory(join(settings.dataDir, CAPABILITIES_FILE))
  const rows = accounts.map(
    ({ id, model }): Row => ({
      account: id,
      model: model.name,
      fallbacks: model.fallbacks,
      host: hostOf(model),
      capability: model.kind === 'scripted' ? null : capabilities.of(model.baseUrl, model.name),
      cassette: model.cassette,
      budget: model.budget,
      use: uses?.get(id) ?? null,
    }),
  )
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ items: rows, note: why }, null, 2)}\n`)
    return
  }
  const note = why === null ? '' : `What they have cost is not told: ${visible(why)}.\n`
  process.stdout.write(
    rows.length === 0
      ? 'No account of this configuration asks a model.\n'
      : `${table(COLUMNS, rows, terminalOf(process.stdout, process.env))}\n${note}`,
  )
}
