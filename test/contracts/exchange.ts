/**
 * What the engine relies on in every adapter of the `Exchange` port, whatever stands behind it. An adapter's test file
 * calls `testExchangeContract` with a bench that starts flat, funded and with a known price.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Fill, OrderRequest, Side } from '../../domain/order.ts'
import { type Exchange, type VenueEvent, VenueRefused } from '../../domain/ports.ts'
import { dec, type Price, price, type Quantity, quantity, roundToTick } from '../../domain/units.ts'

export type ContractBench = {
  exchange: Exchange
  symbol: string
  /** Price the bench stands at. */
  price: number
  /** A lawful quantity that the account can afford several times at 1x. */
  quantity: Quantity
  /** Lets the venue execute whatever is executable at `to`, which becomes the price. */
  trade(to: number): void | Promise<void>
}

export const testExchangeContract = (
  name: string,
  create: () => ContractBench | Promise<ContractBench>,
): void => {
  describe(`${name} keeps the contract of an exchange`, () => {
    let bench: ContractBench
    let exchange: Exchange
    let symbol: string
    let events: VenueEvent[]

    beforeEach(async () => {
      bench = await create()
      exchange = bench.exchange
      symbol = bench.symbol
      events = []
      exchange.subscribe(event => events.push(event))
    })

    const away = async (share: number): Promise<Price> => {
      const instruments = await exchange.instruments()
      const found = instruments.find(each => each.symbol === symbol)
      if (found === undefined) throw new Error(`The bench has no instrument ${symbol}`)
      return roundToTick(bench.price * (1 + share), found.tickSize, 'nearest')
    }
    const order = (clientOrderId: string, changes: Partial<OrderRequest> = {}): OrderRequest => ({
      clientOrderId,
      symbol,
      side: 'buy',
      type: 'market',
      quantity: bench.quantity,
      price: null,
      triggerPrice: null,
      worstPrice: null,
      bestPrice: null,
      reduceOnly: false,
      timeInForce: 'gtc',
      validUntil: null,
      ...changes,
    })
    const refusalOf = async (ask: () => unknown): Promise<VenueRefused> => {
      try {
        await ask()
      } catch (error) {
        if (error instanceof VenueRefused) return error
        throw error
      }
      throw new Error('Nothing was refused')
    }
    const enter = async (side: Side = 'buy'): Promise<void> => {
      await exchange.submit(order('entry', { side }))
      await bench.trade(bench.price)
    }
    const size = (of: Quantity, share: number): Quantity => quantity(dec(of).times(share))

    test('a new account is flat and its equity is its balance', async () => {
      const account = await exchange.account()
      expect(dec(account.balance).gt(0)).toBe(true)
      expect(account.equity).toBe(account.balance)
      expect(dec(account.marginUsed).isZero()).toBe(true)
      expect(await exchange.positions()).toEqual([])
      expect(await exchange.openOrders()).toEqual([])
      expect(await exchange.fillsSince(0)).toEqual([])
    })

    test('a submitted limit order is open and is found by its client order id', async () => {
      const request = order('limit', { type: 'limit', price: await away(-0.05) })
      const taken = await exchange.submit(request)
      expect(taken).toMatchObject({
        ...request,
        status: 'working',
        filledQuantity: '0',
        averagePrice: null,
        reason: null,
      })
      expect(taken.venueOrderId).not.toBe('')
      expect(await exchange.lookup(symbol, 'limit')).toEqual(taken)
      expect(await exchange.openOrders()).toEqual([taken])
    })

    test('an order the venue never saw is null', async () => {
      expect(await exchange.lookup(symbol, 'never')).toBeNull()
    })

    test('a cancelled order is final and still found', async () => {
      await exchange.submit(order('limit', { type: 'limit', price: await away(-0.05) }))
      expect((await exchange.cancel(symbol, 'limit')).status).toBe('cancelled')
      expect((await exchange.lookup(symbol, 'limit'))?.status).toBe('cancelled')
      expect(await exchange.openOrders()).toEqual([])
      await bench.trade(bench.price * 0.9)
      expect(await exchange.fillsSince(0)).toEqual([])
    })

    test('cancelling a filled order returns it filled', async () => {
      await enter()
      expect(await exchange.cancel(symbol, 'entry')).toMatchObject({
        status: 'filled',
        filledQuantity: bench.quantity,
      })
      expect(await exchange.positions()).toHaveLength(1)
    })

    test('cancelling an order the venue never saw is refused', async () => {
      expect((await refusalOf(() => exchange.cancel(symbol, 'never'))).code).toBe('order_unknown')
    })

    test('a client order id is taken once, open or final', async () => {
      await exchange.submit(order('limit', { type: 'limit', price: await away(-0.05) }))
      const again = order('limit', { type: 'limit', price: await away(-0.05) })
      expect((await refusalOf(() => exchange.submit(again))).code).toBe('duplicate_client_order_id')
      await exchange.cancel(symbol, 'limit')
      expect((await refusalOf(() => exchange.submit(again))).code).toBe('duplicate_client_order_id')
      expect(await exchange.openOrders()).toEqual([])
    })

    test('a market order fills, is told as an event and makes the position', async () => {
      await enter()
      const filled = await exchange.lookup(symbol, 'entry')
      expect(filled).toMatchObject({ status: 'filled', filledQuantity: bench.quantity })
      const told = events.filter(event => event.type === 'order.filled').map(event => event.fill)
      expect(told).toEqual(await exchange.fillsSince(0))
      expect(told[0]).toMatchObject({ clientOrderId: 'entry', symbol, side: 'buy', liquidity: 'taker' })
      expect(await exchange.positions()).toMatchObject([
        { symbol, direction: 'long', quantity: bench.quantity, entryPrice: filled?.averagePrice },
      ])
    })

    test('fills since a time are those at or after it, oldest first, each with its own id', async () => {
      await enter()
      await exchange.submit(order('more'))
      await bench.trade(bench.price)
      const all: Fill[] = await exchange.fillsSince(0)
      expect(all.map(fill => fill.clientOrderId)).toEqual(['entry', 'more'])
      expect(new Set(all.map(fill => fill.tradeId)).size).toBe(2)
      expect(all.every((fill, index) => index === 0 || fill.at >= (all[index - 1] as Fill).at)).toBe(true)
      const last = all[1] as Fill
      expect(await exchange.fillsSince(last.at)).toContainEqual(last)
      expect(await exchange.fillsSince(last.at + 1)).toEqual([])
    })

    test('a stop and a target are open until the price comes, then close the position', async () => {
      await enter()
      const protection = { side: 'sell', reduceOnly: true } as const
      await exchange.submit(
        order('stop', { ...protection, type: 'stop_market', triggerPrice: await away(-0.05) }),
      )
      await exchange.submit(
        order('target', { ...protection, type: 'take_profit_market', triggerPrice: await away(0.05) }),
      )
      expect((await exchange.openOrders()).map(each => each.clientOrderId).sort()).toEqual(['stop', 'target'])
      await bench.trade(bench.price * 0.94)
      expect((await exchange.lookup(symbol, 'stop'))?.status).toBe('filled')
      expect(await exchange.positions()).toEqual([])
    })

    test('a stop that would fire at once is refused', async () => {
      await enter()
      const stop = order('stop', {
        side: 'sell',
        reduceOnly: true,
        type: 'stop_market',
        triggerPrice: await away(0.05),
      })
      expect((await refusalOf(() => exchange.submit(stop))).code).toBe('would_trigger_immediately')
    })

    test('a reduce-only order shrinks the position and never flips it', async () => {
      const exit = { side: 'sell', reduceOnly: true } as const
      expect((await refusalOf(() => exchange.submit(order('early', exit)))).code).toBe('reduce_only_rejected')
      await enter()
      await exchange.submit(order('exit', { ...exit, quantity: size(bench.quantity, 3) }))
      await bench.trade(bench.price)
      expect(await exchange.positions()).toEqual([])
      expect((await exchange.lookup(symbol, 'exit'))?.filledQuantity).toBe(bench.quantity)
    })

    test('a short position is reported as short and gains when the price falls', async () => {
      await enter('sell')
      await bench.trade(bench.price * 0.9)
      const [position] = await exchange.positions()
      expect(position).toMatchObject({ direction: 'short', quantity: bench.quantity })
      expect(dec(position?.unrealised ?? 0).gt(0)).toBe(true)
      const account = await exchange.account()
      expect(dec(account.equity).eq(dec(account.balance).plus(position?.unrealised ?? 0))).toBe(true)
    })

    test('leverage is set, answered and used by the next position', async () => {
      expect(await exchange.setLeverage(symbol, 3)).toBe(3)
      expect(await exchange.setLeverage(symbol, 3)).toBe(3)
      await enter()
      const [position] = await exchange.positions()
      expect(position?.leverage).toBe(3)
      const expected = dec(bench.quantity)
        .times(position?.entryPrice ?? price(0))
        .div(3)
      expect(
        dec(position?.margin ?? 0)
          .minus(expected)
          .abs()
          .lt('0.01'),
      ).toBe(true)
    })

    test('an order beyond the account, off the step or off the tick is refused and leaves nothing', async () => {
      const codes = [
        await refusalOf(() => exchange.submit(order('big', { quantity: size(bench.quantity, 100_000) }))),
        await refusalOf(() =>
          exchange.submit(order('step', { quantity: quantity(dec(bench.quantity).plus('1e-7')) })),
        ),
        await refusalOf(async () =>
          exchange.submit(
            order('tick', { type: 'limit', price: price(dec(await away(-0.05)).plus('1e-7')) }),
          ),
        ),
      ].map(error => error.code)
      expect(codes).toEqual(['margin_insufficient', 'quantity_off_step', 'price_off_tick'])
      expect(await exchange.openOrders()).toEqual([])
      expect(await exchange.lookup(symbol, 'big')).toBeNull()
    })

    test('a listener that left hears nothing more', async () => {
      let heard = 0
      const leave = exchange.subscribe(() => {
        heard += 1
      })
      leave()
      await enter()
      expect(heard).toBe(0)
      expect(events.length).toBeGreaterThan(0)
    })
  })
}
