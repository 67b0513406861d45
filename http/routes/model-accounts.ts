/** The accounts that ask a model, found by the model. */
import { createRoute, z } from '@hono/zod-openapi'
import type { AccountSummary, EngineView } from '../../actors/engine-view.ts'
import type { Grant } from '../auth.ts'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { ModelAccount, modelAccountExample, presentModelAccount } from '../present/model-account.ts'
import { listOf } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { accountIds, noQuery, paging, query } from '../query.ts'
import { goesBy, selectedAccounts, visibleAccounts } from '../scope.ts'
import { answers, READ_ACCESS, refusal } from './answers.ts'

const list = createRoute({
  method: 'get',
  path: '/models',
  tags: ['Accounts'],
  summary: 'Accounts that ask a model',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, ...paging }) },
  responses: answers('Accounts by id.', listOf(ModelAccount), {
    items: [modelAccountExample],
    total: 1,
    next: null,
  }),
})

const one = createRoute({
  method: 'get',
  path: '/models/{model}',
  tags: ['Accounts'],
  summary: 'The account that asks this model',
  description:
    'The name may hold slashes; give it as it is, or URL-encoded. The id or the label of the account will do as well.',
  security: READ_ACCESS,
  request: {
    params: z.object({
      model: z
        .string()
        .openapi({ description: 'Name of the model.', example: 'anthropic/claude-sonnet-4.5' }),
    }),
    query: noQuery,
  },
  responses: {
    ...answers('The account.', ModelAccount, modelAccountExample),
    409: refusal('Several accounts go by this name.'),
  },
})

/** @throws Problem `model_unknown` or `model_ambiguous`. An id is nobody else's, so it is looked for first. */
const accountOfModel = (engine: EngineView, grant: Grant, name: string): AccountSummary => {
  const all = visibleAccounts(engine, grant).filter(each => goesBy(each, name))
  const found = all.find(each => each.id === name) ?? all[0]
  if (found === undefined) {
    throw new Problem('model_unknown', {
      detail: `No account asks a model '${name.slice(0, 100)}'.`,
      remedy: 'GET /models lists those this token sees.',
    })
  }
  if (found.id === name || all.length === 1) return found
  throw new Problem('model_ambiguous', {
    detail: `'${name.slice(0, 100)}' is asked by ${all.length} accounts: ${all.map(each => each.id).join(', ')}.`,
    remedy: 'Name the account instead, as GET /models/{account_id} or GET /accounts/{account_id}.',
  })
}

export const modelAccountRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(list, c => {
    const { account_id, ...page } = c.req.valid('query')
    const asking = selectedAccounts(engine, c.get('grant'), account_id).filter(each => each.model !== null)
    const { items, total, next } = pageOf(asking, each => each.id, page)
    return c.json({ items: items.map(presentModelAccount), total, next }, 200)
  })

  // OpenAPI has no parameter that spans slashes, so the path is documented by its name and served by its pattern.
  app.openAPIRegistry.registerPath(one)
  app.openapi({ ...one, path: '/models/:model{.+}', hide: true }, c => {
    const account = accountOfModel(engine, c.get('grant'), c.req.valid('param').model)
    return c.json(presentModelAccount(account), 200)
  })
}
