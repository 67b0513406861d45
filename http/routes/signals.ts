/** What agents say of the markets, what it was worth, and how their runs went. */
import { createRoute, z } from '@hono/zod-openapi'
import { agentFilter, agentNames, agentsOf, agentsView } from '../../actors/agents-view.ts'
import { signalsView } from '../../actors/signals-view.ts'
import type { App, RouteDeps } from '../context.ts'
import { answerFile, download, fileContent, type Paged } from '../download.ts'
import { pageOf } from '../page.ts'
import { Agent, agentExample, presentAgent } from '../present/agent.ts'
import { listOf } from '../present/shape.ts'
import {
  presentSignal,
  presentSignalLook,
  presentSignalQuality,
  Signal,
  SignalQualities,
  signalExample,
  signalQualitiesExample,
} from '../present/signal.ts'
import { accountIds, asset, choices, limit, paging, period, query } from '../query.ts'
import { accountFilter, rowQuery, selectedIds } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const HORIZON = 4
const HORIZON_MAX = 1_000
const SAMPLE = 2_000
const SAMPLE_MAX = 20_000

const agent = z
  .string('one name')
  .min(1, 'a name of 1 to 200 characters')
  .max(200, 'a name of 1 to 200 characters')
  .optional()
  .openapi({ description: 'Only this agent: label of a strategy, or name of a model.', example: 'analysts' })

const signalsAnswer = answers('Signals, newest first.', listOf(Signal), {
  items: [signalExample],
  total: 1,
  next: null,
})

const signals = createRoute({
  method: 'get',
  path: '/signals',
  tags: ['Decisions'],
  summary: 'What strategies, analysts and models said of the markets, newest first',
  description:
    'One per decision, holds too. An agent is the strategy, or the model where it decides alone; `hybrid` is the word of ' +
    'rules and model together, and what a person ordered by hand is told as `manual`. What a model said is told as that ' +
    'of the model its account asks now.',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      symbol: asset,
      agent,
      signal: choices(['buy', 'sell', 'close', 'hold'], 'Only signals that say these.'),
      ...period,
      ...paging,
      ...download,
    }),
  },
  responses: {
    ...signalsAnswer,
    200: {
      ...signalsAnswer[200],
      content: { ...signalsAnswer[200].content, ...fileContent(signalExample) },
    },
  },
})

const agents = createRoute({
  method: 'get',
  path: '/agents',
  tags: ['Decisions'],
  summary: 'Strategies and models, and how their runs went',
  description:
    'Agents of the accounts as they are set up now; runs are those the store still keeps. A run of rules is one decision ' +
    'on one asset, and fails when they throw; a run of a model is one question, and fails without a usable answer.',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, ...paging }) },
  responses: answers('Agents, by name.', listOf(Agent), { items: [agentExample], total: 1, next: null }),
})

const quality = createRoute({
  method: 'get',
  path: '/performance/signals',
  tags: ['Performance'],
  summary: 'What signals were worth: where the price stood some time later',
  description:
    'By agent and asset. The move of a buy is (price at the end of the horizon − price at the signal) ÷ price at the ' +
    'signal, that of a sell the same turned round; a hit is a move above zero. The horizon counts decision intervals of ' +
    'the account. No fees, stops, targets or sizes are in it, and signals that the rules refused count too. Signals closer ' +
    'together than the horizon share most of their move and are not independent. `baseline` takes every decision, holds ' +
    'too, for a buy: a signal that is no better than that says nothing. Prices are those decisions were made at; the ' +
    'newest `sample` decisions are looked at.',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      agent,
      symbol: asset,
      horizon: limit(HORIZON, HORIZON_MAX).openapi({
        description: 'Decision intervals after the signal.',
        example: HORIZON,
      }),
      sample: limit(SAMPLE, SAMPLE_MAX).openapi({
        description: 'Newest decisions to look at, of all that match.',
        example: SAMPLE,
      }),
      ...period,
      ...paging,
    }),
  },
  responses: answers('By agent and asset.', SignalQualities, signalQualitiesExample),
})

export const signalRoutes = (app: App, { engine, log }: RouteDeps): void => {
  app.openapi(signals, async c => {
    const asked = c.req.valid('query')
    const { account_id, agent: name, symbol, signal, from, to, limit: most, cursor } = asked
    const { accounts } = engine.settings
    const seen = accountFilter(engine, c.get('grant'), account_id)
    const filters = { ...agentFilter(accounts, name, seen), symbol, action: signal, from, to }
    const nameOf = agentNames(accounts)
    const read = async (paged: Paged) => {
      const page = await engine.reader.decisions(rowQuery({ ...filters, ...paged }))
      const items = page.items.map(row => presentSignal(row, nameOf(row)))
      return { items, total: page.total, next: page.next }
    }
    const paged = { limit: most, cursor }
    if (asked.download === '1') {
      return answerFile(c, { name: 'signals', format: asked.format, log }, paged, read)
    }
    return c.json(await read(paged), 200)
  })

  app.openapi(agents, async c => {
    const { account_id, ...paged } = c.req.valid('query')
    const ids = new Set(selectedIds(engine, c.get('grant'), account_id))
    const found = agentsOf(engine.settings.accounts.filter(each => ids.has(each.id)))
    const page = pageOf(found, each => `${each.name}/${each.kind}`, paged)
    const timing = (id: string) => engine.insight.timing(id)
    const rows = await agentsView({ reader: engine.reader, timing, now: engine.status().now }, page.items)
    return c.json({ items: rows.map(presentAgent), total: page.total, next: page.next }, 200)
  })

  app.openapi(quality, async c => {
    const { account_id, agent: name, symbol, horizon, sample, from, to, ...paged } = c.req.valid('query')
    const { accounts } = engine.settings
    const seen = accountFilter(engine, c.get('grant'), account_id)
    const filter = agentFilter(accounts, name, seen)
    const view = await signalsView(
      { reader: engine.reader, accounts },
      rowQuery({ ...filter, symbol, from, to, limit: sample }),
      horizon,
    )
    const page = pageOf(view.quality, each => `${each.agent}/${each.symbol}`, paged)
    const items = page.items.map(presentSignalQuality)
    return c.json({ items, total: page.total, next: page.next, ...presentSignalLook(view, horizon) }, 200)
  })
}
