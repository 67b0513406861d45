/** Whether it lives, and how it is. */
import { createRoute, z } from '@hono/zod-openapi'
import { type Grant, seesAccount } from '../auth.ts'
import type { App, RouteDeps } from '../context.ts'
import { HealthDetail, presentHealth } from '../present/health.ts'
import { choice, flag, number } from '../present/shape.ts'
import { presentStatus, Status, statusExample } from '../present/status.ts'
import { PUBLIC_GRANT } from '../public-read.ts'
import { accountIds, query } from '../query.ts'
import { selectedAccounts } from '../scope.ts'
import { answers, NO_ACCESS_NEEDED, READ_ACCESS, refusalsOfDoors } from './answers.ts'

const { condition: _condition, ...details } = HealthDetail.partial().shape
const Health = z
  .strictObject({
    status: choice(['ok', 'degraded', 'failing'], 'How it is, all in all.'),
    uptime_s: number('Seconds since the engine started.').min(0).optional(),
    data_age_s: number('Seconds since the last candle, in engine time.').nullable().optional(),
    data_fresh: flag('The last candle is less than two hours old.').optional(),
    ...details,
  })
  .openapi('Health')

const FRESH_S = 7_200
const healthExample: z.infer<typeof Health> = { status: 'ok' }

const health = createRoute({
  method: 'get',
  path: '/health',
  tags: ['Engine'],
  summary: 'Whether the engine is alive',
  description:
    'The only path without a token, and then it tells the status alone. With a bearer token it tells why: score, alerts, ' +
    'jobs, everything outside, and how old the data is. 503 only when the engine does not answer, since a restart cures ' +
    'nothing of the rest.',
  security: NO_ACCESS_NEEDED,
  responses: {
    200: {
      description: 'It answers.',
      content: { 'application/json': { schema: Health, example: healthExample } },
    },
    503: {
      description: 'It does not.',
      content: { 'application/json': { schema: Health, example: { status: 'failing' as const } } },
    },
    ...refusalsOfDoors,
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
      const { uptimeSeconds, feed } = engine.status()
      const { condition: status } = operations.health(() => true)
      const grant = c.get('grant') as Grant | undefined
      if (grant === undefined) return c.json({ status }, 200)
      const { condition, ...told } = presentHealth(operations.health(id => seesAccount(grant, id)))
      const age = feed.ageSeconds
      const data = { data_age_s: age, data_fresh: age !== null && age < FRESH_S }
      return c.json({ status: condition, uptime_s: uptimeSeconds, ...data, ...told }, 200)
    } catch (error) {
      log.error({ component: 'http', err: error }, 'health: the engine does not give its status')
      return c.json({ status: 'failing' as const }, 503)
    }
  })

  app.openapi(status, c => {
    const requested = c.req.valid('query').account_id
    const grant = c.get('grant')
    const selected = requested && new Set(selectedAccounts(engine, grant, requested).map(each => each.id))
    const sees = (id: string): boolean => selected?.has(id) ?? seesAccount(grant, id)
    // Who reads without a token is told how accounts stand, and nothing of the machine and its alerts.
    const health = grant === PUBLIC_GRANT ? null : operations.health(sees)
    return c.json(presentStatus(engine.status(), sees, health), 200)
  })
}
