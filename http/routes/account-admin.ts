/** Accounts of a running engine: added, changed, removed and started by admins. */
import { createRoute, z } from '@hono/zod-openapi'
import { type AdminAnswer, type AdminRefusalCode, AdminRefused } from '../../actors/account-admin.ts'
import { CREDENTIAL_FIELDS } from '../../domain/credential.ts'
import { scrub } from '../../domain/scrub.ts'
import { Secret } from '../../domain/secret.ts'
import { exerciseScope, noteAudit } from '../audit.ts'
import { seesAccount } from '../auth.ts'
import { readBody, readGivenBody } from '../body.ts'
import { requireConfirm } from '../confirm.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { accountExample } from '../present/account.ts'
import { Administration, administrationExamples, presentAdministration } from '../present/administration.ts'
import { Problem, type ProblemCode } from '../problem.ts'
import { accountParams, choice, noQuery, query } from '../query.ts'
import { accountOf, accountUnknown } from '../scope.ts'
import { ADMIN_ACCESS, answersCommand, problems, refusal } from './answers.ts'
import { reason } from './control-route.ts'
import { keeping, modelKey } from './credentials.ts'

const idText = 'a name of up to 32 letters, digits, - or _'
const group = (what: string) =>
  z
    .record(z.string(), z.unknown(), `a group as under ${what} of the configuration file`)
    .nullable()
    .optional()
const word = () => z.union([z.string(), z.number()], 'a text or a number').nullable().optional()

/** What is in the groups is read by the configuration itself, which names what is wrong with it. */
const WORDS = {
  label: z.string('a name to show').nullable().optional(),
  deposit: word().openapi({ description: 'Starting balance in quote currency; fixed once it has traded.' }),
  assets: z.array(z.string('the name of an asset'), 'a list of assets').nullable().optional(),
  interval: z.string('a candle length such as 5m').nullable().optional(),
  strategy: z
    .union([z.string(), z.record(z.string(), z.unknown())], 'the name of a strategy, or a group')
    .nullable()
    .optional(),
  model: group('model').openapi({ description: 'Without keys, addresses and files: the file says those.' }),
  shadow_of: z.string('the id of an account').nullable().optional(),
  risk: group('risk'),
  cooldown_intervals: word(),
  cooldown_s_min: word(),
  naked_s_max: word(),
  reconcile_s: word(),
  unknown_orders: z.string('leave or cancel').nullable().optional(),
  unknown_positions: z.string('close, adopt or report').nullable().optional(),
  reason,
}
const ChangeBody = z.strictObject(WORDS, 'an object').openapi({
  description: 'Words of `accounts:` in the configuration file; `null` takes a word back.',
})
const AddBody = z.strictObject(
  {
    id: z.string(idText).regex(/^[A-Za-z0-9_-]{1,32}$/, idText),
    ...WORDS,
    model_api_key: modelKey.optional().openapi({
      description:
        'Key of its model. Kept encrypted for the host of the model’s address, and never told back.',
      writeOnly: true,
    }),
  },
  'an object with an id',
)

const StartBody = z.strictObject({ reason }, 'an object')

const responsesOf = (change: Administration['change']) => ({
  ...answersCommand(
    'It has come true.',
    'Taken; not all of it has come true yet. Ask again.',
    Administration,
    administrationExamples(change),
  ),
  409: refusal('It cannot be done as things stand; nothing was changed.'),
})

const CODES: Record<AdminRefusalCode, ProblemCode> = {
  exists: 'account_exists',
  unknown: 'account_unknown',
  busy: 'account_busy',
  last: 'account_last',
  needed: 'account_needed',
  fixed: 'account_fixed',
  invalid: 'body_invalid',
}

export const accountAdminRoutes = (app: App, { engine, credentials, log }: RouteDeps): void => {
  const about = { tags: ['Accounts'] as [string], security: ADMIN_ACCESS }

  /** Takes the stored key of a removed account away; one whose positions stay may have to come back for them. */
  const keyAfter = (id: string, positionsStay: boolean): 'removed' | 'kept' | undefined => {
    try {
      if (!credentials?.describe(id).some(each => each.hasKey)) return undefined
      if (positionsStay) return 'kept'
      for (const field of CREDENTIAL_FIELDS) credentials.remove(id, field)
      return 'removed'
    } catch (error) {
      log.error({ component: 'http', account_id: id, err: error }, 'the key of a removed account stays')
      return 'kept'
    }
  }

  const answer = async (
    c: HttpContext,
    id: string,
    work: () => Promise<AdminAnswer>,
    positionsStay = false,
  ) => {
    noteAudit(c, { accounts: [id] })
    try {
      const came = await work()
      const key = came.change === 'removed' && came.done ? keyAfter(id, positionsStay) : undefined
      const after = { change: came.change, done: came.done, ...(key === undefined ? {} : { model_key: key }) }
      noteAudit(c, { after: { [id]: after } })
      const account = engine.accounts([id]).find(each => each.id === id)
      return c.json(presentAdministration(came, account, key), came.done ? 200 : 202)
    } catch (error) {
      throw error instanceof AdminRefused ? refused(error) : error
    }
  }
  const said = (c: HttpContext, why: string | undefined) => ({
    by: `token:${c.get('grant').id}`,
    reason: why === undefined ? null : scrub(why),
  })

  const described = (
    route: Parameters<typeof createRoute>[0],
    schema: z.ZodType,
    example: object,
    required = true,
  ) => {
    const body = { content: { 'application/json': { schema, example } }, required }
    app.openAPIRegistry.registerPath({ ...route, request: { ...route.request, body } })
  }

  const add = createRoute({
    ...about,
    method: 'post',
    path: '/accounts',
    summary: 'Add an account; it trades from the next candle on',
    description:
      'In the words of `accounts:` in the configuration file, which stays as it is. An id that was there before goes on ' +
      'with its books. The key of a model comes with it as `model_api_key`, or from the environment as LLM_API_KEY_<id>; ' +
      'a key in the configuration goes first.',
    request: { query: noQuery },
    responses: { ...responsesOf('added'), ...problems('credentials_unavailable') },
  })
  described(add, AddBody, { id: 'second', assets: ['BTC'], deposit: '1000', strategy: 'signals' })
  app.openapi({ ...add, hide: true }, async c => {
    exerciseScope(c, 'admin')
    const { id, reason: why, model_api_key: plain, ...words } = await readBody(c, AddBody)
    if (!seesAccount(c.get('grant'), id)) throw accountUnknown(id)
    if (plain === undefined) return answer(c, id, () => engine.roster.add(id, words, said(c, why)))
    const [value, store] = [new Secret(plain), keeping(credentials)]
    const given = {
      value,
      keep: (host: string) => void store.put(id, 'model_api_key', value, host),
      drop: () => void store.remove(id, 'model_api_key'),
    }
    return answer(c, id, () => engine.roster.add(id, words, { ...said(c, why), modelKey: given }))
  })

  const change = createRoute({
    ...about,
    method: 'put',
    path: '/accounts/{account_id}',
    summary: 'Change settings of an account while it trades',
    description: 'Only what is said changes. The account compares itself with its venue before it goes on.',
    request: { params: accountParams, query: noQuery },
    responses: responsesOf('changed'),
  })
  described(change, ChangeBody, { risk: { heat_pct_max: 3 }, assets: ['BTC', 'ETH'] })
  app.openapi({ ...change, hide: true }, async c => {
    exerciseScope(c, 'admin')
    const { id } = accountOf(engine, c.get('grant'), c.req.valid('param').account_id)
    const { reason: why, ...words } = await readGivenBody(c, ChangeBody)
    return answer(c, id, () => engine.roster.change(id, words, said(c, why)))
  })

  const remove = createRoute({
    ...about,
    method: 'delete',
    path: '/accounts/{account_id}',
    summary: 'Remove an account, with its positions closed or kept',
    description:
      'With `close_positions=true` everything is closed first. Else entry orders are cancelled, and positions stay at the ' +
      'venue behind their stops with nobody to watch them. What was written down stays readable. A stored key of its model ' +
      'goes with the account, and stays where positions do.',
    request: {
      params: accountParams,
      query: query({
        close_positions: choice(['true', 'false'], '`true`: close everything first.'),
        confirm: z.string('one id').optional().openapi({
          description: 'The id again, where positions are open and stay: nobody watches them then.',
          example: 'default',
        }),
      }),
    },
    responses: responsesOf('removed'),
  })
  app.openapi(remove, async c => {
    exerciseScope(c, 'admin')
    const { id } = accountOf(engine, c.get('grant'), c.req.valid('param').account_id)
    const { close_positions, confirm: again } = c.req.valid('query')
    const closePositions = close_positions === 'true'
    const positionsStay = !closePositions && engine.positions().some(each => each.accountId === id)
    if (positionsStay) {
      requireConfirm(again, [id], 'Its open positions would stay at the venue with nobody to watch them')
    }
    const work = () => engine.roster.remove(id, { ...said(c, undefined), closePositions })
    return answer(c, id, work, positionsStay)
  })

  const start = createRoute({
    ...about,
    method: 'post',
    path: '/accounts/{account_id}/start',
    summary: 'Start an account that was stopped; one that is paused goes on',
    request: { params: accountParams, query: noQuery },
    responses: responsesOf('started'),
  })
  described(start, StartBody, { reason: 'news are over' }, false)
  app.openapi({ ...start, hide: true }, async c => {
    exerciseScope(c, 'admin')
    const { id } = accountOf(engine, c.get('grant'), c.req.valid('param').account_id)
    const { reason: why } = await readBody(c, StartBody)
    return answer(c, id, () => engine.roster.start(id, said(c, why)))
  })
}

const LINES_MAX = 20

/** `wordOf`: what the body of the path calls a word of the configuration. */
export const refused = (error: AdminRefused, wordOf: (path: string) => string = path => path): Problem => {
  const [first] = error.problems
  if (first === undefined) {
    return new Problem(CODES[error.code], {
      detail: scrub(error.message).slice(0, 2_000),
      remedy: `Nothing was changed. GET /accounts shows the accounts, such as ${accountExample.account_id}.`,
    })
  }
  const told = error.problems.slice(0, LINES_MAX)
  const lines = told.map(({ path, message }) => (path === '' ? message : `${wordOf(path)}: ${message}`))
  const remedies = [...new Set(told.map(each => each.remedy))]
  return new Problem(CODES[error.code], {
    detail: scrub(lines.join('\n')).slice(0, 2_000),
    remedy: scrub(`${remedies.join(' ')} Nothing was changed.`).slice(0, 2_000),
    ...(first.path === '' ? {} : { parameter: wordOf(first.path) }),
  })
}
