/**
 * The simulator: where the venue kept a higher leverage than was asked for, an entry whose stop was still short of the
 * liquidation was sent on it, above the limit of its account.
 */
import { expect, test } from 'vitest'
import { AccountStage, buy } from '../machines/given-account.ts'

const entryAt = (actual: number) => {
  const kept = { ok: false, actual, message: `the venue has ${actual}` }
  const stage = new AccountStage({ leverageMax: 3 }, { setLeverage: () => ({ ...kept, at: 0 }) })
  stage.ready()
  stage.cycle(buy())
  return stage
}

test('a venue that has more leverage than the account may use gets no entry', () => {
  const stage = entryAt(4)
  expect(stage.sent('entry')).toEqual([])
  expect(stage.reported('entry.failed')).toMatchObject([{ reason: 'the venue has 4: leverage_invalid' }])
  expect(stage.state()).toBe('idle')
})

test('up to the limit of the account it gets one', () => {
  expect(entryAt(3).sent('entry')).toHaveLength(1)
})
