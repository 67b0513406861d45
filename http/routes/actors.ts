/** The actor tree: every account, position and order, and the state it is in. */
import { createRoute, z } from '@hono/zod-openapi'
import { seesAccount } from '../auth.ts'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import {
  Actor,
  ActorDetail,
  actorDetailExample,
  actorExample,
  presentActor,
  presentActorDetail,
} from '../present/actor.ts'
import { listOf } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { accountIds, choices, noQuery, paging, query } from '../query.ts'
import { selectedIds } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const list = createRoute({
  method: 'get',
  path: '/actors',
  tags: ['Actors'],
  summary: 'Every actor and the state it is in',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      type: choices(['account', 'position', 'order'], 'Only these kinds.'),
      ...paging,
    }),
  },
  responses: answers('Actors by id.', listOf(Actor), { items: [actorExample], total: 1, next: null }),
})

const one = createRoute({
  method: 'get',
  path: '/actors/{id}',
  tags: ['Actors'],
  summary: 'One actor with what it remembers',
  description: 'The id holds slashes and colons; give it as it is, or URL-encoded.',
  security: READ_ACCESS,
  request: {
    params: z.object({
      id: z.string().openapi({ description: 'Path in the tree.', example: 'main/position:BTC' }),
    }),
    query: noQuery,
  },
  responses: answers('The actor.', ActorDetail, actorDetailExample),
})

/** The root of its path is the account. */
const accountIn = (id: string): string => id.split('/', 1)[0] ?? id

export const actorRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(list, c => {
    const { account_id, type, ...page } = c.req.valid('query')
    const actors = engine
      .actors(selectedIds(engine, c.get('grant'), account_id))
      .filter(each => type === undefined || type.some(kind => kind === each.type))
    const { items, total, next } = pageOf(actors, each => each.id, page)
    return c.json({ items: items.map(presentActor), total, next }, 200)
  })

  // OpenAPI has no parameter that spans slashes, so the path is documented by its name and served by its pattern.
  app.openAPIRegistry.registerPath(one)
  app.openapi({ ...one, path: '/actors/:id{.+}', hide: true }, c => {
    const { id } = c.req.valid('param')
    const accountId = accountIn(id)
    const isTheirs = seesAccount(c.get('grant'), accountId)
    const actor = isTheirs ? engine.actors([accountId]).find(each => each.id === id) : undefined
    if (actor === undefined) throw actorUnknown(id)
    return c.json(presentActorDetail(actor), 200)
  })
}

const actorUnknown = (id: string): Problem =>
  new Problem('actor_unknown', {
    detail: `There is no actor '${id.slice(0, 100)}'.`,
    remedy: 'GET /actors lists the actors this token sees.',
  })
