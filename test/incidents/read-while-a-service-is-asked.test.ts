/**
 * A running engine: `/metrics` and `/positions` answered 500 while any service of an account was under way, because services
 * are children of its actor, too, and have no context.
 */
import { expect, test } from 'vitest'
import { positionSummaries } from '../../actors/summaries.ts'
import { givenSeries, givenSettings, givenSource, givenSystem } from '../actors/given.ts'

test('positions are read while an account reconciles', async () => {
  const system = await givenSystem(givenSettings(), givenSource(givenSeries(4, 50)))
  system.openAccounts()
  const account = system.desk.actor('momentum')
  expect(account.getSnapshot().value).toBe('reconciling')
  expect(Object.keys(account.getSnapshot().children)).toContain('reconcileAccount')
  expect(positionSummaries(system.desk, system.market, 'momentum')).toEqual([])
  system.desk.close()
})
