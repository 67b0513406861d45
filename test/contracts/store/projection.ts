import { expect, test } from 'vitest'
import { money, price, quantity } from '../../../domain/units.ts'
import { batchOf, decisionOf, Journal, proposalOf, requestOf, STARTED_AT, tradeOf } from '../journal.ts'
import type { Bench } from '../store.ts'

export const testProjection = ({ store, account }: Bench): void => {
  const only = (accountId: string) => ({ accountId: [accountId], limit: 100 })

  test('an intent is an order on record before the venue knows of it', async () => {
    const journal = new Journal(account())
    const request = requestOf('e1')
    const intent = journal.intend(request)
    await store().write(batchOf(intent))
    const { items } = await store().orders(only(journal.accountId))
    expect(items).toEqual([
      {
        ...request,
        accountId: journal.accountId,
        status: 'intent',
        venueOrderId: null,
        filledQuantity: '0',
        averagePrice: null,
        reason: null,
        createdAt: intent.at,
        updatedAt: intent.at,
        leg: 'entry',
        positionId: 'p1',
        decisionId: 'd1',
        history: [{ status: 'intent', at: intent.at }],
      },
    ])
  })

  test('an order keeps every status it has had, across batches', async () => {
    const journal = new Journal(account())
    const request = requestOf('e1')
    const half = { filledQuantity: quantity('0.25'), averagePrice: price('60000') }
    journal.intend(request)
    journal.update(request)
    journal.update(request)
    journal.update(request, half)
    journal.update(request, { ...half, status: 'cancelled', reason: 'expired by us' })
    for (const fact of journal.facts) await store().write(batchOf(fact))
    const [order] = (await store().orders(only(journal.accountId))).items
    expect(order?.history.map(line => line.status)).toEqual([
      'intent',
      'working',
      'partially_filled',
      'cancelled',
    ])
    expect(order?.history.map(line => line.at)).toEqual(
      [1, 2, 4, 5].map(second => STARTED_AT + second * 1000),
    )
    expect(order).toMatchObject({ status: 'cancelled', filledQuantity: '0.25', reason: 'expired by us' })
    expect(order).toMatchObject({ decisionId: 'd1', positionId: 'p1', leg: 'entry' })
  })

  test('an order of unknown outcome says so until news arrive', async () => {
    const journal = new Journal(account())
    const request = requestOf('e1')
    const { accountId } = journal
    journal.intend(request)
    journal.add({
      type: 'order.unknown',
      clientOrderId: 'e1',
      symbol: 'BTC',
      leg: 'entry',
      message: 'timeout',
    })
    await store().write(batchOf(...journal.facts))
    expect((await store().orders({ ...only(accountId), status: 'unknown' })).total).toBe(1)
    await store().write(batchOf(journal.update(request, { status: 'filled' })))
    const [order] = (await store().orders({ ...only(accountId), status: 'filled' })).items
    expect(order?.history.map(line => line.status)).toEqual(['intent', 'unknown', 'filled'])
  })

  test('an order that is not ours is known from its first news', async () => {
    const journal = new Journal(account())
    journal.update(requestOf('by-hand'), {}, null)
    await store().write(batchOf(...journal.facts))
    const [order] = (await store().orders(only(journal.accountId))).items
    expect(order).toMatchObject({ leg: null, decisionId: null, history: [{ status: 'working' }] })
  })

  test('two partial fills are two rows and a trade id is booked once', async () => {
    const journal = new Journal(account())
    journal.fill('t1', { quantity: quantity('0.2') })
    const second = journal.fill('t2', { quantity: quantity('0.3') })
    journal.fill('t2', { quantity: quantity('0.3') })
    await store().write(batchOf(...journal.facts))
    await store().write(batchOf(journal.fill('t1', { quantity: quantity('0.2') })))
    const { items, total } = await store().fills(only(journal.accountId))
    expect(total).toBe(2)
    expect(items.map(fill => fill.quantity)).toEqual(['0.3', '0.2'])
    if (second.type !== 'fill.booked') throw new Error('not a fill')
    const { accountId } = journal
    expect(items[0]).toEqual({ ...second.fill, accountId, leg: 'entry', positionId: 'p1', realised: '0' })
  })

  test('a trade is listed when it is closed, whole', async () => {
    const journal = new Journal(account())
    const { accountId } = journal
    const partials = [
      {
        quantity: quantity('0.1'),
        exitPrice: price('61000'),
        exitAt: STARTED_AT + 5,
        realised: money('100'),
        fees: money('2'),
      },
    ]
    const trade = tradeOf('p1', { partials, targetPrice: price('61200.5') })
    await store().write(batchOf(journal.fill('t1'), journal.open(), journal.protect()))
    expect((await store().trades(only(accountId))).total).toBe(0)
    await store().write(batchOf(journal.add({ type: 'trade.closed', trade })))
    expect((await store().trades(only(accountId))).items).toEqual([{ ...trade, accountId }])
  })

  test('nothing changes a closed trade', async () => {
    const journal = new Journal(account())
    const trade = tradeOf('p1')
    journal.add({ type: 'trade.closed', trade })
    const paid = money('9')
    journal.add({ type: 'funding.booked', symbol: 'BTC', positionId: 'p1', rate: 0.0001, paid })
    journal.fill('late')
    await store().write(batchOf(...journal.facts))
    const { accountId } = journal
    expect((await store().trades(only(accountId))).items).toEqual([{ ...trade, accountId }])
  })

  test('amounts come back as they were written, to the last digit', async () => {
    const journal = new Journal(account())
    const { accountId } = journal
    const fine = '1000000000000000000.000000000000000001'
    const amounts = [fine, `-${fine}`, '0', '12.00', '0.00000000000000000000000000000001', '-7']
    for (const amount of amounts)
      journal.add({
        type: 'equity.marked',
        equity: amount as ReturnType<typeof money>,
        balance: amount as ReturnType<typeof money>,
        unrealised: money(0),
        drawdown: amount,
        heat: amount,
        positions: 0,
      })
    await store().write(batchOf(...journal.facts))
    const { items } = await store().equity({ ...only(accountId), oldestFirst: true })
    for (const field of ['equity', 'balance', 'drawdown', 'heat'] as const)
      expect(items.map(row => row[field])).toEqual(amounts)
  })

  test('a decision comes back whole, with the risk record and the proposal', async () => {
    const journal = new Journal(account())
    const refused = decisionOf('d2', {
      outcome: 'refused',
      code: 'heat_exceeded',
      limit: '0.06',
      actual: '0.07',
      proposal: proposalOf({ action: 'sell', allocation: money('250.50'), rationale: 'Größe "x" \\ \n €' }),
    })
    const fact = journal.add({ type: 'decision.recorded', decision: refused })
    await store().write(batchOf(fact))
    const { items } = await store().decisions(only(journal.accountId))
    expect(items).toEqual([{ ...refused, accountId: journal.accountId, at: fact.at }])
  })

  test('two accounts may use the same ids and see nothing of each other', async () => {
    const [one, other] = [new Journal(account()), new Journal(account())]
    for (const journal of [one, other]) {
      journal.decide('d1')
      journal.intend(requestOf('e1'))
      journal.fill('t1')
    }
    other.update(requestOf('e1'), { status: 'rejected', reason: 'margin' })
    await store().write(batchOf(...one.facts, ...other.facts))
    expect((await store().orders(only(one.accountId))).items.map(row => row.status)).toEqual(['intent'])
    expect((await store().orders(only(other.accountId))).items.map(row => row.status)).toEqual(['rejected'])
    expect((await store().diary(only(one.accountId))).items.map(row => row.order_result)).toEqual(['intent'])
    const both = { accountId: [one.accountId, other.accountId], limit: 10 }
    expect((await store().fills(both)).total).toBe(2)
    expect((await store().fills({ accountId: [], limit: 10 })).total).toBe(0)
  })
}
