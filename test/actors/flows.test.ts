/** Money paid in or out is neither won nor lost, in this run and after the next start. */
import { expect, test } from 'vitest'
import { History } from '../../actors/history.ts'
import { Spend } from '../../actors/model/spend.ts'
import { performanceView } from '../../actors/performance-view.ts'
import { MemoryStore } from '../../adapters/store/memory-store.ts'
import type { Fact, FactBody } from '../../domain/fact.ts'
import { DAY_MS } from '../../domain/interval.ts'
import { money } from '../../domain/units.ts'
import { givenSettings, START } from './given.ts'

const equity = (value: string): FactBody => ({
  type: 'equity.marked',
  equity: money(value),
  balance: money(value),
  unrealised: money('0'),
  drawdown: '0',
  heat: '0',
  positions: 0,
})
const paid = (amount: string): FactBody => ({
  type: 'deposit.booked',
  amount: money(amount),
  reason: 'balance_at_the_venue',
})

/** 10,000; 5,000 more on the second day, with a profit of 100; 3,000 less on the third; another account beside it. */
const FACTS: Fact[] = (
  [
    [1, 'main', equity('10000')],
    [1.5, 'main', paid('5000')],
    [1.5, 'other', paid('-700')],
    [2, 'main', equity('15100')],
    [2.5, 'main', paid('-3000')],
    [3, 'main', equity('12100')],
  ] as [number, string, FactBody][]
).map(([day, accountId, body], index) => ({
  ...body,
  accountId,
  seq: index + 1,
  at: START + day * DAY_MS,
}))

const viewOf = (history: History, accountId: string) =>
  performanceView(
    {
      equity: history.equity(accountId),
      flows: history.flows(accountId),
      trades: history.trades(accountId),
      settings: givenSettings().performance,
      opening: '10000',
      beganAt: START,
      now: START + 3 * DAY_MS,
    },
    new Spend().total(accountId),
  )

test('deposits and withdrawals are taken out of returns and drawdown', () => {
  const history = new History()
  for (const fact of FACTS) history.note(fact)
  expect(viewOf(history, 'main')).toMatchObject({
    equity: '12100',
    totalReturnPercent: '1',
    maxDrawdownPercent: '0',
    dailyReturnPercent: '0',
  })
  expect(history.flows('other')).toEqual([{ at: START + 1.5 * DAY_MS, amount: '-700' }])
})

test('a start reads them from the journal, and says the same', async () => {
  const store = new MemoryStore()
  await store.write({ facts: FACTS, snapshots: [], documents: [] })
  const told = new History()
  for (const fact of FACTS) told.note(fact)
  const read = new History()
  await read.load(store)
  expect(read.flows('main')).toEqual(told.flows('main'))
  expect(viewOf(read, 'main')).toEqual(viewOf(told, 'main'))
})
