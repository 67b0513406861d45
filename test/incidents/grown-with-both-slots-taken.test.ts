/** A fill that came while an old and a new stop were both there started the naked time, but set no deadline for it. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('a position that grows while its stop is being replaced is closed at the naked deadline', () => {
  const stage = new PositionStage()
  stage.approve({ target: null })
  stage.accept('entry')
  stage.fill('entry', '0.6')
  stage.accept('stop')
  stage.close(0.5)
  stage.execute('exit')
  expect(stage.state()).toBe('protecting.stopping')
  expect(stage.positionContext().timing.until).toBeNull()
  stage.fill('entry', '0.4')
  expect(stage.positionContext().timing.until).toBe(stage.at + 5_000)
  stage.pass(5_000)
  expect(stage.state()).toBe('closing.exiting')
})
