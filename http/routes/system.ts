/** Whether it lives, and how it is. */
import { createRoute, z } from '@hono/zod-openapi'
import { seesAccount } from '../auth.ts'
import type { App, RouteDeps } from '../context.ts'
import { presentStatus, Status, statusExample } from '../present/status.ts'
import { accountIds, query } from '../query.ts'
import { selectedAccounts } from '../scope.ts'
import { answers, NO_ACCESS_NEEDED, READ_ACCESS } from './answers.ts'

const Health = z.strictObject({ status: z.enum(['ok', 'degraded', 'failing']) }).openapi('Health')

const health = createRoute({
  method: 'get',
  path: '/health',
  tags: ['Engine'],
  summary: 'Whether the engine is alive',
  description:
    'The only path without a token, so it tells nothing else: `degraded` is told in full by /status. 503 only when the ' +
    'engine does not answer, since a restart cures nothing of the rest.',
  security: NO_ACCESS_NEEDED,
  responses: {
    200: {
      description: 'It answers.',
      content: { 'application/json': { schema: Health, example: { status: 'ok' as const } } },
    },
    503: {
      description: 'It does not.',
      content: { 'application/json': { schema: Health, example: { status: 'failing' as const } } },
    },
  },
})

const status = createRoute({
  method: 'get',
  path: '/status',
  tags: ['Engine'],
  summary: 'Mode, time, feed, store and the state of every account',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds }) },
  responses: answers('The engine as it is now.', Status, statusExample),
})

export const systemRoutes = (app: App, { engine, log, operations }: RouteDeps): void => {
  app.openapi(health, c => {
    try {
      engine.status()
      const { condition } = operations.health(() => true)
      return c.json({ status: condition }, 200)
    } catch (error) {
      log.error({ err: error }, 'health: the engine does not give its status')
      return c.json({ status: 'failing' as const }, 503)
    }
  })

  app.openapi(status, c => {
    const requested = c.req.valid('query').account_id
    const grant = c.get('grant')
    const selected = requested && new Set(selectedAccounts(engine, grant, requested).map(each => each.id))
    const sees = (id: string): boolean => selected?.has(id) ?? seesAccount(grant, id)
    return c.json(presentStatus(engine.status(), sees, operations.health(sees)), 200)
  })
}
