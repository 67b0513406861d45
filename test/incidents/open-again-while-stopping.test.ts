/** An account that was told to stop had flattened; then a trade by hand was found at the venue. It neither flattened again
 * nor came to rest, and went round in circles until it failed. */
import { expect, test } from 'vitest'
import { price, quantity } from '../../domain/units.ts'
import { fillOf } from '../machines/given.ts'
import { AccountStage } from '../machines/given-account.ts'

test('an account that stops closes what comes after it has flattened, and then stops', () => {
  const stage = new AccountStage().holding()
  stage.command('stop')
  stage.execute('BTC', 'exit')
  stage.serve()
  expect(stage.state()).toBe('reconciling')
  const byHand = { clientOrderId: null, reason: 'external', at: stage.at } as const
  const found = { symbol: 'BTC', direction: 'long', quantity: quantity(1), entryPrice: price(100) } as const
  stage.reconcile([found], [fillOf(stage.sent('entry')[0] as never, byHand)])
  expect(stage.failure).toBeNull()
  expect(stage.state()).toBe('closing')
  stage.execute('BTC', 'exit')
  expect(stage.state()).toBe('reconciling')
  stage.reconcile()
  expect(stage.state()).toBe('stopped')
})
