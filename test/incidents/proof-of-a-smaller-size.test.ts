/** While the venue was asked about the stop, the entry filled further and both slots for stops were in use: the proof of
 * the smaller stop ended the naked time of the larger position, which then had no deadline any more. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

/** Its entry has filled as far as `size`, and the venue lists a stop for that; proofs come when the test says so. */
const given = (size: string) => {
  const stage = new PositionStage({}, { readProtection: null })
  const prove = () => stage.call('readProtection').answer({ confirmed: true, at: stage.at })
  stage.approve({ target: null })
  stage.accept('entry')
  stage.fill('entry', size)
  stage.accept('stop')
  prove()
  expect(stage.state()).toBe('protected.holding')
  return { stage, prove }
}

test('a proof of a stop for less than what is open does not end the naked time', () => {
  const { stage, prove } = given('0.25')
  stage.fill('entry', '0.25')
  stage.accept('stop')
  expect(stage.legs, 'the old stop is on its way out').toEqual(['entry', 'stop', 'stop2'])
  stage.fill('entry', '0.5')
  expect(stage.state()).toBe('protecting.proving')
  prove()
  expect(stage.state()).toBe('protecting.waiting')
  expect(stage.positionContext().protection.nakedSince).toBe(stage.at)
  stage.pass(5_000)
  expect(stage.state()).toBe('closing.exiting')
  expect(stage.request('exit')).toMatchObject({ quantity: '1', reduceOnly: true })
})

test('a larger stop that is being cancelled does not stand in for the smaller one that was proved', () => {
  const { stage, prove } = given('0.5')
  stage.close(0.5)
  stage.execute('exit')
  stage.accept('stop')
  expect(stage.call('cancelOrder', 'stop').input).toMatchObject({ request: { quantity: '0.5' } })
  stage.fill('entry', '0.25')
  prove()
  expect(stage.state()).toBe('protecting.waiting')
  expect(stage.positionContext().protection.nakedSince).toBe(stage.at)
})
