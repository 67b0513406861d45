/** Model accounts for tests of the wiring: a scripted model in memory, and runs of it. No network, no waiting. */
import { runBacktest } from '../../../actors/backtest.ts'
import { loadStrategies } from '../../../actors/load-strategy.ts'
import type { CandleSeries } from '../../../domain/candle.ts'
import type { DecisionRecord, Fact } from '../../../domain/fact.ts'
import type { ModelCall } from '../../../domain/model/call.ts'
import type { Model, ModelFailure, ModelReply, ModelRequest } from '../../../domain/model/port.ts'
import type { ModelSettings } from '../../../domain/model/settings.ts'
import type { AccountSettings, EngineSettings } from '../../../domain/settings.ts'
import { givenSettings, givenSource, START } from '../given.ts'

export const MODEL: ModelSettings = {
  kind: 'openai',
  baseUrl: 'http://127.0.0.1:1/v1',
  name: 'first',
  fallbacks: [],
  temperature: 0,
  reasoningEffort: null,
  tokensMax: 1_000,
  timeoutMs: 30_000,
  bytesMax: 1_000_000,
  headerNames: [],
  schemaVersion: 2,
  promptFile: null,
  toolRoundsMax: 0,
  toolCallsMax: 5,
  sanitizer: null,
  contextCharactersMax: 60_000,
  budget: { cycleUsd: null, dayUsd: null, monthUsd: null },
  prices: null,
  otherwise: 'hold',
  randomSymbolSeed: null,
  cassette: null,
  cassetteOnly: false,
  trainedUntil: null,
}

/** One account, `main`, that asks a model about BTC and ETH every five minutes. */
export const modelSettings = (
  changes: Partial<ModelSettings> = {},
  edit: (account: AccountSettings) => void = () => {},
): EngineSettings =>
  givenSettings(settings => {
    const [account] = settings.accounts as [AccountSettings]
    account.id = 'main'
    account.strategy.name = 'llm'
    account.strategy.confirmationMs = 0
    account.model = { ...MODEL, ...changes }
    edit(account)
    settings.accounts = [account]
    settings.paper.latencyMs = 0
  })

const COMMON = {
  model: 'first',
  provider: 'nobody',
  id: null,
  usage: {
    promptTokens: 1_000,
    completionTokens: 100,
    reasoningTokens: 0,
    cachedTokens: 0,
    costUsd: '0.001',
  },
  latencyMs: 900,
}

export const said = (text: string, changes: Partial<Extract<ModelReply, { ok: true }>> = {}): ModelReply => ({
  ...COMMON,
  ok: true,
  text,
  toolCalls: [],
  finish: 'stop',
  ...changes,
})

export const failed = (
  failure: ModelFailure,
  changes: Partial<Extract<ModelReply, { ok: false }>> = {},
): ModelReply => ({
  ...COMMON,
  ok: false,
  failure,
  message: `the endpoint says ${failure}`,
  status: null,
  text: '',
  retryAfterMs: null,
  usage: null,
  ...changes,
})

/** What may be answered, as the context says it. */
export const legalIn = (request: ModelRequest): { asset: string; actions: string[] }[] => {
  const user = request.messages.find(each => each.role === 'user')?.content ?? ''
  const found = /"decide":\s*(\[[\s\S]*?\])\s*,\s*"rules"/.exec(user)?.[1]
  if (found === undefined) throw new Error('The prompt does not say what there is to decide')
  return JSON.parse(found) as { asset: string; actions: string[] }[]
}

export type Wish = { action: string; allocation_usd?: number; rationale?: string; confidence?: number | null }

/** A version 2 document that wants for each asset what `wish` says. */
export const decisions = (request: ModelRequest, wish: (asset: string, actions: string[]) => Wish): string =>
  JSON.stringify({
    reasoning: 'scripted',
    trade_decisions: legalIn(request).map(({ asset, actions }) => {
      const { action, ...rest } = wish(asset, actions)
      return {
        asset,
        action,
        allocation_usd: action === 'buy' || action === 'sell' ? 500 : 0,
        tp_price: null,
        sl_price: null,
        exit_plan: 'scripted',
        rationale: 'scripted',
        leverage: null,
        close_fraction: null,
        confidence: null,
        predicted_roi_pct: null,
        exit_conditions: [],
        ...rest,
      }
    }),
  })

export const holding = (request: ModelRequest): ModelReply =>
  said(decisions(request, () => ({ action: 'hold' })))
/** Enters long where it may, and holds what is open. */
export const buying = (request: ModelRequest): ModelReply =>
  said(decisions(request, (_asset, actions) => ({ action: actions.includes('close') ? 'hold' : 'buy' })))

export type Scripted = Model & { readonly requests: ModelRequest[] }

/** Answers at once what `answer` says to the n-th question, counted from 0. */
export const scripted = (answer: (request: ModelRequest, index: number) => ModelReply): Scripted => {
  const requests: ModelRequest[] = []
  return {
    requests,
    ask: request => {
      requests.push(request)
      return answer(request, requests.length - 1)
    },
  }
}

export type Run = { facts: Fact[]; calls: ModelCall[]; decisions: DecisionRecord[]; journalHash: string }

/** The whole engine over the series, with services that answer at once. */
export const play = async (settings: EngineSettings, model: Model, series: CandleSeries[]): Promise<Run> => {
  const facts: Fact[] = []
  const result = await runBacktest({
    settings,
    source: givenSource(series),
    strategies: await loadStrategies(settings.accounts),
    models: new Map(settings.accounts.map(each => [each.id, model])),
    startAt: START,
    wiring: 'simulated',
    onFact: fact => facts.push(fact),
  })
  return { ...readRun(facts), journalHash: result.journalHash }
}

export const readRun = (facts: Fact[]): Omit<Run, 'journalHash'> => ({
  facts,
  calls: facts.flatMap(fact => (fact.type === 'model.called' ? [fact.call] : [])),
  decisions: facts.flatMap(fact => (fact.type === 'decision.recorded' ? [fact.decision] : [])),
})
