/** An account without positions that was told to flatten never found a state to rest in, and died of it. */
import { expect, test } from 'vitest'
import { AccountStage } from '../machines/given-account.ts'

test('flatten of a flat account is nothing to do', () => {
  const stage = new AccountStage().ready()
  stage.command('flatten', { reason: 'close_command' })
  expect(stage.failure).toBeNull()
  expect(stage.state()).toBe('idle')
  expect(stage.account.control.flatten).toBeNull()
})

test('flatten of a flat account that is cooling down or paused leaves it so, and is not remembered', () => {
  const stage = new AccountStage().ready()
  for (let count = 0; count < 3; count += 1) {
    stage.candle()
    stage.call('analyseMarket').fail(new Error('down'))
  }
  stage.command('flatten', { reason: 'close_command' })
  expect(stage.failure).toBeNull()
  expect(stage.state()).toBe('cooldown')
  stage.command('pause')
  stage.command('flatten', { reason: 'close_command' })
  expect(stage.state()).toBe('paused')
  stage.command('resume')
  expect(stage.failure).toBeNull()
  expect(stage.state()).toBe('idle')
})
