/**
 * The simulator (seed 371): in a thin market an entry went on filling after the exit of what was open had been sent. That
 * exit worked for minutes, and what had come on top of it had neither a stop nor an exit.
 */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

const given = () => {
  const stage = new PositionStage()
  stage.approve({ target: null })
  stage.accept('entry')
  stage.fill('entry', '0.4')
  stage.accept('stop')
  stage.close()
  expect(stage.request('exit').quantity).toBe('0.4')
  return stage
}

test('what an exit falls short of is sent at once, as an exit of its own', () => {
  const stage = given()
  stage.accept('exit')
  stage.fill('entry', '0.6')
  expect(stage.legs.filter(slot => slot.startsWith('exit'))).toEqual(['exit', 'exit2'])
  expect(stage.request('exit')).toMatchObject({ quantity: '0.6', reduceOnly: true })
})

test('nothing is sent on top of an exit that nobody has confirmed', () => {
  const stage = given()
  stage.fill('entry', '0.6')
  expect(stage.legs.filter(slot => slot.startsWith('exit'))).toEqual(['exit'])
  stage.accept('exit')
  expect(stage.request('exit').quantity).toBe('0.6')
})
