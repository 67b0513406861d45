/** Scores, confirmations and temperatures of bots. */
import { createRoute, z } from '@hono/zod-openapi'
import { evaluateSample } from '../../actors/bots.ts'
import { exerciseScope } from '../audit.ts'
import { botFinder } from '../bots.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import {
  Bot,
  BotConfirmation,
  BotEvaluation,
  botExample,
  confirmationExample,
  evaluationExample,
  presentConfirmation,
  presentEvaluation,
} from '../present/bot.ts'
import { count, listOf } from '../present/shape.ts'
import { accountIds, noQuery, query } from '../query.ts'
import { accountUnknown } from '../scope.ts'
import { answers, READ_ACCESS, TRADE_ACCESS } from './answers.ts'

const Summary = z
  .strictObject({
    total: count('Bots that run.'),
    counts: z.record(z.string(), count('Bots of this temperature.')),
    hottest: Bot.nullable().openapi({ description: 'The one with the strongest score.' }),
  })
  .openapi('BotTemperatures')

const params = z.object({ id: z.string().openapi({ description: 'Id of the bot.', example: 'btc-scalper' }) })

export const botReadingRoutes = (app: App, { engine }: RouteDeps): void => {
  const { botsOf, botOf, bodied } = botFinder(app, engine)
  const about = { tags: ['Bots'], security: READ_ACCESS }
  const one = { params, query: noQuery }

  const confirmation = createRoute({
    ...about,
    method: 'get',
    path: '/bots/{id}/confirmation-status',
    summary: 'How far the confirmation of an entry has come',
    request: one,
    responses: answers('The confirmation.', BotConfirmation, confirmationExample),
  })
  app.openapi(confirmation, c => c.json(presentConfirmation(botOf(c).reading), 200))

  const evaluation = answers('The evaluation.', BotEvaluation, evaluationExample)
  const evaluate = createRoute({
    ...about,
    method: 'post',
    path: '/bot-evaluation/{id}/evaluate',
    summary: 'Evaluate a bot on its market now; nothing is ordered',
    security: TRADE_ACCESS,
    request: one,
    responses: evaluation,
  })
  bodied(evaluate, z.strictObject({}), {})
  app.openapi({ ...evaluate, hide: true }, c => {
    exerciseScope(c, 'trade')
    return c.json(presentEvaluation(botOf(c).reading.evaluation), 200)
  })

  const sample = createRoute({
    ...about,
    method: 'get',
    path: '/bot-evaluation/test/{id}',
    summary: 'Evaluate a bot on a made-up market',
    request: one,
    responses: evaluation,
  })
  app.openapi(sample, c => {
    const { id } = botOf(c).bot
    const own = engine.settings.accounts.find(each => each.id === id)
    if (own === undefined) throw accountUnknown(id)
    return c.json(presentEvaluation(evaluateSample(own)), 200)
  })

  const temperatures = createRoute({
    ...about,
    method: 'get',
    path: '/bot-temperatures',
    summary: 'Bots that run, hottest first',
    request: { query: query({ account_id: accountIds }) },
    responses: answers('Bots.', listOf(Bot), { items: [botExample], total: 1, next: null }),
  })
  const running = (c: HttpContext, asked?: string[]) =>
    botsOf(c, asked)
      .map(each => each.bot)
      .filter(each => each.status === 'running')
      .toSorted((one_, other) => Math.abs(other.score ?? 0) - Math.abs(one_.score ?? 0))
  app.openapi(temperatures, c => {
    const items = running(c, c.req.valid('query').account_id)
    return c.json({ items, total: items.length, next: null }, 200)
  })

  const dashboard = createRoute({
    ...about,
    method: 'get',
    path: '/bot-temperatures/dashboard',
    summary: 'How many bots are how hot',
    request: { query: noQuery },
    responses: answers('Counts.', Summary, { total: 1, counts: { HOT: 1 }, hottest: botExample }),
  })
  app.openapi(dashboard, c => {
    const bots = running(c)
    const counts: Record<string, number> = { FROZEN: 0, COOL: 0, WARM: 0, HOT: 0 }
    for (const { temperature } of bots) counts[temperature] = (counts[temperature] ?? 0) + 1
    return c.json({ total: bots.length, counts, hottest: bots[0] ?? null }, 200)
  })

  const temperature = createRoute({
    ...about,
    method: 'get',
    path: '/bot-temperatures/{id}',
    summary: 'The temperature of one bot',
    request: one,
    responses: answers('The bot.', Bot, botExample),
  })
  app.openapi(temperature, c => c.json(botOf(c).bot, 200))
}
