/** The statecharts, and the steps their actors took: what the inspector is drawn from. */
import { createRoute, z } from '@hono/zod-openapi'
import { CHARTS } from '../../actors/chart.ts'
import type { App, RouteDeps } from '../context.ts'
import {
  Machine,
  MachineSummary,
  machineExample,
  machineSummaryExample,
  presentMachine,
  presentMachineSummary,
} from '../present/machine.ts'
import { isMove, Move, moveExample, presentMove } from '../present/move.ts'
import { listOf } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { accountIds, asset, choices, cursor, invalid, limit, noQuery, period, query } from '../query.ts'
import { accountFilter, rowQuery } from '../scope.ts'
import { answers, PAGE_ACCESS } from './answers.ts'

const list = createRoute({
  method: 'get',
  path: '/machines',
  tags: ['Actors'],
  summary: 'The statecharts that actors follow',
  security: PAGE_ACCESS,
  request: { query: noQuery },
  responses: answers('One for each kind of actor.', listOf(MachineSummary), {
    items: [machineSummaryExample],
    total: 1,
    next: null,
  }),
})

const one = createRoute({
  method: 'get',
  path: '/machines/{id}',
  tags: ['Actors'],
  summary: 'One statechart, read from the machine itself',
  description: 'States, transitions, guards, actions and services by name; nothing of any account.',
  security: PAGE_ACCESS,
  request: {
    params: z.object({ id: z.string().openapi({ description: 'Kind of actor.', example: 'position' }) }),
    query: noQuery,
  },
  responses: answers('The chart.', Machine, machineExample),
})

const moves = createRoute({
  method: 'get',
  path: '/moves',
  tags: ['Actors'],
  summary: 'Steps of accounts or of positions, from the journal, newest first',
  description:
    'Steps inside a state, the short ones of a decision, and those of orders are not in the journal; ' +
    '`/events` tells them as they happen.',
  security: PAGE_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      asset,
      type: choices(
        ['account', 'position', 'started', 'administered'],
        'Whose steps; of accounts when left out, of positions with an asset. `started`: the first of every account, `administered`: those ' +
          'with which accounts were added and removed while the engine ran.',
      ),
      ...period,
      limit: limit(500, 2_000),
      cursor,
    }),
  },
  responses: answers('Steps.', listOf(Move), { items: [moveExample], total: 1, next: null }),
})

const ACTIONS = {
  account: 'account.moved',
  position: 'position.moved',
  started: 'account.started',
  administered: 'account.administered',
} as const

export const machineRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(list, c => {
    const items = CHARTS.map(presentMachineSummary)
    return c.json({ items, total: items.length, next: null }, 200)
  })

  app.openapi(one, c => {
    const { id } = c.req.valid('param')
    const chart = CHARTS.find(each => each.id === id)
    if (chart === undefined) throw machineUnknown(id)
    return c.json(presentMachine(chart), 200)
  })

  app.openapi(moves, async c => {
    const { account_id, asset: symbol, type, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const types = type ?? [symbol === undefined ? 'account' : 'position']
    if (symbol !== undefined && !types.includes('position')) {
      throw invalid('type', types.join(', '), 'position together with asset: the others are of no asset')
    }
    const action = types.map(each => ACTIONS[each])
    const page = await engine.reader.facts(rowQuery({ accountId, symbol, action, ...rest }))
    const items = page.items.filter(isMove).map(presentMove)
    return c.json({ items, total: page.total, next: page.next }, 200)
  })
}

const machineUnknown = (id: string): Problem =>
  new Problem('machine_unknown', {
    detail: `There is no machine '${id.slice(0, 100)}'.`,
    remedy: `Ask for one of ${CHARTS.map(each => each.id).join(', ')}.`,
  })
