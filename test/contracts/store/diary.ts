import { expect, test } from 'vitest'
import { everyRow } from '../../../actors/every-row.ts'
import { money, price, quantity } from '../../../domain/units.ts'
import { batchOf, Journal, proposalOf, requestOf, tradeOf } from '../journal.ts'
import type { Bench } from '../store.ts'

export const testDiary = ({ store, account }: Bench): void => {
  const entries = async (accountId: string) =>
    (await store().diary({ accountId: [accountId], limit: 100, oldestFirst: true })).items
  const iso = (at: number) => new Date(at).toISOString()

  test('an executed buy has all sixteen diary fields, completed as its facts arrive', async () => {
    const journal = new Journal(account())
    const decided = journal.decide('d1', { proposal: proposalOf({ target: { price: price('61200') } }) })
    const request = requestOf('e1')
    const bare = { tp_price: '61200', sl_price: '59000', order_result: null, amount: null, filled: false }
    await store().write(batchOf(decided))
    expect(await entries(journal.accountId)).toMatchObject([bare])
    await store().write(batchOf(journal.intend(request)))
    expect(await entries(journal.accountId)).toMatchObject([{ order_result: 'intent', amount: '0.5' }])
    const filled = {
      status: 'filled',
      filledQuantity: quantity('0.5'),
      averagePrice: price('60010.5'),
    } as const
    await store().write(batchOf(journal.update(request, filled)))
    const opened = journal.open({ entryPrice: '60010.5' })
    await store().write(batchOf(opened, journal.protect()))
    expect(await entries(journal.accountId)).toEqual([
      {
        account_id: journal.accountId,
        timestamp: iso(decided.at),
        asset: 'BTC',
        action: 'buy',
        allocation_usd: '30005.25',
        amount: '0.5',
        entry_price: '60010.5',
        tp_price: '61200',
        tp_oid: 'v-t1',
        sl_price: '59000',
        sl_oid: 'v-s1',
        exit_plan: 'out below 59000',
        rationale: 'breakout',
        order_result: 'filled 0.5 at 60010.5',
        opened_at: iso(opened.at),
        filled: true,
      },
    ])
  })

  test('holds and refusals are in the diary with their reason', async () => {
    const journal = new Journal(account())
    const proposal = proposalOf({ action: 'hold', rationale: 'nothing to do' })
    journal.decide('d1', { outcome: 'held', proposal })
    journal.decide('d2', { outcome: 'refused', code: 'heat_exceeded', limit: '0.06', actual: '0.07' })
    journal.decide('d3', { outcome: 'confirming', code: 'signal_young' })
    await store().write(batchOf(...journal.facts))
    expect(await entries(journal.accountId)).toMatchObject([
      { action: 'hold', rationale: 'nothing to do', order_result: null, filled: false },
      { action: 'buy', order_result: 'refused: heat_exceeded (limit 0.06, actual 0.07)' },
      { action: 'buy', order_result: 'confirming: signal_young' },
    ])
  })

  test('an order that fails is in the diary with the words of the venue', async () => {
    const journal = new Journal(account())
    journal.decide('d1', { proposal: proposalOf({ allocation: money('30000') }) })
    journal.intend(requestOf('e1'))
    journal.update(requestOf('e1'), { status: 'rejected', reason: 'margin is insufficient' })
    await store().write(batchOf(...journal.facts))
    expect(await entries(journal.accountId)).toMatchObject([
      { order_result: 'rejected: margin is insufficient', filled: false, allocation_usd: '30000' },
    ])
  })

  test('protection orders and exits leave the entry of the buy alone', async () => {
    const journal = new Journal(account())
    journal.decide('d1')
    journal.intend(requestOf('e1'))
    journal.intend(requestOf('s1', { side: 'sell' }), 'stop')
    journal.update(requestOf('s1', { side: 'sell' }), {}, 'stop')
    journal.intend(requestOf('x1', { side: 'sell' }), 'exit')
    await store().write(batchOf(...journal.facts))
    expect(await entries(journal.accountId)).toMatchObject([{ action: 'buy', order_result: 'intent' }])
  })

  test('the entry of a buy names the newest stop and the newest target that the venue took', async () => {
    const journal = new Journal(account())
    const target = (id: string, at: string) =>
      requestOf(id, { side: 'sell', type: 'take_profit_market', triggerPrice: price(at), reduceOnly: true })
    const tell = (id: string, at: string, status: 'working' | 'rejected') => [
      journal.intend(target(id, at), 'target'),
      journal.update(target(id, at), { status }, 'target'),
    ]
    const levels = async () =>
      (await entries(journal.accountId)).map(each => [each.sl_oid, each.tp_oid, each.tp_price])
    await store().write(batchOf(journal.decide('d1'), journal.open()))
    await store().write(batchOf(journal.protect({ targetOrderId: null, targetPrice: price('61000') })))
    expect(await levels()).toEqual([['v-s1', null, '61000']])
    await store().write(batchOf(journal.intend(target('t1', '61200'), 'target')))
    expect(await levels()).toEqual([['v-s1', null, '61000']])
    await store().write(batchOf(journal.update(target('t1', '61200'), {}, 'target')))
    expect(await levels()).toEqual([['v-s1', 't1', '61200']])
    await store().write(batchOf(...tell('t2', '61200', 'rejected'), ...tell('t3', '61200', 'working')))
    const moved = { stopOrderId: 'v-s2', targetOrderId: null, targetPrice: null }
    await store().write(batchOf(journal.protect(moved)))
    expect(await levels()).toEqual([['v-s2', 't3', '61200']])
    await store().write(batchOf(journal.update(target('t1', '61200'), { status: 'cancelled' }, 'target')))
    expect(await levels()).toEqual([['v-s2', 't3', '61200']])
  })

  test('what comes with the trade that tells a position completes the entry of its decision', async () => {
    const journal = new Journal(account())
    await store().write(batchOf(journal.decide('d1')))
    const trade = journal.add({ type: 'trade.closed', trade: tradeOf('p1') })
    await store().write(batchOf(trade, journal.protect()))
    expect(await entries(journal.accountId)).toMatchObject([{ sl_oid: 'v-s1' }, { action: 'close' }])
  })

  test('a decision to close is completed by its exit and the trade gets an entry of its own', async () => {
    const journal = new Journal(account())
    const exit = requestOf('x1', { side: 'sell', reduceOnly: true })
    journal.decide('d2', {
      outcome: 'closing',
      proposal: proposalOf({ action: 'close', stop: null, target: null }),
    })
    journal.intend(exit, 'exit', 'd2')
    const averagePrice = price('60500')
    journal.update(exit, { status: 'filled', filledQuantity: quantity('0.5'), averagePrice }, 'exit')
    const trade = tradeOf('p1', { exitReason: 'signal', exitPrice: averagePrice, pnl: money('220') })
    journal.add({ type: 'trade.closed', trade })
    await store().write(batchOf(...journal.facts))
    expect(await entries(journal.accountId)).toMatchObject([
      { action: 'close', entry_price: null, order_result: 'filled 0.5 at 60500', filled: true },
      {
        action: 'close',
        entry_price: '60000',
        amount: '0.5',
        rationale: 'long closed by signal',
        order_result: 'closed at 60500, pnl 220',
        opened_at: iso(trade.entryAt),
      },
    ])
  })

  test('differences to the venue and tripped limits are in the diary', async () => {
    const journal = new Journal(account())
    const quantities = { ours: '0', theirs: '0.5' }
    journal.add({
      type: 'reconcile.differed',
      symbol: 'BTC',
      what: 'quantity',
      ...quantities,
      action: 'adopted the position',
    })
    journal.add({ type: 'limit.tripped', limit: 'drawdown', line: '0.25', actual: '0.2613' })
    journal.add({ type: 'limit.rearmed', limit: 'drawdown' })
    await store().write(batchOf(...journal.facts))
    expect(await entries(journal.accountId)).toMatchObject([
      {
        asset: 'BTC',
        action: 'reconcile',
        rationale: "quantity: ours 0, the venue's 0.5",
        order_result: 'adopted the position',
      },
      { asset: '', action: 'limit_tripped', rationale: 'drawdown reached 0.2613, its line is 0.25' },
      { action: 'limit_rearmed', rationale: 'drawdown re-armed' },
    ])
  })

  test('every entry of the diary is read, oldest first, beyond one page', async () => {
    const journal = new Journal(account())
    for (let index = 0; index < 1203; index++) journal.decide(`d${index}`)
    await store().write(batchOf(...journal.facts))
    const range = { accountId: [journal.accountId] }
    const stamps: string[] = []
    for await (const row of everyRow(query => store().diary(query), range, 500)) stamps.push(row.timestamp)
    expect(stamps).toEqual(journal.facts.map(fact => iso(fact.at)))
  })
}
