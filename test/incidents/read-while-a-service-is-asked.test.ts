/**
 * A running engine: `/metrics` and `/positions` answered 500 while any service of an account was under way, because services
 * are children of its actor, too, and have no context.
 */
import { expect, test } from 'vitest'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { positionSummaries } from '../../actors/summaries.ts'
import { createSystem } from '../../actors/system.ts'
import { givenSeries, givenSettings, givenSource, givenStore, START } from '../actors/given.ts'

test('positions are read while an account reconciles', async () => {
  const settings = givenSettings()
  const system = createSystem({
    settings,
    source: givenSource(givenSeries(4, 50)),
    strategies: await loadStrategies(settings.accounts),
    wiring: 'live',
    attention: 'cycles',
    startAt: START,
    store: givenStore(),
    equityMs: 3_600_000,
  })
  system.openAccounts()
  const account = system.desk.actor('momentum')
  expect(account.getSnapshot().value).toBe('reconciling')
  expect(Object.keys(account.getSnapshot().children)).toContain('reconcileAccount')
  expect(positionSummaries(system.desk, system.market, 'momentum')).toEqual([])
  system.desk.close()
})
