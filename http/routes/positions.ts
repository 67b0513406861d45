/** Positions: the open ones from the engine, the closed ones from the store, in one list. */
import { createRoute } from '@hono/zod-openapi'
import type { PositionSummary } from '../../actors/engine-view.ts'
import type { Page, TradeRow } from '../../domain/ports.ts'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { Position, positionExample, presentClosedPosition, presentOpenPosition } from '../present/position.ts'
import { type ListOf, listOf } from '../present/shape.ts'
import { accountIds, asset, choice, paging, query } from '../query.ts'
import { accountFilter, rowQuery } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const list = createRoute({
  method: 'get',
  path: '/positions',
  tags: ['Trading'],
  summary: 'Open and closed positions',
  description: 'Open ones by account and asset, then closed ones, newest first.',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      asset,
      status: choice(['open', 'closed', 'all'], 'Which positions; `open` when left out.'),
      ...paging,
    }),
  },
  responses: answers('Positions.', listOf(Position), { items: [positionExample], total: 1, next: null }),
})

/** Cursors of the closed part begin so; no cursor of the open part has a colon in it. */
const CLOSED = 'closed:'

export const positionRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(list, async c => {
    const { account_id, asset: symbol, status = 'open', limit, cursor } = c.req.valid('query')
    const grant = c.get('grant')
    const filter = accountFilter(engine, grant, account_id)

    const open = engine.positions(filter).filter(each => symbol?.includes(each.symbol) ?? true)
    const closedPage = (rows: number, from: string | undefined) =>
      engine.trades(rowQuery({ accountId: filter, symbol, limit: rows, cursor: from }))

    if (status === 'open') return c.json(presentOpen(openPage(open, limit, cursor)), 200)
    if (status === 'closed') return c.json(presentClosed(await closedPage(limit, cursor)), 200)
    return c.json(await bothParts(open, closedPage, limit, cursor), 200)
  })
}

const openPage = (
  open: PositionSummary[],
  limit: number,
  cursor: string | undefined,
): ListOf<PositionSummary> => pageOf(open, each => `${each.accountId}/${each.symbol}`, { limit, cursor })

const presentOpen = (page: ListOf<PositionSummary>): ListOf<Position> => ({
  items: page.items.map(presentOpenPosition),
  total: page.total,
  next: page.next,
})

const presentClosed = (page: Page<TradeRow>): ListOf<Position> => ({
  items: page.items.map(presentClosedPosition),
  total: page.total,
  next: page.next,
})

const bothParts = async (
  open: PositionSummary[],
  closedPage: (rows: number, from: string | undefined) => Promise<Page<TradeRow>>,
  limit: number,
  cursor: string | undefined,
): Promise<ListOf<Position>> => {
  const inClosed = cursor?.startsWith(CLOSED) ?? false
  const first = inClosed ? null : openPage(open, limit, cursor)
  const room = first === null ? limit : first.next === null ? limit - first.items.length : 0
  // Asked for one row even when there is no room: its total belongs to the answer.
  const from = (inClosed && cursor?.slice(CLOSED.length)) || undefined
  const closed = presentClosed(await closedPage(Math.max(room, 1), from))
  const closedNext = room === 0 ? (closed.total > 0 ? CLOSED : null) : closed.next && CLOSED + closed.next
  return {
    items: [...(first?.items ?? []).map(presentOpenPosition), ...(room === 0 ? [] : closed.items)],
    total: open.length + closed.total,
    next: first?.next ?? closedNext,
  }
}
