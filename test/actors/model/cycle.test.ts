import { expect, test } from 'vitest'
import { givenSeries } from '../given.ts'
import { buying, holding, modelSettings, play, scripted } from './given-model.ts'

const SERIES = givenSeries(7, 40)

test('each closed candle asks the model once, and its answer becomes the decision of each asset', async () => {
  const model = scripted(holding)
  const { calls, decisions } = await play(modelSettings(), model, SERIES)
  expect(model.requests).toHaveLength(40)
  expect(calls.map(each => each.outcome)).toEqual(calls.map(() => 'accepted'))
  expect(decisions).toHaveLength(80)
  expect(decisions.every(each => each.strategy === 'llm' && each.outcome === 'held')).toBe(true)
  expect(decisions[0]?.proposal.rationale).toBe('scripted')
})

test('a model that wants to buy opens protected positions, and its calls are facts with a cycle of their own', async () => {
  const { facts, calls, decisions } = await play(modelSettings(), scripted(buying), SERIES)
  const opened = facts.filter(each => each.type === 'position.opened')
  const proved = facts.filter(each => each.type === 'protection.confirmed')
  expect(opened.length).toBeGreaterThan(0)
  expect(proved.length).toBeGreaterThanOrEqual(opened.length)
  expect(new Set(calls.map(each => each.callId)).size).toBe(calls.length)
  const [first] = calls
  expect(first?.callId).toBe(`${first?.cycleId}-1`)
  const [approved] = decisions.filter(each => each.outcome === 'approved')
  expect(approved?.decisionId.replace(`-${approved.symbol}-`, '-')).toBe(
    calls.find(each => each.candleAt === approved?.candleAt)?.cycleId,
  )
})
