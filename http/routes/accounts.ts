/** Accounts, their status and their limits. */
import { createRoute } from '@hono/zod-openapi'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import {
  Account,
  AccountStatus,
  accountExample,
  accountStatusExample,
  presentAccount,
} from '../present/account.ts'
import { presentMetrics } from '../present/performance.ts'
import { presentRisk, Risk, riskExample } from '../present/risk.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, accountParams, noQuery, paging, query } from '../query.ts'
import { accountOf, accountUnknown, selectedAccounts } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const list = createRoute({
  method: 'get',
  path: '/accounts',
  tags: ['Accounts'],
  summary: 'All accounts',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, ...paging }) },
  responses: answers('Accounts by id.', listOf(Account), { items: [accountExample], total: 1, next: null }),
})

const one = createRoute({
  method: 'get',
  path: '/accounts/{account_id}',
  tags: ['Accounts'],
  summary: 'One account',
  security: READ_ACCESS,
  request: { params: accountParams, query: noQuery },
  responses: answers('The account.', Account, accountExample),
})

const status = createRoute({
  method: 'get',
  path: '/accounts/{account_id}/status',
  tags: ['Accounts'],
  summary: 'State, money and metrics of one account',
  security: READ_ACCESS,
  request: { params: accountParams, query: noQuery },
  responses: answers('The account with its metrics.', AccountStatus, accountStatusExample),
})

const risk = createRoute({
  method: 'get',
  path: '/risk',
  tags: ['Accounts'],
  summary: 'Every limit of the accounts, and how far they are from it',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, ...paging }) },
  responses: answers('Limits by account.', listOf(Risk), { items: [riskExample], total: 1, next: null }),
})

export const accountRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(list, c => {
    const { account_id, ...page } = c.req.valid('query')
    const accounts = selectedAccounts(engine, c.get('grant'), account_id)
    const { items, total, next } = pageOf(accounts, each => each.id, page)
    return c.json({ items: items.map(presentAccount), total, next }, 200)
  })

  app.openapi(one, c => {
    const account = accountOf(engine, c.get('grant'), c.req.valid('param').account_id)
    return c.json(presentAccount(account), 200)
  })

  app.openapi(status, async c => {
    const account = accountOf(engine, c.get('grant'), c.req.valid('param').account_id)
    const metrics = presentMetrics(await engine.performance(account.id), engine.settings.performance)
    return c.json({ ...presentAccount(account), metrics }, 200)
  })

  app.openapi(risk, c => {
    const { account_id, ...page } = c.req.valid('query')
    const accounts = selectedAccounts(engine, c.get('grant'), account_id)
    const { items, total, next } = pageOf(accounts, each => each.id, page)
    const open = Map.groupBy(engine.positions(items.map(each => each.id)), each => each.accountId)
    const rows = items.map(account => {
      const settings = engine.settings.accounts.find(each => each.id === account.id)
      if (settings === undefined) throw accountUnknown(account.id)
      return presentRisk(account, settings, open.get(account.id) ?? [])
    })
    return c.json({ items: rows, total, next }, 200)
  })
}
