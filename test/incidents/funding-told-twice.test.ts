/** The simulator (seed 18): a funding event delivered twice was paid twice, since it has no id to know it by. */
import { expect, test } from 'vitest'
import { money } from '../../domain/units.ts'
import { PositionStage } from '../machines/given.ts'

test('funding told twice is booked once, and the next payment is booked again', () => {
  const stage = new PositionStage()
  stage.enter()
  const paid = (at: number) => stage.send({ type: 'funding.paid', rate: 0.0001, paid: money('0.5'), at })
  const at = stage.at + 1_000
  paid(at)
  paid(at)
  expect(stage.reported('funding.booked').length).toBe(1)
  paid(at + 28_800_000)
  expect(stage.reported('funding.booked').length).toBe(2)
  expect(stage.book.funding).toBe('1')
})
