/**
 * Found while orders by hand were built: a halt took back the entries of positions that had not filled at all. The rest of
 * an entry that had filled in part stayed at the venue, and could make the position of a halted account larger.
 */
import { expect, test } from 'vitest'
import { AccountStage, buy } from '../machines/given-account.ts'

test('a halt takes back the rest of an entry, too, and keeps what has filled protected', () => {
  const stage = new AccountStage().ready()
  stage.cycle(buy('BTC'))
  stage.say.known(stage.call('submitOrder', 'entry'))
  stage.partFill('BTC', '0.4')
  expect(stage.state('position:BTC')).toMatch(/^protecting/)
  stage.command('halt', { reason: 'emergency_stop' })
  stage.serve()
  expect(stage.state('position:BTC')).toBe('protected.holding')
  const { slots, book } = stage.positionContext('position:BTC')
  expect(book.quantity).toBe('0.4')
  expect(slots.used.map(use => use.leg)).toEqual(['stop'])
})
