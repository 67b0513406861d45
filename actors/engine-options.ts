/** What an engine is opened with. */
import type { CandleSource, MarketStep } from '../domain/feed.ts'
import type { Model } from '../domain/model/port.ts'
import type { Clock, Store } from '../domain/ports.ts'
import type { EngineSettings } from '../domain/settings.ts'
import type { StoredAccounts } from '../domain/stored-accounts.ts'
import type { Strategy } from '../domain/strategy.ts'
import type { Define } from './account-admin.ts'

export type EngineOptions = {
  settings: EngineSettings
  source: CandleSource
  strategies: ReadonlyMap<string, Strategy>
  /** By account id, of those that ask one. */
  models?: ReadonlyMap<string, Model>
  store: Store & { readonly kind: 'pglite' | 'postgresql' }
  /** First candle of the source. */
  startAt: number
  /** Reads accounts that are added or changed while it runs; left out, none can be. */
  define?: Define
  /** Accounts that were added, changed or removed before; `settings` has them already. */
  stored?: StoredAccounts
  /** Steps folded into the indicators before the first decision of a first start. */
  warmSteps: number
  wall: Clock
  /** File for exits while the store is down; none: they wait for it. */
  exitsFile?: string
  onError: (error: unknown) => void
  onStep?: (step: MarketStep) => void
}
