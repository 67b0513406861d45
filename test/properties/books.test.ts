/**
 * Invariants of the books, for any fills:
 * 1. Fills commute: in any order they give the same net position and the same total profit at any mark.
 * 2. A position is the sum of its fills, and no fill makes money from nothing: profit equals cash flow plus worth.
 * 3. equity = deposits + realised + unrealised − fees − funding, to 1e-8 (P6).
 * 4. Splitting a fill in two changes nothing but its ids.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bookFunding, bookTrade, equityOf, openLedger } from '../../domain/ledger.ts'
import type { Fill } from '../../domain/order.ts'
import { applyFill, FLAT, type PositionBook, unrealisedAt } from '../../domain/position.ts'
import { Decimal, dec, money, price, quantity } from '../../domain/units.ts'

const RUNS = { numRuns: 1_000 }

const fillOf = (side: Fill['side'], size: number, at: number, index: number): Fill => ({
  tradeId: `${index}`,
  clientOrderId: null,
  venueOrderId: '',
  symbol: 'BTC',
  side,
  quantity: quantity(dec(size).div(1_000)),
  price: price(dec(at).div(100)),
  fee: money(dec(size).times(at).div(1e8)),
  liquidity: 'taker',
  reason: 'order',
  at: index,
})

const fills = fc
  .array(
    fc.tuple(
      fc.constantFrom('buy' as const, 'sell' as const),
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 1, max: 9_999_999 }),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map(rows => rows.map(([side, size, at], index) => fillOf(side, size, at, index)))
const mark = fc.integer({ min: 1, max: 9_999_999 }).map(at => price(dec(at).div(100)))

const play = (all: readonly Fill[]): PositionBook =>
  all.reduce((book, fill) => applyFill(book, fill).book, FLAT)
const signed = (book: PositionBook) => dec(book.quantity).times(book.direction === 'short' ? -1 : 1)
const profit = (book: PositionBook, at: ReturnType<typeof price>) =>
  dec(book.realised).plus(unrealisedAt(book, at)).minus(book.fees)
const near = (left: Decimal, right: Decimal) => expect(left.minus(right).abs().toNumber()).toBeLessThan(1e-8)

test('fills commute into a position', () => {
  fc.assert(
    fc.property(
      fills.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      mark,
      ([all, shuffled], at) => {
        const [one, other] = [play(all), play(shuffled)]
        expect(signed(other).toFixed()).toBe(signed(one).toFixed())
        near(profit(other, at), profit(one, at))
      },
    ),
    RUNS,
  )
})

test('a position is the sum of its fills, and its profit their cash flow plus its worth', () => {
  fc.assert(
    fc.property(fills, mark, (all, at) => {
      const book = play(all)
      let [size, cash] = [new Decimal(0), new Decimal(0)]
      for (const fill of all) {
        const sign = fill.side === 'buy' ? 1 : -1
        size = size.plus(dec(fill.quantity).times(sign))
        cash = cash.minus(dec(fill.quantity).times(fill.price).times(sign)).minus(fill.fee)
      }
      expect(signed(book).toFixed()).toBe(size.toFixed())
      near(profit(book, at), cash.plus(size.times(at)))
    }),
    RUNS,
  )
})

test('the ledger balances after any fills and funding', () => {
  fc.assert(
    fc.property(fills, fc.array(fc.integer({ min: -1_000, max: 1_000 })), mark, (all, payments, at) => {
      let [ledger, book] = [openLedger(money(1_000)), FLAT]
      for (const fill of all) {
        const booking = applyFill(book, fill)
        book = booking.book
        ledger = bookTrade(ledger, booking.realised, booking.fee)
      }
      for (const paid of payments) ledger = bookFunding(ledger, money(dec(paid).div(1_000)))
      const paid = payments.reduce((sum, each) => sum.plus(dec(each).div(1_000)), new Decimal(0))
      near(dec(equityOf(ledger, unrealisedAt(book, at))), dec(1_000).plus(profit(book, at)).minus(paid))
    }),
    RUNS,
  )
})

test('a fill in two parts books what it books in one', () => {
  fc.assert(
    fc.property(fills, fc.integer({ min: 0, max: 11 }), mark, (all, place, at) => {
      const index = place % all.length
      const whole = all[index] as Fill
      const part = dec(whole.quantity).div(4)
      const pieces = [part, dec(whole.quantity).minus(part)].map(size => ({
        ...whole,
        quantity: quantity(size),
        fee: money(dec(whole.fee).times(size).div(whole.quantity)),
      }))
      const [one, two] = [play(all), play(all.toSpliced(index, 1, ...pieces))]
      expect(signed(two).toFixed()).toBe(signed(one).toFixed())
      near(profit(two, at), profit(one, at))
    }),
    RUNS,
  )
})

test('ten thousand fills of 0.1 are exactly one thousand', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => fillOf('buy', 100, 10_000, index))
  expect(play(many).quantity).toBe('1000')
})
