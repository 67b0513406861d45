/**
 * One bad cycle over a real connection: the endpoint misbehaves once, with a position open and protected, and answers the
 * next cycle well. Before it, a model in memory opens BTC and leaves ETH flat.
 */
import { openaiModel } from '../../../adapters/model/openai-model.ts'
import type { DecisionRecord, Fact } from '../../../domain/fact.ts'
import { INTERVAL_MS } from '../../../domain/interval.ts'
import type { ModelCall } from '../../../domain/model/call.ts'
import type { Model, ModelRequest } from '../../../domain/model/port.ts'
import type { ModelSettings } from '../../../domain/model/settings.ts'
import { Secret } from '../../../domain/secret.ts'

import { type Behaviour, type ModelServer, type RequestBody, says } from '../../model-server.ts'
import { cut, givenSeries, START } from '../given.ts'
import { givenLive } from './given-live.ts'
import { decisions, modelSettings, readRun, said } from './given-model.ts'

const STEP = INTERVAL_MS['5m']
const SERIES = cut(givenSeries(7, 19), 19)
/** The position is open and protected long before. */
const BAD_AT = START + 16 * STEP
/** USD per million tokens, where the endpoint tells no cost. */
const PRICES = { inputUsd: 1, outputUsd: 2 }
/** What 100 and 20 tokens cost at these. */
export const CALL_USD = 0.00014

type Item = Record<string, unknown>

/** A document on what is asked about that holds everything; `change` edits it, as an object with a list. */
export const documentFor = (
  body: RequestBody,
  change: (eth: Item, document: { trade_decisions: Item[] }) => void = () => {},
): string => {
  const request = body as unknown as ModelRequest
  const text = decisions(request, () => ({ action: 'hold', rationale: 'over the wire' }))
  const document = JSON.parse(text) as { trade_decisions: Item[] }
  const eth = document.trade_decisions.find(each => each['asset'] === 'ETH')
  change(eth ?? {}, document)
  return JSON.stringify(document)
}

/** Answers with a document like that, or with the text that `write` makes of it. */
export const answers =
  (
    change?: Parameters<typeof documentFor>[1],
    write: (document: string) => string = document => document,
    ...more: [object?, object?]
  ): Behaviour =>
  (response, body, count, headers) =>
    says(write(documentFor(body, change)), ...more)(response, body, count, headers)

/** The first time in a prompt is that of the decision. */
const timeIn = (request: ModelRequest): number | null => {
  const user = request.messages.find(each => each.role === 'user')?.content ?? ''
  const found = /"time":\s*"([^"]+)"/.exec(user)?.[1]
  return found === undefined ? null : Date.parse(found)
}

const opening = (request: ModelRequest) =>
  said(
    decisions(request, (asset, actions) => ({
      action: asset === 'BTC' && actions.includes('buy') && !actions.includes('close') ? 'buy' : 'hold',
    })),
    { latencyMs: 0 },
  )

export type BadCycle = {
  bad: DecisionRecord[]
  calls: ModelCall[]
  next: DecisionRecord[]
  /** Stops at the venue when the bad question was put, and when everything was over. */
  stops: { before: string[]; after: string[] }
  /** Facts of orders and positions between the bad answer and the next question, without those of a new entry. */
  moved: Fact[]
  facts: Fact[]
  /** USD booked to the account for the bad cycle, and what its calls say they cost. */
  booked: number
  told: number
  errors: unknown[]
}

export const playBadCycle = async (
  server: ModelServer,
  behaviours: readonly Behaviour[],
  changes: Partial<ModelSettings>,
): Promise<BadCycle> => {
  const settings = modelSettings({
    baseUrl: server.url,
    timeoutMs: 5_000,
    prices: PRICES,
    ...changes,
  })
  const [account] = settings.accounts
  if (account?.model == null) throw new Error('There is no model account')
  const network = openaiModel(account.model, { apiKey: new Secret('key-of-the-test'), headers: {} })
  const stops = { before: [] as string[], after: [] as string[] }
  let phase: 'before' | 'bad' | 'next' = 'before'
  let asked = 0
  let spentBefore = 0
  let spentAfter = 0
  server.behave((response, body, count, headers) => {
    if (phase === 'next') return answers()(response, body, count, headers)
    const behaviour = behaviours[Math.min(asked, behaviours.length - 1)]
    asked += 1
    behaviour?.(response, body, count, headers)
  })
  const spent = (): number => Number(floor.system.advisors.spend.total('main').costUsd)
  const standing = async (): Promise<string[]> => {
    const orders = await floor.system.desk.seat('main').exchange.openOrders()
    return orders
      .filter(each => each.reduceOnly && each.symbol === 'BTC')
      .map(each => `${each.clientOrderId} ${each.triggerPrice ?? ''} ${each.quantity}`)
      .toSorted()
  }
  const hasGoneOn = (): boolean => phase === 'next'
  const model: Model = {
    ask: async (request, options) => {
      const at = timeIn(request)
      if (at !== null && at < BAD_AT) return opening(request)
      const now = at === null || at === BAD_AT ? 'bad' : 'next'
      if (now !== phase) {
        phase = now
        if (now === 'bad') {
          stops.before = await standing()
          spentBefore = spent()
        } else spentAfter = spent()
      }
      return await network.ask(request, options)
    },
  }
  const floor = await givenLive(settings, model, SERIES)
  await floor.driver.run()
  // Where the next cycle asks nobody, nothing was spent since.
  if (!hasGoneOn()) spentAfter = spent()
  stops.after = await standing()
  const { calls, decisions: decided } = readRun(floor.facts)
  const bad = calls.filter(each => each.candleAt === BAD_AT)
  return {
    bad: decided.filter(each => each.candleAt === BAD_AT),
    calls: bad,
    next: decided.filter(each => each.candleAt === BAD_AT + STEP),
    stops,
    moved: floor.facts.filter(
      fact =>
        fact.at >= BAD_AT &&
        'symbol' in fact &&
        fact.symbol === 'BTC' &&
        /^(protection|intent|order|position|trade)\./.test(fact.type),
    ),
    facts: floor.facts.filter(each => each.at >= BAD_AT),
    booked: spentAfter - spentBefore,
    told: bad.reduce((sum, { reply }) => sum + Number(reply.usage?.costUsd ?? 0), 0),
    errors: floor.errors,
  }
}

/** `answer failed timeout`, `reask accepted`. */
export const lineOf = ({ purpose, outcome, reply }: ModelCall): string =>
  [purpose, outcome, ...(reply.ok ? [] : [reply.failure])].join(' ')
