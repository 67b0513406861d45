/** A running engine closes a position whose score has turned against it, where that is asked for (C-55). */
import { expect, test } from 'vitest'
import type { Fact } from '../../domain/fact.ts'
import { givenSeries, givenSettings, givenStore, runLive, tradesOf } from './given.ts'

const LIMIT = 0.3

const lifeWith = async (closeScore: number | null) => {
  const settings = givenSettings(given => {
    given.accounts.splice(1)
    for (const { strategy } of given.accounts) strategy.closeScore = closeScore
  })
  const { facts, errors } = await runLive(settings, givenSeries(11, 900), givenStore())
  expect(errors).toEqual([])
  return facts
}

/** Scores at which the strategy asked for a close, and what became of it. */
const closesOf = (facts: readonly Fact[]) =>
  facts.flatMap(fact =>
    fact.type === 'decision.recorded' && fact.decision.proposal.action === 'close'
      ? [{ score: fact.decision.proposal.score ?? 0, outcome: fact.decision.outcome }]
      : [],
  )

test('on, it closes by signal at the limit and beyond; off, no close is asked for', async () => {
  const on = await lifeWith(LIMIT)
  const closes = closesOf(on)
  expect(closes.length).toBeGreaterThan(0)
  for (const { score, outcome } of closes) {
    expect(Math.abs(score)).toBeGreaterThanOrEqual(LIMIT)
    expect(outcome).toBe('closing')
  }
  const bySignal = tradesOf(on).filter(each => each.exitReason === 'signal')
  expect(bySignal.length).toBeGreaterThan(0)
  expect(closesOf(await lifeWith(null))).toEqual([])
}, 30_000)
