/** Bots, as the accounts that they are: every rule of an account holds for them, and /accounts shows them too. */
import { createRoute, z } from '@hono/zod-openapi'
import { type AdminAnswer, AdminRefused } from '../../actors/account-admin.ts'
import { canonicalSymbol } from '../../domain/symbol.ts'
import { isName, NAME_LENGTH_MAX } from '../../domain/text.ts'
import { exerciseScope, noteAudit } from '../audit.ts'
import { seesAccount } from '../auth.ts'
import { readBody, readGivenBody } from '../body.ts'
import { botFinder } from '../bots.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { Bot, botExample } from '../present/bot.ts'
import { choice as choiceOf, flag, listOf } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { accountIds, asset, choice, noQuery, paging, query } from '../query.ts'
import { accountUnknown } from '../scope.ts'
import { refused } from './account-admin.ts'
import { ADMIN_ACCESS, answers, READ_ACCESS, refusal, TRADE_ACCESS } from './answers.ts'

const nameText = `a name of 1 to ${NAME_LENGTH_MAX} visible characters, without control or direction characters`
const botName = z.string(nameText).refine(isName, nameText)
const group = z.record(z.string(), z.unknown(), 'a group as in the configuration file').optional()
const settings = {
  interval: z.string('a candle length such as 5m').optional(),
  strategy: group.openapi({ description: 'Options of the signals strategy; `confirmation_s` among them.' }),
  risk: group,
}
const BotBody = z.strictObject(
  {
    name: botName,
    pair: z.string('an asset or pair').max(30, 'an asset or pair'),
    deposit: z.union([z.string(), z.number()], 'an amount').optional(),
    ...settings,
  },
  'an object with name and pair',
)
const ChangeBody = z.strictObject({ name: botName.optional(), ...settings }, 'an object')
const Changed = z
  .strictObject({
    id: z.string(),
    change: choiceOf(
      ['added', 'changed', 'unchanged', 'removed', 'started', 'stopped'],
      'What was done; `unchanged`: it was so already.',
    ),
    done: flag('It has come true.'),
    remaining: z.array(z.string()),
  })
  .openapi('BotChanged')
const changedExample = { id: 'btc-scalper', change: 'changed' as const, done: true, remaining: [] }
const params = z.object({ id: z.string().openapi({ description: 'Id of the bot.', example: 'btc-scalper' }) })

/** "BTC Scalper" is the account `btc-scalper`. */
const idOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 32)

/** A bot has a pair and a name where an account has assets and a label. */
const wordOf = (path: string): string => path.replace(/^assets(\[0\])?$/, 'pair').replace(/^label$/, 'name')

export const botRoutes = (app: App, { engine }: RouteDeps): void => {
  const { botsOf, botOf, bodied } = botFinder(app, engine)
  const changing = async (c: HttpContext, id: string, work: () => Promise<AdminAnswer>) => {
    exerciseScope(c, 'admin')
    noteAudit(c, { accounts: [id] })
    try {
      const { change, done, remaining } = await work()
      return c.json({ id, change, done, remaining }, 200)
    } catch (error) {
      throw error instanceof AdminRefused ? refused(error, wordOf) : error
    }
  }
  const by = (c: HttpContext) => ({ by: `token:${c.get('grant').id}`, reason: null })
  const about = { tags: ['Bots'], security: READ_ACCESS }
  const conflict = { 409: refusal('It cannot be done as things stand; nothing was changed.') }
  const changed = { ...answers('What came of it.', Changed, changedExample), ...conflict }
  const one = { params, query: noQuery }

  const list = createRoute({
    ...about,
    method: 'get',
    path: '/bots',
    summary: 'Bots with their scores and temperatures',
    request: {
      query: query({
        account_id: accountIds,
        status: choice(['running', 'stopped'], 'Only these.'),
        pair: asset,
        ...paging,
      }),
    },
    responses: answers('Bots by id.', listOf(Bot), { items: [botExample], total: 1, next: null }),
  })
  app.openapi(list, c => {
    const { account_id, status, pair, ...paged } = c.req.valid('query')
    const bots = botsOf(c, account_id)
      .map(each => each.bot)
      .filter(each => (status ?? each.status) === each.status && (pair?.includes(each.pair) ?? true))
    return c.json(
      pageOf(bots, each => each.id, paged),
      200,
    )
  })

  const create = createRoute({
    ...about,
    method: 'post',
    path: '/bots',
    summary: 'Make a bot: an account for one pair',
    security: ADMIN_ACCESS,
    request: { query: noQuery },
    responses: changed,
  })
  bodied(create, BotBody, { name: 'BTC Scalper', pair: 'BTC-USD', deposit: '1000' }, true)
  app.openapi({ ...create, hide: true }, async c => {
    exerciseScope(c, 'admin')
    const { name, pair, strategy = {}, ...words } = await readBody(c, BotBody)
    const id = idOf(name)
    if (id === '') {
      throw new Problem('body_invalid', {
        detail: `name is '${name}', but must hold a letter from a to z or a digit: the bot goes by it.`,
        remedy: 'Give it a name such as BTC Scalper. Nothing was changed.',
        parameter: 'name',
        value: name,
      })
    }
    if (!seesAccount(c.get('grant'), id)) throw accountUnknown(id)
    const said = { label: name, assets: [canonicalSymbol(pair) ?? pair], ...words }
    return changing(c, id, () =>
      engine.roster.add(id, { ...said, strategy: { ...strategy, name: 'signals' } }, by(c)),
    )
  })

  const read = createRoute({
    ...about,
    method: 'get',
    path: '/bots/{id}',
    summary: 'One bot',
    request: one,
    responses: answers('The bot.', Bot, botExample),
  })
  app.openapi(read, c => c.json(botOf(c).bot, 200))

  const change = createRoute({
    ...about,
    method: 'put',
    path: '/bots/{id}',
    summary: 'Change settings of a bot while it runs',
    security: ADMIN_ACCESS,
    request: one,
    responses: changed,
  })
  bodied(change, ChangeBody, { strategy: { confirmation_s: 300 } }, true)
  app.openapi({ ...change, hide: true }, async c => {
    exerciseScope(c, 'admin')
    const { id } = botOf(c).bot
    const { name, ...words } = await readGivenBody(c, ChangeBody)
    const said = name === undefined ? words : { ...words, label: name }
    return changing(c, id, () => engine.roster.change(id, said, by(c)))
  })

  const remove = createRoute({
    ...about,
    method: 'delete',
    path: '/bots/{id}',
    summary: 'Remove a bot; one with an open position only by force, which closes it',
    security: ADMIN_ACCESS,
    request: { params, query: query({ force: choice(['true', 'false'], '`true`: close its position.') }) },
    responses: changed,
  })
  app.openapi(remove, async c => {
    exerciseScope(c, 'admin')
    const { id, has_position } = botOf(c).bot
    const closePositions = c.req.valid('query').force === 'true'
    if (has_position && !closePositions) {
      throw new Problem('bot_holding', {
        detail: `${id} has an open position.`,
        remedy: 'Close it first, or give force=true. Nothing was changed.',
      })
    }
    return changing(c, id, () => engine.roster.remove(id, { ...by(c), closePositions }))
  })

  for (const [word, name, came, summary] of [
    ['start', 'resume', 'started', 'Let a bot evaluate and trade'],
    ['stop', 'pause', 'stopped', 'Let a bot evaluate no more; its position stays protected'],
  ] as const) {
    const route = createRoute({
      ...about,
      method: 'post',
      path: `/bots/{id}/${word}`,
      summary,
      security: TRADE_ACCESS,
      request: one,
      responses: answers('What came of it.', Changed, changedExample),
    })
    bodied(route, z.strictObject({}), {})
    app.openapi({ ...route, hide: true }, async c => {
      exerciseScope(c, 'trade')
      const { id } = botOf(c).bot
      noteAudit(c, { accounts: [id] })
      const [told] = await engine.command([id], { name, reason: null }, { by: by(c).by })
      return c.json(
        { id, change: came, done: told?.done ?? false, remaining: [...(told?.remaining ?? [])] },
        200,
      )
    })
  }
}
