/**
 * The simulator (seed 6): an entry whose fill event was lost stayed in `ordering` for good, open at the venue and without
 * a stop, since nobody asked.
 */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('an entry that stays silent is looked up', () => {
  const stage = new PositionStage()
  stage.approve()
  stage.accept('entry')
  expect(stage.state()).toBe('ordering.sent')
  expect(stage.open('lookupOrder').length).toBe(0)
  stage.pass(2_000)
  expect(stage.open('lookupOrder').length).toBe(1)
})
