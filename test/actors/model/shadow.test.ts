/** A shadow sees what its account sees, trades on books of its own, and changes nothing for anybody. */
import { describe, expect, test } from 'vitest'
import { type BacktestResult, runBacktest } from '../../../actors/backtest.ts'
import { Engine } from '../../../actors/engine.ts'
import { leaderboardView } from '../../../actors/leaderboard-view.ts'
import { loadStrategies } from '../../../actors/load-strategy.ts'
import { loadSettings } from '../../../adapters/config/load.ts'
import { scriptedModel } from '../../../adapters/model/scripted-model.ts'
import type { Fact } from '../../../domain/fact.ts'
import type { EngineSettings } from '../../../domain/settings.ts'
import { givenSeries, givenSource, givenStore, START } from '../given.ts'

const MAIN = {
  id: 'main',
  deposit: '5000',
  assets: ['BTC', 'ETH'],
  interval: '5m',
  strategy: { name: 'llm', confirmation_s: 0 },
  model: { name: 'scripted/trend' },
  cooldown_s_min: 300,
  risk: { stop_atr_multiple: 3 },
}
const SHADOW = {
  id: 'other',
  shadow_of: 'main',
  strategy: { name: 'llm', confirmation_s: 0 },
  model: { name: 'scripted/contrarian' },
}

const settingsOf = (...accounts: object[]): EngineSettings =>
  loadSettings({
    file: null,
    env: { ACCOUNTS_JSON: JSON.stringify(accounts) },
    flags: { api: false, speed: 'max' },
    cwd: import.meta.dirname,
  }).settings

const SERIES = givenSeries(7, 300)
const modelsOf = ({ accounts }: EngineSettings) => new Map(accounts.map(each => [each.id, scriptedModel()]))

const play = async (settings: EngineSettings): Promise<{ facts: Fact[]; result: BacktestResult }> => {
  const facts: Fact[] = []
  const result = await runBacktest({
    settings,
    source: givenSource(SERIES),
    strategies: await loadStrategies(settings.accounts),
    models: modelsOf(settings),
    startAt: START,
    onFact: fact => facts.push(fact),
  })
  return { facts, result }
}

const of = (facts: readonly Fact[], accountId: string) => facts.filter(each => each.accountId === accountId)
const marketsOf = (facts: readonly Fact[]): Map<number, string> =>
  new Map(
    facts.flatMap(fact => {
      if (fact.type !== 'model.called' || fact.call.purpose !== 'answer') return []
      const text = fact.call.request.messages.map(each => each.content).join('\n')
      return [[fact.call.candleAt, /"market":[\s\S]*?(?="performance":)/.exec(text)?.[0] ?? '']]
    }),
  )

const alone = await play(settingsOf(MAIN))
const shadowed = await play(settingsOf(MAIN, SHADOW))

describe('a shadow', () => {
  test('changes nothing of the account it shadows: the same facts, to the last word', () => {
    expect(of(shadowed.facts, 'main').length).toBeGreaterThan(1_000)
    expect(of(shadowed.facts, 'main')).toEqual(alone.facts)
  })

  test('is told the same of the market at the same time', () => {
    const [ours, theirs] = [marketsOf(of(shadowed.facts, 'main')), marketsOf(of(shadowed.facts, 'other'))]
    const both = [...ours.keys()].filter(candleAt => theirs.has(candleAt))
    expect(both.length).toBeGreaterThan(100)
    // An asset in cooldown is not asked about, so questions with the same assets are compared.
    const same = both.filter(candleAt => ours.get(candleAt) === theirs.get(candleAt))
    const assetsIn = (text: string | undefined): string =>
      [...(text ?? '').matchAll(/"asset":"(\w+)"/g)].map(each => each[1]).join()
    const comparable = both.filter(
      candleAt => assetsIn(ours.get(candleAt)) === assetsIn(theirs.get(candleAt)),
    )
    expect(comparable.length).toBeGreaterThan(100)
    expect(same).toEqual(comparable)
  })

  test('decides for itself, on the same deposit, with trades of its own', () => {
    const [main, other] = shadowed.result.accounts
    expect(other).toMatchObject({ id: 'other', equityStart: '5000' })
    expect(other?.trades.length).toBeGreaterThan(0)
    expect(other?.trades.map(each => each.positionId)).not.toEqual(main?.trades.map(each => each.positionId))
    expect(other?.equityEnd).not.toBe(main?.equityEnd)
  })

  test('of the same mind has the same fills at the same prices', async () => {
    const twin = { ...SHADOW, model: MAIN.model }
    const { result } = await play(settingsOf(MAIN, twin))
    const [main, other] = result.accounts
    const plain = (account: typeof main) =>
      account?.trades.map(({ symbol, entryAt, entryPrice, exitAt, exitPrice, quantity, pnl }) => ({
        symbol,
        entryAt,
        entryPrice,
        exitAt,
        exitPrice,
        quantity,
        pnl,
      }))
    expect(plain(main)?.length).toBeGreaterThan(0)
    expect(plain(other)).toEqual(plain(main))
  })

  test('is marked in the summary and on the leaderboard of a running engine', async () => {
    const settings = settingsOf(MAIN, SHADOW)
    const engine = await Engine.open({
      settings,
      source: givenSource(givenSeries(7, 20)),
      strategies: await loadStrategies(settings.accounts),
      models: modelsOf(settings),
      store: givenStore(),
      startAt: START,
      warmSteps: 0,
      wall: { now: () => START },
      onError: error => {
        throw error
      },
    })
    await engine.run()
    expect(engine.accounts().map(each => [each.id, each.model, each.shadowOf])).toEqual([
      ['main', 'scripted/trend', null],
      ['other', 'scripted/contrarian', 'main'],
    ])
    const rows = leaderboardView(engine, engine.accounts())
    expect(rows.find(each => each.account.id === 'other')?.standing.isShadow).toBe(true)
    expect(rows.find(each => each.account.id === 'main')?.standing.isShadow).toBe(false)
    engine.close()
  })
})
