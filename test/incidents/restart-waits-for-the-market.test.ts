/**
 * The recovery bench: an engine on paper that was started again at real pace kept its accounts in `reconciling` until the
 * market moved, half a candle later, since the answers of the venue waited for a simulated latency on a clock that stood.
 */
import { expect, test } from 'vitest'
import { Engine } from '../../actors/engine.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { givenSeries, givenSettings, givenSource, givenStore, runLive, START } from '../actors/given.ts'

test('started again at real pace, accounts reconcile at once', async () => {
  const settings = givenSettings()
  expect(settings.paper.latencyMs).toBeGreaterThan(0)
  const series = givenSeries(4, 300)
  const store = givenStore()
  await runLive(settings, series, store, 200)
  const engine = await Engine.open({
    settings: { ...settings, speed: 1 },
    source: givenSource(series),
    strategies: await loadStrategies(settings.accounts),
    store,
    startAt: START,
    warmSteps: 0,
    wall: { now: () => 0 },
    onError: () => {},
  })
  const reconciling = new Set(settings.accounts.map(each => each.id))
  const settled = new Promise<void>(resolve => {
    engine.subscribe(event => {
      if (event.kind !== 'transition' || event.actor !== event.accountId) return
      if (event.transition.from === 'agreeing') reconciling.delete(event.accountId)
      if (reconciling.size === 0) resolve()
    })
  })
  expect(engine.accounts().map(each => each.state)).toEqual(settings.accounts.map(() => 'reconciling'))
  const ended = engine.run()
  // Half a candle is two and a half minutes of real time, longer than this test may take.
  await settled
  engine.leave()
  await ended
  engine.close()
})
