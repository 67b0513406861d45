/** Accounts of which one fails at a chosen step, in a whole run. */
import { expect } from 'vitest'
import { LiveDriver } from '../../actors/live-driver.ts'
import type { Fact } from '../../domain/fact.ts'
import { givenSeries, givenSettings, givenSource, givenSystem } from './given.ts'

/** Runs three accounts; a step of the victim's tree throws the `count`-th time `state` is entered. */
export const runWithFailure = async (victim: string | null, state: string, count: number) => {
  const settings = givenSettings(each => {
    for (const account of each.accounts) account.reconcileMs = null
  })
  const source = givenSource(givenSeries(4, 1_500))
  const facts: Fact[] = []
  const system = await givenSystem(settings, source)
  system.journal.subscribe(fact => facts.push(fact))
  let entered = 0
  system.desk.onTransition((accountId, _actor, transition) => {
    if (accountId !== victim || transition.to !== state) return
    entered += 1
    if (entered === count) throw new Error('planted')
  })
  const errors: unknown[] = []
  const driver = new LiveDriver({
    system,
    next: () => source.next(),
    speed: 'max',
    onError: error => errors.push(error),
  })
  system.openAccounts()
  await driver.run()
  expect(errors).toEqual([])
  return { facts, system, settings }
}
