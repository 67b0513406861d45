/** Performance of a running engine up to this moment, and of accounts that are not there any more. */
import { expect, test } from 'vitest'
import { predictionsView } from '../../actors/predictions-view.ts'
import { dec } from '../../domain/units.ts'
import { givenSeries, givenStore } from './given.ts'
import { openEngine, WORDS } from './given-admin.ts'

const BY = { by: 'token:owner', reason: null }
const series = givenSeries(7, 1_800)
const turn = () => new Promise(resolve => setImmediate(resolve))

test('an account that was removed keeps its performance, and goes on with it when it is back', async () => {
  const store = givenStore()
  const { engine } = await openEngine(series, store)
  const run = engine.run()
  await engine.roster.add('guest', WORDS, BY)
  while (engine.closedTrades('guest').length < 2) await turn()
  await engine.roster.remove('guest', { ...BY, closePositions: true })
  const closed = engine.closedTrades('guest').length
  const left = await engine.performance('guest')
  expect(left).toMatchObject({ trades: closed })
  expect(left['totalReturnPercent']).not.toBeNull()
  expect(engine.measured('guest').opening).toBe('10000')
  const told = await predictionsView(engine, [{ id: 'guest', label: 'guest', model: null, strategy: null }])
  expect(new Set(told.predictions.map(each => each.model))).toEqual(new Set(['signals']))
  await engine.roster.add('guest', WORDS, BY)
  expect((await engine.performance('guest'))['trades']).toBe(closed)
  await engine.roster.remove('guest', { ...BY, closePositions: true })
  await run
  engine.close()
  const { engine: next } = await openEngine(series, store)
  expect((await next.performance('guest'))['trades']).toBe(engine.closedTrades('guest').length)
  expect(() => next.measured('nobody')).toThrow('Account nobody is not known')
  next.close()
}, 60_000)

test('return and drawdown are those of this moment, not of the last equity snapshot', async () => {
  const [points, expected]: unknown[][] = [[], []]
  const { engine, errors } = await openEngine(givenSeries(7, 700), givenStore(), () => {
    for (const { id, equity } of engine.accounts()) {
      points?.push(engine.measured(id).equity.at(-1))
      expected?.push({ at: engine.status().now, equity })
    }
  })
  await engine.run()
  expect(errors).toEqual([])
  expect(points).toEqual(expected)
  const [account] = engine.accounts(['alpha'])
  const metrics = await engine.performance('alpha')
  expect(account?.returnPercent).not.toBe('0.0000')
  expect(dec(String(metrics['totalReturnPercent'])).toFixed(4)).toBe(account?.returnPercent)
  expect(metrics['equity']).toBe(dec(account?.equity ?? 0).toFixed())
  engine.close()
}, 60_000)
