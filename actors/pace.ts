/** What an engine that runs faster than real time must not do faster. */
import type { EngineSettings } from '../domain/settings.ts'

/**
 * The periodic comparison with the venue is meant in real time, as whoever changes things there lives in it. As fast as
 * it goes, a paper venue cannot change between two steps, and is compared at start and after failures only.
 */
export const atRealPace = (settings: EngineSettings): EngineSettings => {
  const { speed } = settings
  const paced = (ms: number | null) => (speed === 'max' || ms === null ? null : ms * speed)
  const accounts = settings.accounts.map(each => ({ ...each, reconcileMs: paced(each.reconcileMs) }))
  return { ...settings, accounts }
}
