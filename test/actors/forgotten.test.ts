/** An account that is added again under its id is told nothing of what its decisions were before. */
import { expect, test } from 'vitest'
import { Refusals } from '../../actors/bots.ts'
import { DecisionMemory } from '../../actors/decision-memory.ts'
import type { DecisionRecord, Fact } from '../../domain/fact.ts'
import { fact, given } from './operations/given-facts.ts'

const decided = (change: Partial<DecisionRecord>, score: number, accountId = 'main'): Fact => {
  const proposal = { ...given.decision.proposal, score, exitPlan: 'out at 90' }
  const decision = { ...given.decision, ...change, symbol: 'BTC', proposal }
  return fact({ type: 'decision.recorded', decision }, accountId)
}
const administered = (change: 'added' | 'changed' | 'removed') =>
  fact({ type: 'account.administered', change, by: 'token:owner', reason: null, fields: [] })

test('a refusal of its former life keeps no bot', () => {
  const refusals = new Refusals()
  for (const id of ['main', 'other']) {
    refusals.note(decided({ outcome: 'refused', code: 'heat', limit: '6', actual: '7' }, 0.5, id))
  }
  refusals.note(administered('changed'))
  expect(refusals.of('main', 'BTC')).toBe('refused: heat, limit 6, here 7')
  refusals.note(administered('removed'))
  refusals.note(administered('added'))
  expect(refusals.of('main', 'BTC')).toBeNull()
  expect(refusals.of('other', 'BTC')).toBe('refused: heat, limit 6, here 7')
  refusals.note(decided({ outcome: 'approved' }, 0.5, 'other'))
  expect(refusals.of('other', 'BTC')).toBeNull()
})

test('its first score has none before it, and the plan of what it left open is still known', () => {
  const memory = new DecisionMemory()
  memory.note(decided({ outcome: 'approved', decisionId: 'd1' }, 0.25))
  memory.note(administered('removed'))
  expect(memory.signals(['main'])).toEqual([])
  memory.note(decided({}, 0.5))
  expect(memory.signals(['main'])).toMatchObject([{ score: 0.5, scoreBefore: null }])
  expect(memory.exitPlan('main', 'd1')).toBe('out at 90')
})
