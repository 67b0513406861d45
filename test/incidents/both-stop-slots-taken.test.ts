/** With an old and a new stop still there, a third could not be placed but was noted as asked for: the position waited for
 * its acceptance without a deadline, and an unprotected remainder was not seen. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

const given = () => {
  const stage = new PositionStage()
  stage.approve({ target: null })
  stage.accept('entry')
  stage.fill('entry', '0.3')
  stage.accept('stop')
  stage.fill('entry', '0.3')
  stage.accept('stop')
  expect(stage.legs.filter(slot => slot.startsWith('stop'))).toEqual(['stop', 'stop2'])
  expect(stage.state()).toBe('protected.holding')
  stage.fill('entry', '0.4')
  return stage
}

test('a stop for the rest follows as soon as a slot is free', () => {
  const stage = given()
  expect(stage.state()).toBe('protecting.stopping')
  stage.sweep()
  expect(stage.request('stop')).toMatchObject({ quantity: '1', clientOrderId: 'main-BTC-1-s3' })
  stage.accept('stop')
  stage.sweep()
  expect(stage.state()).toBe('protected.holding')
  expect(stage.positionContext().protection).toMatchObject({ quantity: '1', confirmed: true })
})

test('the rest is closed with everything else at the naked deadline when no slot gets free', () => {
  const stage = given()
  stage.pass(4_999)
  expect(stage.state()).toBe('protecting.stopping')
  stage.pass(1)
  expect(stage.state()).toBe('closing.exiting')
})

test('a stop made smaller while both slots are taken follows too', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  stage.close(0.5)
  stage.execute('exit')
  stage.accept('stop')
  expect(stage.state()).toBe('protected.holding')
  stage.close(0.5)
  stage.execute('exit')
  expect(stage.state()).toBe('protecting.stopping')
  stage.sweep()
  stage.accept('stop')
  stage.sweep()
  expect(stage.state()).toBe('protected.holding')
  expect(stage.request('stop').quantity).toBe('0.25')
})
