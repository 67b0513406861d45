/**
 * An account was stopped while an entry was on its way, or after one that filled nothing, and started again. Made of its
 * journal, its position still had that entry's attempt in a life that had not opened: the next entry counted as sent already,
 * no order was made, and the position waited in `ordering.sent` for ever, with the account and every command behind it.
 */
import { describe, expect, test } from 'vitest'
import { foldPosition } from '../../actors/fold.ts'
import type { Fact } from '../../domain/fact.ts'
import { quantity } from '../../domain/units.ts'
import { PositionStage } from '../machines/given.ts'

const AT = 1_000_000

const intentOf = (stage: PositionStage): Fact => ({
  type: 'intent.recorded',
  request: stage.request('entry'),
  leg: 'entry',
  positionId: stage.positionContext().ids.positionId,
  decisionId: null,
  seq: 1,
  at: AT,
  accountId: stage.positionContext().ids.accountId,
})

describe('an entry that was sent and filled nothing', () => {
  test('ends its life when the position is made of its facts: its ids are not used again', () => {
    const before = new PositionStage().positionContext()
    const sent = new PositionStage()
    sent.approve()
    const folded = foldPosition(before, [intentOf(sent)], AT)
    expect(folded.ids.life).toBe(before.ids.life + 1)
    expect(folded.slots.attempts.entry).toBe(0)
    expect([folded.book.direction, folded.life, folded.plan]).toEqual([null, null, null])
  })

  test('is given up where nothing is left to send, instead of being waited for', () => {
    const stage = new PositionStage()
    stage.approve({ quantity: quantity(0) })
    expect(stage.state()).toBe('idle')
    expect(stage.reported('entry.failed')).toMatchObject([{ reason: 'nothing_to_send' }])
  })
})
