import { describe, expect, test } from 'vitest'
import { type FactCountQuery, type Page, QueryRefused, type RowQuery } from '../../../domain/ports.ts'
import { batchOf, Journal, proposalOf, requestOf, STARTED_AT, tradeOf } from '../journal.ts'
import type { Bench } from '../store.ts'

const walk = async <Row>(list: (query: RowQuery) => Promise<Page<Row>>, query: RowQuery): Promise<Row[]> => {
  const rows: Row[] = []
  let page = await list(query)
  rows.push(...page.items)
  while (page.next !== null) {
    page = await list({ ...query, cursor: page.next })
    expect(page.items.length).toBeGreaterThan(0)
    rows.push(...page.items)
  }
  return rows
}

export const testLists = ({ store, account }: Bench): void => {
  describe('lists', () => {
    test('facts come back as they were written, newest first', async () => {
      const journal = new Journal(account())
      journal.decide('d1')
      journal.add({ type: 'account.failed', message: 'x', restartAt: null })
      journal.intend(requestOf('e1', { symbol: 'ETH' }))
      journal.update(requestOf('e1', { symbol: 'ETH' }))
      journal.fill('t1', { symbol: 'ETH' })
      journal.add({ type: 'trade.closed', trade: tradeOf('p1', { symbol: 'ETH' }) })
      await store().write(batchOf(...journal.facts))
      const accountId = [journal.accountId]
      const { items, total, next } = await store().facts({ accountId, limit: 10 })
      expect(items).toEqual(journal.facts.toReversed())
      expect([total, next]).toEqual([6, null])
      expect((await store().facts({ accountId, symbol: 'ETH', limit: 10 })).total).toBe(4)
      const failures = await store().facts({ accountId, action: 'account.failed', limit: 10 })
      expect(failures.items.map(fact => fact.seq)).toEqual([2])
    })

    test('facts are counted by account and type, of all that match', async () => {
      const [one, other] = [new Journal(account()), new Journal(account())]
      one.add({ type: 'account.failed', message: 'x', restartAt: null })
      one.decide('d1')
      one.decide('d2', { symbol: 'ETH' })
      other.decide('d1')
      await store().write(batchOf(...one.facts, ...other.facts))
      const countsOf = async (filter: FactCountQuery) => {
        const counts = await store().factCounts({ accountId: [one.accountId, other.accountId], ...filter })
        const keyOf = (each: { accountId: string; type: string }) => `${each.accountId} ${each.type}`
        return counts.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      }
      const [failed, first, second] = one.facts.map(fact => fact.at) as [number, number, number]
      const ofOne = { accountId: one.accountId, type: 'decision.recorded', count: 2, lastAt: second }
      const ofOther = { ...ofOne, accountId: other.accountId, count: 1, lastAt: other.facts[0]?.at }
      expect(await countsOf({ action: 'decision.recorded' })).toEqual([ofOne, ofOther])
      const failures = { ...ofOne, type: 'account.failed', count: 1, lastAt: failed }
      const action = ['account.failed', 'decision.recorded']
      expect(await countsOf({ action, accountId: [one.accountId] })).toEqual([failures, ofOne])
      const part = { ...ofOne, count: 1, lastAt: first }
      expect(await countsOf({ accountId: [one.accountId], from: first, to: second })).toEqual([part])
      const eth = await countsOf({ symbol: 'ETH' })
      expect(eth).toEqual([{ ...ofOne, count: 1 }])
      expect(await countsOf({ action: 'trade.closed' })).toEqual([])
      await expect(countsOf({ status: 'x' } as FactCountQuery)).rejects.toThrow(QueryRefused)
    })

    test('a filter with several values takes rows of any of them', async () => {
      const journal = new Journal(account())
      for (const symbol of ['BTC', 'ETH', 'SOL']) {
        journal.intend(requestOf(`e-${symbol}`, { symbol }))
        journal.update(requestOf(`e-${symbol}`, { symbol }))
      }
      journal.add({ type: 'account.failed', message: 'x', restartAt: null })
      await store().write(batchOf(...journal.facts))
      const accountId = [journal.accountId]
      const orders = await walk(query => store().orders(query), {
        accountId,
        symbol: ['BTC', 'SOL'],
        limit: 1,
      })
      expect(orders.map(each => each.symbol).toSorted()).toEqual(['BTC', 'SOL'])
      const one = await store().orders({
        accountId,
        symbol: ['ETH'],
        status: ['working', 'filled'],
        limit: 5,
      })
      expect(one.items.map(each => each.symbol)).toEqual(['ETH'])
      const action = ['account.failed', 'intent.recorded']
      expect((await store().facts({ accountId, action, limit: 10 })).total).toBe(4)
      expect((await store().facts({ accountId, action, symbol: ['BTC', 'ETH'], limit: 10 })).total).toBe(2)
    })

    test('pages neither skip nor repeat rows of one time, in both directions, while rows arrive', async () => {
      const journals = [new Journal(account()), new Journal(account()), new Journal(account())]
      for (const journal of journals) for (let count = 0; count < 5; count++) journal.mark()
      const same = journals.flatMap(({ facts }) => facts.map(fact => ({ ...fact, at: STARTED_AT })))
      await store().write(batchOf(...same))
      const accountId = journals.map(journal => journal.accountId)
      const newest = await walk(query => store().facts(query), { accountId, limit: 4 })
      const oldest = await walk(query => store().facts(query), { accountId, limit: 4, oldestFirst: true })
      expect(newest).toHaveLength(15)
      expect(newest).toEqual(oldest.toReversed())
      expect(new Set(newest.map(fact => `${fact.accountId}/${fact.seq}`)).size).toBe(15)
      const first = await store().facts({ accountId, limit: 4 })
      const [journal] = journals as [Journal]
      await store().write(batchOf(journal.mark()))
      const second = await store().facts({ accountId, limit: 4, cursor: first.next ?? '' })
      expect(second.items).toEqual(newest.slice(4, 8))
      expect(second.total).toBe(15)
    })

    test('an offset passes over the newest rows, and its cursor goes on behind it', async () => {
      const journal = new Journal(account())
      for (let count = 0; count < 5; count++) journal.mark()
      await store().write(batchOf(...journal.facts))
      const query = { accountId: [journal.accountId], limit: 2 }
      const all = (await store().equity({ ...query, limit: 9 })).items
      const second = await store().equity({ ...query, offset: 1 })
      expect([second.items, second.total]).toEqual([all.slice(1, 3), 5])
      const rest = await store().equity({ ...query, cursor: second.next ?? '' })
      expect([rest.items, rest.next]).toEqual([all.slice(3), null])
      expect(await store().equity({ ...query, offset: 5 })).toEqual({ items: [], total: 5, next: null })
      const last = await store().equity({ ...query, offset: 3 })
      expect([last.items, last.next]).toEqual([all.slice(3), null])
    })

    test('a full last page has no next one', async () => {
      const journal = new Journal(account())
      for (let count = 0; count < 4; count++) journal.mark()
      await store().write(batchOf(...journal.facts))
      const query = { accountId: [journal.accountId], limit: 2 }
      const first = await store().equity(query)
      expect(first.next).not.toBeNull()
      const second = await store().equity({ ...query, cursor: first.next ?? '' })
      expect([second.items.length, second.next]).toEqual([2, null])
    })

    test('time filters take the first instant in and leave the last one out', async () => {
      const journal = new Journal(account())
      for (let count = 0; count < 5; count++) journal.mark()
      await store().write(batchOf(...journal.facts))
      const times = journal.facts.map(fact => fact.at)
      const page = await store().equity({
        accountId: [journal.accountId],
        from: times[1] ?? 0,
        to: times[3] ?? 0,
        limit: 9,
      })
      expect(page.items.map(row => row.at)).toEqual([times[2], times[1]])
      expect(page.total).toBe(2)
    })

    test('trades are ordered and filtered by their exit', async () => {
      const journal = new Journal(account())
      const exits = [300, 100, 200]
      for (const exitAt of exits) {
        const trade = tradeOf(`p${exitAt}`, { exitAt: STARTED_AT + exitAt })
        journal.add({ type: 'trade.closed', trade })
      }
      await store().write(batchOf(...journal.facts))
      const accountId = [journal.accountId]
      const all = await walk(query => store().trades(query), { accountId, limit: 1 })
      expect(all.map(trade => trade.positionId)).toEqual(['p300', 'p200', 'p100'])
      const late = await store().trades({ accountId, from: STARTED_AT + 200, limit: 9 })
      expect(late.items.map(trade => trade.positionId)).toEqual(['p300', 'p200'])
    })

    test('orders and decisions are filtered by symbol, status and action', async () => {
      const journal = new Journal(account())
      journal.decide('d1', { outcome: 'held', proposal: proposalOf({ action: 'hold' }) })
      journal.decide('d2', { symbol: 'ETH' })
      journal.intend(requestOf('e1'))
      journal.intend(requestOf('e2', { symbol: 'ETH' }))
      journal.update(requestOf('e2', { symbol: 'ETH' }), { status: 'filled' })
      await store().write(batchOf(...journal.facts))
      const query = { accountId: [journal.accountId], limit: 10 }
      const ids = async (filter: Partial<RowQuery>) =>
        (await store().decisions({ ...query, ...filter })).items.map(row => row.decisionId)
      expect(await ids({ symbol: 'ETH' })).toEqual(['d2'])
      expect(await ids({ status: 'held' })).toEqual(['d1'])
      expect(await ids({ action: 'buy' })).toEqual(['d2'])
      journal.decide('d3', { strategy: 'analysts', code: 'strategy_failed', outcome: 'held' })
      await store().write(batchOf(...journal.facts.slice(-1)))
      expect(await ids({ source: 'analysts' })).toEqual(['d3'])
      expect(await ids({ source: 'signals', symbol: 'ETH' })).toEqual(['d2'])
      expect(await ids({ code: 'strategy_failed' })).toEqual(['d3'])
      expect(await ids({ id: 'd2' })).toEqual(['d2'])
      expect(await ids({ id: 'd9' })).toEqual([])
      const named = await store().orders({ ...query, id: 'e2' })
      expect(named.items.map(row => row.clientOrderId)).toEqual(['e2'])
      const filled = await store().orders({ ...query, symbol: 'ETH', status: 'filled' })
      expect(filled.items.map(row => row.clientOrderId)).toEqual(['e2'])
      expect((await store().orders({ ...query, symbol: 'ETH', status: 'intent' })).total).toBe(0)
    })

    test('signals are decisions without texts and verdicts, with the same filters and pages', async () => {
      const journal = new Journal(account())
      journal.decide('d1')
      journal.decide('d2', { symbol: 'ETH', proposal: proposalOf({ action: 'hold' }), outcome: 'held' })
      journal.decide('d3', { strategy: 'analysts', price: null })
      await store().write(batchOf(...journal.facts))
      const query = { accountId: [journal.accountId], limit: 10 }
      const [, second] = journal.facts
      const { items } = await store().signals({ ...query, symbol: 'ETH' })
      expect(items).toEqual([
        {
          accountId: journal.accountId,
          at: second?.at,
          decisionId: 'd2',
          symbol: 'ETH',
          strategy: 'signals',
          candleAt: STARTED_AT,
          price: '60000.1',
          outcome: 'held',
          action: 'hold',
        },
      ])
      const ids = (await walk(each => store().signals(each), { ...query, limit: 1 })).map(
        each => each.decisionId,
      )
      expect(ids).toEqual(['d3', 'd2', 'd1'])
      expect((await store().signals({ ...query, source: 'analysts' })).items[0]?.price).toBeNull()
    })

    const refused: { what: string; ask: () => Promise<unknown>; message: RegExp }[] = [
      { what: 'a limit of zero', ask: () => store().orders({ limit: 0 }), message: /at least 1, not 0/ },
      { what: 'a limit of half a row', ask: () => store().diary({ limit: 0.5 }), message: /not 0\.5/ },
      { what: 'an offset below zero', ask: () => store().diary({ limit: 1, offset: -1 }), message: /not -1/ },
      {
        what: 'an offset with a cursor',
        ask: () => store().fills({ limit: 1, offset: 2, cursor: 'abc' }),
        message: /offset or a cursor/,
      },
      { what: 'a foreign cursor', ask: () => store().fills({ limit: 1, cursor: 'abc' }), message: /cursor/ },
      {
        what: 'a cursor of other content',
        ask: () => store().facts({ limit: 1, cursor: Buffer.from('[1,2,"x",4]').toString('base64url') }),
        message: /cursor/,
      },
      ...[0, -1].map(total => ({
        what: `a cursor of ${total} rows`,
        ask: () =>
          store().facts({
            limit: 1,
            cursor: Buffer.from(`[${STARTED_AT},"main",1,${total}]`).toString('base64url'),
          }),
        message: /cursor/,
      })),
      {
        what: 'a filter the list does not have',
        ask: () => store().equity({ limit: 1, symbol: 'BTC' }),
        message: /equity cannot be filtered by symbol \(asked for "BTC"\)/,
      },
    ]
    test.each(refused)('$what is refused in words', async ({ ask, message }) => {
      const error = await ask().catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(QueryRefused)
      expect((error as Error).message).toMatch(message)
    })
  })
}
