/** A running engine whose accounts can be added, changed and removed: in memory, seeded, as fast as it goes. */
import type { Define } from '../../actors/account-admin.ts'
import { Engine } from '../../actors/engine.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { loadSettings } from '../../adapters/config/load.ts'
import { scriptedModel } from '../../adapters/model/scripted-model.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import { NOTHING_STORED, type StoredAccounts } from '../../domain/stored-accounts.ts'
import { givenOptions, givenSource, givenStore, type LiveRun } from './given.ts'

const ACCOUNT = {
  deposit: '10000',
  interval: '5m',
  cooldown_intervals: 3,
  cooldown_s_min: 300,
  strategy: { name: 'signals', entry_score: 0.25, confidence_min_pct: 60, confirmation_s: 300 },
  risk: { stop_atr_multiple: 3 },
}
const FILE = [
  { id: 'alpha', assets: ['BTC', 'ETH'], ...ACCOUNT },
  { id: 'beta', assets: ['ETH', 'XRP'], ...ACCOUNT },
]

/** Words of an account that trades as often as those of the file. */
export const WORDS = { assets: ['BTC', 'XRP'], ...ACCOUNT }

/** `keyed`: account that has a key for its model. */
export const settingsWith = (stored: StoredAccounts, keyed: string | null = null): EngineSettings =>
  loadSettings({
    file: null,
    env: { ACCOUNTS_JSON: JSON.stringify(FILE) },
    flags: { api: false, speed: 'max', interval: '5m' },
    cwd: import.meta.dirname,
    hasStoredKey: (_dataDir, id) => id === keyed,
    stored,
  }).settings

export const define: Define = async (stored, accountId, modelKey) => {
  const account = settingsWith(stored, modelKey === undefined ? null : accountId).accounts.find(
    each => each.id === accountId,
  )
  if (account === undefined) throw new Error(`no account ${accountId}`)
  const strategies = await loadStrategies([account])
  return {
    account,
    strategy: strategies.get(accountId) as never,
    model: account.model === null ? null : scriptedModel(),
  }
}

type Series = Parameters<typeof givenSource>[0]

/** Opens an engine on what the store holds; `onStep` runs inside the run, before the next step is played. */
export const openEngine = async (
  series: Series,
  store: LiveRun['store'] = givenStore(),
  onStep: () => void = () => {},
  speed: EngineSettings['speed'] = 'max',
) => {
  const stored = ((await store.document('accounts')) ?? NOTHING_STORED) as StoredAccounts
  const settings = { ...settingsWith(stored), speed }
  const errors: unknown[] = []
  const engine = await Engine.open({
    ...(await givenOptions(settings, series)),
    stored,
    define,
    store,
    onError: error => errors.push(error),
    onStep,
  })
  return { engine, store, errors }
}
