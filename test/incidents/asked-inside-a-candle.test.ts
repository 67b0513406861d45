/**
 * Asked for a decision between two candles, an account often held with `no_closed_candle`: while the inside of a candle is
 * played the clock stands at its close already, so that the newest closed candle seemed more than one interval old.
 */
import { expect, test } from 'vitest'
import { INTERVAL_MS } from '../../domain/interval.ts'
import { givenSeries, givenStore } from '../actors/given.ts'
import { openEngine } from '../actors/given-admin.ts'

const SPEED = 3_000

test('a question inside a candle is answered by the newest closed candle', async () => {
  const { engine } = await openEngine(givenSeries(7, 1_200), givenStore(), () => {}, SPEED)
  const run = engine.run()
  const isInside = () => {
    const { now, feed } = engine.status()
    return feed.candles > 0 && now - (feed.lastCandleAt ?? 0) === INTERVAL_MS['5m']
  }
  while (!isInside()) await new Promise(resolve => setImmediate(resolve))
  const decisions = await engine.insight.decide('alpha', 'BTC')
  expect(isInside()).toBe(true)
  expect(decisions).toHaveLength(1)
  expect(decisions[0]?.proposal.rationale).not.toContain('no_closed_candle')
  engine.stop()
  await run
  engine.close()
})
