/** Bots of the asker, found by who they are. */
import type { createRoute, z } from '@hono/zod-openapi'
import { seesAccount } from './auth.ts'
import type { App, HttpContext, RouteDeps } from './context.ts'
import { presentBot } from './present/bot.ts'
import { Problem } from './problem.ts'
import { selectedIds } from './scope.ts'

type Route = Parameters<typeof createRoute>[0]

export const botFinder = (app: App, engine: RouteDeps['engine']) => {
  const botsOf = (c: HttpContext, asked?: string[]) => {
    const ids = selectedIds(engine, c.get('grant'), asked)
    const readings = engine.insight.bots(ids)
    const accounts = new Map(
      engine.accounts(readings.map(each => each.accountId)).map(each => [each.id, each]),
    )
    return readings.flatMap(reading => {
      const account = accounts.get(reading.accountId)
      return account === undefined ? [] : [{ reading, bot: presentBot(reading, account) }]
    })
  }
  /** @throws Problem `bot_unknown`, for an account that is no bot, too. */
  const botOf = (c: HttpContext) => {
    const id = String(c.req.param('id'))
    const found = seesAccount(c.get('grant'), id) ? botsOf(c).find(each => each.bot.id === id) : undefined
    if (found !== undefined) return found
    throw new Problem('bot_unknown', {
      detail: `There is no bot '${id.slice(0, 100)}'.`,
      remedy: 'GET /bots lists them: accounts with one asset that decide by signals.',
    })
  }
  /** Describes the route with the body that `readBody` takes. */
  const bodied = (route: Route, schema: z.ZodType, example: object, required = false) =>
    app.openAPIRegistry.registerPath({
      ...route,
      request: { ...route.request, body: { content: { 'application/json': { schema, example } }, required } },
    })
  return { botsOf, botOf, bodied }
}
