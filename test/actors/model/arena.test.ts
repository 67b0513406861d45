/** The arena: four models on one market, asked the same at the same time, compared at the end of a simulated day. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runBacktest } from '../../../actors/backtest.ts'
import { loadStrategies } from '../../../actors/load-strategy.ts'
import { loadSettings } from '../../../adapters/config/load.ts'
import { generatorSource } from '../../../adapters/market/generator/source.ts'
import { scriptedModel } from '../../../adapters/model/scripted-model.ts'
import type { Fact } from '../../../domain/fact.ts'
import type { CandleSource } from '../../../domain/feed.ts'
import { DAY_MS } from '../../../domain/interval.ts'
import { leaderboard } from '../../../domain/performance/leaderboard.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const { settings } = loadSettings({
  file: join(ROOT, 'profiles', 'arena.yaml'),
  env: {},
  flags: { api: false, speed: 'max' },
  cwd: ROOT,
})
const { feed } = settings
if (feed.kind !== 'generated') throw new Error('the arena runs on a generated market')

/** The market of the profile, ended after a day. */
const oneDay = (): CandleSource => {
  const market = generatorSource({ ...feed, instruments: settings.instruments })
  const { interval, symbols, instruments } = market
  const next = (): ReturnType<CandleSource['next']> => {
    const step = market.next()
    return step === null || step.openAt >= feed.startAt + DAY_MS ? null : step
  }
  return { interval, symbols, instruments, stepsTotal: null, next, state: () => null }
}

const facts: Fact[] = []
const result = await runBacktest({
  settings,
  source: oneDay(),
  strategies: await loadStrategies(settings.accounts),
  models: new Map(settings.accounts.map(each => [each.id, scriptedModel()])),
  startAt: feed.startAt,
  onFact: fact => facts.push(fact),
})
const calls = facts.flatMap(fact => (fact.type === 'model.called' ? [fact] : []))
const answers = calls.filter(each => each.call.purpose === 'answer')
const byCandle = Map.groupBy(answers, each => each.call.candleAt)

/** What the question says of the market, word for word. */
const marketOf = ({ call }: (typeof calls)[number]): string => {
  const text = call.request.messages.map(each => each.content).join('\n')
  const found = /"market":[\s\S]*?(?="performance":)/.exec(text)?.[0]
  if (found === undefined) throw new Error('The question says nothing of the market')
  return found
}

describe('a day of the arena', () => {
  test('asks four models, each as its own account', () => {
    const asked = new Map(answers.map(each => [each.accountId, each.call.request.model]))
    expect(Object.fromEntries(asked)).toEqual({
      chatgpt: 'scripted/trend',
      grok: 'scripted/contrarian',
      claude: 'scripted/cautious',
      deepseek: 'scripted/erratic',
    })
  })

  test('asks each of them at most every three minutes, and together nearly always', () => {
    for (const [candleAt, asked] of byCandle) {
      expect(candleAt % 180_000).toBe(0)
      expect(new Set(asked.map(each => each.accountId)).size).toBe(asked.length)
    }
    const together = [...byCandle.values()].filter(each => each.length === 4).length
    expect(byCandle.size).toBeGreaterThan(400)
    expect(together / byCandle.size).toBeGreaterThan(0.95)
  })

  test('asks all of them about the same asset, with the same words on the market, at the same time', () => {
    for (const asked of byCandle.values()) {
      expect(new Set(asked.map(each => each.call.symbols.join())).size).toBe(1)
      expect(new Set(asked.map(marketOf)).size).toBe(1)
      expect(new Set(asked.map(each => each.at)).size).toBe(1)
    }
  })

  test('draws every asset about as often', () => {
    const drawnAt = [...byCandle.values()].map(each => each[0]?.call.symbols[0])
    for (const symbol of settings.accounts[0]?.assets ?? []) {
      const share = drawnAt.filter(each => each === symbol).length / drawnAt.length
      expect(Math.abs(share - 0.25), symbol).toBeLessThan(0.08)
    }
  })

  test('ends with a leaderboard of all four, which says what may be luck', () => {
    const rows = leaderboard(
      result.accounts.map(each => ({
        accountId: each.id,
        shadowOf: null,
        deposit: each.equityStart,
        equity: each.equityEnd,
        modelCostUsd: each.modelCostUsd,
        trades: each.trades,
      })),
    )
    expect(rows.map(each => each.rank)).toEqual([1, 2, 3, 4])
    expect(rows.reduce((sum, each) => sum + each.trades, 0)).toBeGreaterThan(0)
    const returns = rows.map(each => Number(each.netReturnPercent))
    expect(returns).toEqual(returns.toSorted((a, b) => b - a))
    for (const row of rows) {
      expect(row.verdict === 'too_few_trades' || row.intervalPercent !== null).toBe(true)
    }
    expect(result.nakedSecondsMax).toBeLessThanOrEqual(5)
  })
})
