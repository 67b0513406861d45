/** An exit whose fill was late was sent again at once, and again every second while the venue refused it, without anybody
 * asking the venue what it held. */
import { expect, test } from 'vitest'
import { fillOf, PositionStage } from '../machines/given.ts'
import { AccountStage } from '../machines/given-account.ts'

test('an exit that is filled is not followed by another before its fill is told', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  stage.close()
  stage.say.filled(stage.call('submitOrder', 'exit'))
  expect(stage.state()).toBe('closing.waiting')
  expect(stage.sent('exit')).toHaveLength(1)
  stage.fill('exit')
  stage.sweep()
  expect(stage.state()).toBe('cooldown')
})

test('an exit that finds nothing to close makes the account ask the venue', () => {
  const stage = new AccountStage().holding()
  const stopped = fillOf(stage.sent('stop')[0] as never, { at: stage.at })
  stage.command('flatten', { reason: 'close_command' })
  stage.say.refused(stage.call('submitOrder', 'exit'), 'reduce_only_rejected')
  expect(stage.state()).toBe('reconciling')
  stage.reconcile([], [stopped])
  stage.serve()
  expect(stage.state('position:BTC')).toBe('cooldown')
  expect(stage.account.ledger.realised).toBe('-5')
})
