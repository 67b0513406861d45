/**
 * The simulator: a stream that came back told the fills of the last minutes again. Only twenty trade ids were carried into
 * the next life of an asset, so the oldest fills of a position that was closed in many parts were booked a second time,
 * and opened a position that was not there.
 */
import { expect, test } from 'vitest'
import { quantity } from '../../domain/units.ts'
import { PositionStage } from '../machines/given.ts'

const PARTS = 125

test('fills of a position that was closed in many parts are not booked again', () => {
  const stage = new PositionStage()
  stage.approve({ target: null })
  stage.accept('entry')
  const history = [stage.fill('entry')]
  stage.accept('stop')
  stage.close()
  stage.accept('exit')
  for (let part = 1; part <= PARTS; part += 1) history.push(stage.fill('exit', '0.008'))
  stage.tell('exit', { status: 'filled', filledQuantity: quantity(1) })
  stage.sweep()
  expect(stage.reported('trade.closed')).toHaveLength(1)
  expect(stage.reported('fill.booked')).toHaveLength(PARTS + 1)
  for (const fill of history) stage.send({ type: 'fill.received', fill, order: null })
  expect(stage.reported('fill.booked')).toHaveLength(PARTS + 1)
  expect(stage.book.direction).toBe(null)
  expect(stage.state()).toBe('cooldown')
})
