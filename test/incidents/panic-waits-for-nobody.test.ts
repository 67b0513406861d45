/** A flatten waited for the strategy's answer, for entries in doubt, and for a venue that could not be reached. */
import { expect, test } from 'vitest'
import { AccountStage, buy } from '../machines/given-account.ts'

const flatten = (stage: AccountStage) => stage.command('flatten', { reason: 'close_command' })

test.each(['analysing', 'deciding'])('flatten while %s closes at once, and the decision is held', state => {
  const stage = new AccountStage().holding()
  stage.candle(['ETH'])
  if (state === 'deciding') stage.analysed()
  expect(stage.state()).toBe(state)
  flatten(stage)
  expect(stage.state()).toBe('closing')
  expect(stage.sent('exit')).toHaveLength(1)
  const last = stage.reported('decision.recorded').at(-1)
  expect(last).toMatchObject({ decision: { symbol: 'ETH', outcome: 'held', code: 'flattening' } })
})

test('flatten while ordering cancels the entry in flight and closes the rest', () => {
  const stage = new AccountStage().holding()
  stage.cycle(buy('ETH'))
  stage.say.unknown(stage.call('submitOrder', 'entry'))
  flatten(stage)
  expect(stage.state()).toBe('closing')
  expect(stage.sent('exit')).toHaveLength(1)
  stage.pass(250)
  stage.say.known(stage.call('lookupOrder', 'entry'))
  expect(stage.state('position:ETH', 'entry')).toBe('cancelling')
})

test('flatten while degraded goes on trying until the venue hears it', () => {
  const stage = new AccountStage().holding()
  stage.command('resumed')
  stage.call('reconcileAccount').fail(new Error('timed out'))
  expect(stage.state()).toBe('degraded')
  flatten(stage)
  for (let count = 1; count <= 3; count += 1) {
    expect(stage.sent('exit')).toHaveLength(count)
    stage.say.unreachable(stage.call('submitOrder', 'exit'))
    stage.pass(1_000)
  }
  stage.execute('BTC', 'exit')
  stage.serve()
  stage.reconcile()
  expect(stage.state()).toBe('idle')
})
