/** Decisions when people ask for them: only to be looked at, or carried out like any other. */
import { createRoute, z } from '@hono/zod-openapi'
import type { AccountSummary } from '../../actors/engine-view.ts'
import { canonicalSymbol } from '../../domain/symbol.ts'
import { exerciseScope, noteAudit } from '../audit.ts'
import { bodyAccountIds, readBody } from '../body.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import {
  AskedDecision,
  askedExample,
  Cycle,
  cycleExample,
  presentAsked,
  presentCycle,
} from '../present/cycle.ts'
import { listOf } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { accountIds, noQuery, paging, query } from '../query.ts'
import { accountOf, goesBy, selectedAccounts, visibleAccounts } from '../scope.ts'
import { answers, READ_ACCESS, refusal, TRADE_ACCESS } from './answers.ts'

const nameText = 'a name of 1 to 200 characters'
const name = z.string(nameText).min(1, nameText).max(200, nameText)
const AskBody = z.strictObject(
  {
    model: name.optional().openapi({ description: 'Model of the account, or its id or label.' }),
    account_id: name.optional().openapi({ description: 'The account; this or `model` is needed.' }),
    symbol: name.openapi({ description: 'One of its assets.' }),
  },
  'an object with symbol, and model or account_id',
)
const CycleBody = z.strictObject({ account_id: bodyAccountIds }, 'an object')
/** Decisions of one cycle that are looked for. */
const CYCLE_MAX = 100

const PATHS = [
  ['/llm/decision', 'Ask an account for a decision now; nothing is executed', false],
  ['/llm/execute-decision', 'Ask an account for a decision now, and carry it out like any other', true],
] as const

export const cycleRoutes = (app: App, { engine }: RouteDeps): void => {
  const askedAccount = (c: HttpContext, body: z.infer<typeof AskBody>): AccountSummary => {
    const grant = c.get('grant')
    if (body.account_id !== undefined) return accountOf(engine, grant, body.account_id)
    const wanted = body.model
    if (wanted === undefined) {
      throw new Problem('body_invalid', {
        detail: 'model or account_id must be given.',
        remedy: 'GET /accounts lists the accounts. Nothing was changed.',
        parameter: 'account_id',
      })
    }
    const found = visibleAccounts(engine, grant).filter(each => goesBy(each, wanted))
    const one = found.find(each => each.id === wanted) ?? found[0]
    if (one === undefined || (found.length > 1 && one.id !== wanted)) {
      throw new Problem(one === undefined ? 'model_unknown' : 'model_ambiguous', {
        detail: `${found.length} accounts go by the model '${wanted.slice(0, 100)}'.`,
        remedy: 'Name one as account_id; GET /models lists them.',
      })
    }
    return one
  }
  const assetOf = (account: AccountSummary, given: string): string => {
    const asset = canonicalSymbol(given)
    if (asset !== null && account.assets.includes(asset)) return asset
    throw new Problem('body_invalid', {
      detail: `symbol must be one of ${account.assets.join(', ')}.`,
      remedy: 'Name an asset of the account. Nothing was changed.',
      parameter: 'symbol',
    })
  }

  for (const [path, summary, executes] of PATHS) {
    const route = createRoute({
      method: 'post',
      path,
      tags: ['Decisions'],
      summary,
      description: 'A model is asked for money: it counts in the budget of the account.',
      security: TRADE_ACCESS,
      request: { query: noQuery },
      responses: {
        ...answers('The decision.', AskedDecision, { ...askedExample, executed: executes }),
        409: refusal('Several accounts go by this name, or the account makes no decisions now.'),
      },
    })
    const body = {
      content: { 'application/json': { schema: AskBody, example: { account_id: 'default', symbol: 'BTC' } } },
      required: true,
    }
    app.openAPIRegistry.registerPath({ ...route, request: { ...route.request, body } })
    app.openapi({ ...route, hide: true }, async c => {
      exerciseScope(c, 'trade')
      const asked = await readBody(c, AskBody)
      const account = askedAccount(c, asked)
      const asset = assetOf(account, asked.symbol)
      noteAudit(c, { accounts: [account.id] })
      if (!executes) {
        const decisions = await engine.insight.decide(account.id, asset)
        return c.json(presentAsked(account.id, asset, false, decisions, []), 200)
      }
      const { decisions, remaining } = await engine.insight.cycle(account.id, [asset])
      if (decisions.length === 0 && remaining.length > 0) {
        throw new Problem('account_resting', {
          detail: `${remaining.join('; ')}.`,
          remedy: 'GET /accounts shows the state of the account; resume or re-arm it first.',
        })
      }
      return c.json(presentAsked(account.id, asset, true, decisions, remaining), 200)
    })
  }

  const Cycles = listOf(Cycle)
  const cycle = createRoute({
    method: 'post',
    path: '/cycle',
    tags: ['Decisions'],
    summary: 'One decision cycle now, carried out like any other',
    security: TRADE_ACCESS,
    request: { query: noQuery },
    responses: answers('What came of it, by account.', Cycles, {
      items: [cycleExample],
      total: 1,
      next: null,
    }),
  })
  const body = {
    content: { 'application/json': { schema: CycleBody, example: { account_id: 'default' } } },
    required: false,
  }
  app.openAPIRegistry.registerPath({ ...cycle, request: { ...cycle.request, body } })
  app.openapi({ ...cycle, hide: true }, async c => {
    exerciseScope(c, 'trade')
    const { account_id: asked } = await readBody(c, CycleBody)
    const chosen = selectedAccounts(engine, c.get('grant'), typeof asked === 'string' ? [asked] : asked)
    noteAudit(c, { accounts: chosen.map(each => each.id) })
    const items = await Promise.all(
      chosen.map(async ({ id, assets }) => {
        const { at, decisions, remaining } = await engine.insight.cycle(id, assets)
        return presentCycle(id, at, decisions, remaining)
      }),
    )
    return c.json({ items, total: items.length, next: null }, 200)
  })

  const last = createRoute({
    method: 'get',
    path: '/cycle/last',
    tags: ['Decisions'],
    summary: 'The last decision cycle of each account',
    security: READ_ACCESS,
    request: { query: query({ account_id: accountIds, ...paging }) },
    responses: answers('Cycles by account.', Cycles, { items: [cycleExample], total: 1, next: null }),
  })
  app.openapi(last, async c => {
    const { account_id, ...paged } = c.req.valid('query')
    const page = pageOf(selectedAccounts(engine, c.get('grant'), account_id), each => each.id, paged)
    const items = await Promise.all(
      page.items.map(async ({ id }) => {
        const rows = await engine.reader.decisions({ accountId: [id], limit: CYCLE_MAX })
        const at = rows.items[0]?.candleAt ?? null
        return presentCycle(
          id,
          at,
          rows.items.filter(each => each.candleAt === at),
          [],
        )
      }),
    )
    return c.json({ items, total: page.total, next: page.next }, 200)
  })
}
