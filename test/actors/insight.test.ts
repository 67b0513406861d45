/** Questions out of turn: answered like the others, and acted on only where that was asked. */
import { describe, expect, test } from 'vitest'
import { givenSeries, givenStore } from './given.ts'
import { openEngine } from './given-admin.ts'

const series = givenSeries(7, 1_200)

type Engine = Awaited<ReturnType<typeof openEngine>>['engine']

const afterWarmUp = async (ask: (engine: Engine, store: ReturnType<typeof givenStore>) => Promise<void>) => {
  const { engine, store, errors } = await openEngine(series)
  const run = engine.run()
  while ((engine.insight.candles('BTC', '5m', 500)?.length ?? 0) < 300) {
    await new Promise(resolve => setImmediate(resolve))
  }
  await ask(engine, store)
  engine.stop()
  await run
  engine.close()
  expect(errors).toEqual([])
}

describe('a question out of turn', () => {
  test('for prices is told to those who watch marks, by the assets it was for', async () => {
    await afterWarmUp(engine => {
      const heard: (readonly string[])[] = []
      const end = engine.onMarks(asked => heard.push(asked))
      engine.insight.tellPrices(['BTC'])
      end()
      engine.insight.tellPrices(['ETH'])
      expect(heard).toEqual([['BTC']])
      return Promise.resolve()
    })
  }, 30_000)

  test('is decided on the last candle, and orders nothing', async () => {
    await afterWarmUp(async (engine, store) => {
      await engine.command('all', { name: 'pause', reason: null }, { by: 'test' })
      const before = (await store.orders({ limit: 1 })).total
      const decisions = await engine.insight.decide('alpha', 'BTC')
      expect(decisions).toHaveLength(1)
      expect(decisions[0]).toMatchObject({ symbol: 'BTC', strategy: 'signals' })
      expect(decisions[0]?.proposal.rationale).not.toBe('no_closed_candle')
      expect((await store.orders({ limit: 1 })).total).toBe(before)
    })
  }, 30_000)

  test('to be carried out is a cycle like any other, written down under its own moment', async () => {
    await afterWarmUp(async (engine, store) => {
      const { at, decisions, remaining } = await engine.insight.cycle('alpha', ['BTC', 'ETH'])
      expect(remaining).toEqual([])
      expect(decisions.map(each => each.symbol)).toEqual(['BTC', 'ETH'])
      const { items } = await store.decisions({ accountId: ['alpha'], limit: 100 })
      expect(items.filter(each => each.candleAt === at)).toHaveLength(2)
    })
  }, 30_000)

  test('is not asked of an account that makes no decisions', async () => {
    await afterWarmUp(async engine => {
      await engine.command(['alpha'], { name: 'pause', reason: null }, { by: 'test' })
      const answer = await engine.insight.cycle('alpha', ['BTC'])
      expect(answer.decisions).toEqual([])
      expect(answer.remaining).toEqual(['alpha is paused and makes no decisions now'])
    })
  }, 30_000)
})

describe('a comparison with the venue now', () => {
  test('can be a look only, which finds nothing where they agree', async () => {
    await afterWarmUp(async (engine, store) => {
      const before = (await store.facts({ action: 'reconcile.differed', limit: 1 })).total
      const looks = await engine.insight.compare(['alpha', 'beta'])
      expect(looks.map(each => [each.accountId, each.done, each.differences])).toEqual([
        ['alpha', true, []],
        ['beta', true, []],
      ])
      expect((await store.facts({ action: 'reconcile.differed', limit: 1 })).total).toBe(before)
    })
  }, 30_000)

  test('answers for each account when it has agreed', async () => {
    await afterWarmUp(async engine => {
      const answers = await engine.insight.reconcile(['alpha', 'beta'])
      expect(answers.map(each => [each.accountId, each.done, each.facts])).toEqual([
        ['alpha', true, []],
        ['beta', true, []],
      ])
    })
  }, 30_000)
})
