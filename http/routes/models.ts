/** Decisions by models, and the log of what they were asked and answered. */
import { createRoute, z } from '@hono/zod-openapi'
import type { EngineView } from '../../actors/engine-view.ts'
import type { App, RouteDeps } from '../context.ts'
import { Decision, decisionExample, presentDecision } from '../present/decision.ts'
import {
  Interaction,
  InteractionPage,
  interactionExample,
  interactionPageExample,
  OUTCOMES,
  presentInteraction,
  presentInteractionPage,
} from '../present/interaction.ts'
import { listOf, text } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { accountIds, asset, choices, noQuery, paging, period, query } from '../query.ts'
import { accountFilter, rowQuery } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const ACTIONS = ['buy', 'sell', 'close', 'hold'] as const

const name = (description: string) =>
  z
    .string('one name')
    .min(1, 'a name of 1 to 200 characters')
    .max(200, 'a name of 1 to 200 characters')
    .optional()
    .openapi({ description })

/** A decision is told as that of the model its account asks now. */
const ModelDecision = z
  .strictObject({ ...Decision.shape, model: text('Model its account asks.').nullable() })
  .openapi('ModelDecision')

const interactions = createRoute({
  method: 'get',
  path: '/llm/interactions',
  tags: ['Decisions'],
  summary: 'What models were asked and answered, newest first',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      asset,
      action: choices(ACTIONS, 'Only answers that propose these.'),
      outcome: choices(OUTCOMES, 'Only with these outcomes.'),
      model: name('Only questions to this model.'),
      cycle_id: name('Only calls of this decision.'),
      q: name('Only answers with these words in them.'),
      ...period,
      ...paging,
    }),
  },
  responses: answers('Calls, newest first.', listOf(Interaction), {
    items: [interactionExample],
    total: 1,
    next: null,
  }),
})

const interaction = createRoute({
  method: 'get',
  path: '/llm/interactions/{call_id}',
  tags: ['Decisions'],
  summary: 'One call, with everything that was said',
  security: READ_ACCESS,
  request: {
    params: z.object({
      call_id: z.string().openapi({ description: 'Call.', example: 'default-mjwpr1c0-1' }),
    }),
    query: noQuery,
  },
  responses: answers('The call.', InteractionPage, interactionPageExample),
})

const decisions = createRoute({
  method: 'get',
  path: '/llm/decisions',
  tags: ['Decisions'],
  summary: 'Decisions of the accounts that ask a model, newest first',
  security: READ_ACCESS,
  request: {
    query: query({
      model: name('Only accounts with this model: its name, or the id or label of the account that asks it.'),
      account_id: accountIds,
      symbol: asset,
      action: choices(ACTIONS, 'Only these proposals.'),
      ...period,
      ...paging,
    }),
  },
  responses: answers('Decisions, newest first.', listOf(ModelDecision), {
    items: [{ ...decisionExample, model: 'openai/gpt-5' }],
    total: 1,
    next: null,
  }),
})

/** Accounts that ask a model, or this one; the model is known by its name or by who asks it. */
const askingAccounts = (engine: EngineView, model: string | undefined): string[] =>
  engine.settings.accounts
    .filter(each => each.model !== null)
    .filter(each => model === undefined || [each.model?.name, each.id, each.label].includes(model))
    .map(each => each.id)

export const modelRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(interactions, async c => {
    const { account_id, asset: symbol, outcome, cycle_id, q, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const page = await engine.reader.interactions(
      rowQuery({ accountId, symbol, status: outcome, cycleId: cycle_id, text: q, ...rest }),
    )
    return c.json({ items: page.items.map(presentInteraction), total: page.total, next: page.next }, 200)
  })

  app.openapi(interaction, async c => {
    const { call_id: callId } = c.req.valid('param')
    const accountId = accountFilter(engine, c.get('grant'), undefined)
    const { items } = await engine.reader.interactions(rowQuery({ accountId, callId, limit: 1 }))
    const [found] = items
    if (found === undefined) {
      throw new Problem('call_unknown', {
        detail: `There is no call '${callId.slice(0, 100)}'.`,
        remedy: 'GET /llm/interactions lists the calls this token sees.',
      })
    }
    return c.json(presentInteractionPage(found), 200)
  })

  app.openapi(decisions, async c => {
    const { account_id, model, ...rest } = c.req.valid('query')
    const seen = accountFilter(engine, c.get('grant'), account_id)
    const asking = askingAccounts(engine, model)
    const accountId = seen === undefined ? asking : asking.filter(id => seen.includes(id))
    const page = await engine.reader.decisions(rowQuery({ accountId, ...rest }))
    const modelOf = new Map(engine.settings.accounts.map(each => [each.id, each.model?.name ?? null]))
    const items = page.items.map(row => ({
      ...presentDecision(row),
      model: modelOf.get(row.accountId) ?? null,
    }))
    return c.json({ items, total: page.total, next: page.next }, 200)
  })
}
