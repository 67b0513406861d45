/**
 * An inspector that watched an account asked each actor for its state at the first it heard of it. An order slot is heard
 * of while it is being made and has no state yet: reading it threw inside the step that made it, and the account failed.
 */
import { expect, test } from 'vitest'
import { type TapMessage, tapDesk } from '../../actors/tap.ts'
import { givenFloor, VICTIM } from '../actors/given-control.ts'

test('an order slot is watched from the moment it is made, and its account goes on', async () => {
  const floor = await givenFloor()
  const told: TapMessage[] = []
  const end = tapDesk(
    floor.desk,
    id => id === VICTIM,
    message => told.push(message),
  )
  const before = told.length
  const stop = floor.run()
  await floor.reached('', 'protected')
  const made = told.slice(before).flatMap(each => (each.kind === 'actor' ? [each] : []))
  expect(made.map(each => each.name)).toEqual(expect.arrayContaining(['entry', 'stop']))
  // Nothing was read of them: their state comes with their first step.
  expect(made.map(each => each.snapshot)).toEqual(made.map(() => null))
  const stepped = new Set(told.flatMap(each => (each.kind === 'snapshot' ? [each.sessionId] : [])))
  expect(made.filter(each => !stepped.has(each.sessionId))).toEqual([])
  expect(floor.facts.filter(fact => fact.type === 'account.failed')).toEqual([])
  end()
  await stop()
})
