/**
 * Whatever was done at the venue behind our back, and never told:
 * 1. after reconciling our quantity is the venue's exactly, and the average price within 0.01 %;
 * 2. an open position has one stop there, at our price, for all of it;
 * 3. another pass finds nothing.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { dec, price, quantity } from '../../domain/units.ts'
import { Play } from './play.ts'

type Act =
  | { do: 'trade'; side: 'buy' | 'sell'; size: string; at: number }
  | { do: 'cancel stop' }
  | { do: 'edit stop'; to: string }
  | { do: 'shrink stop'; to: string }

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('trade' as const),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    size: fc.constantFrom('0.25', '0.5', '1', '3'),
    at: fc.constantFrom(97, 99, 100, 102),
  }),
  fc.constant<Act>({ do: 'cancel stop' }),
  fc.record({ do: fc.constant('edit stop' as const), to: fc.constantFrom('90', '50', '1') }),
  fc.record({ do: fc.constant('shrink stop' as const), to: fc.constantFrom('0.01', '0.1') }),
)

const commit = ({ venue }: Play, what: Act): void => {
  const stop = venue.working.find(order => order.type === 'stop_market')
  if (what.do === 'trade') {
    venue.price = what.at
    venue.tradeByHand(what.side, what.size)
  } else if (stop === undefined) return
  else if (what.do === 'cancel stop') venue.cancel(stop.clientOrderId, 'user')
  else if (what.do === 'edit stop')
    venue.orders.set(stop.clientOrderId, { ...stop, triggerPrice: price(what.to) })
  else venue.orders.set(stop.clientOrderId, { ...stop, quantity: quantity(what.to) })
}

const lead = (isOpen: boolean): Play => {
  const play = new Play()
  play.quiet()
  if (!isOpen) return play
  play.take({ do: 'candle', action: 'buy' })
  for (let count = 0; count < 14; count += 1) {
    play.take({ do: 'answer', way: 'well', index: 0 })
    play.take({ do: 'tell', twice: false })
  }
  expect(play.state).toBe('protected.holding')
  return play
}

const differences = (play: Play): number => play.stage.reported('reconcile.differed').length

test('after a pass our books are the venue’s, an open position is protected, and another pass finds nothing', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.array(act, { minLength: 1, maxLength: 4 }),
      (isOpen, areFillsLost, acts) => {
        const play = lead(isOpen)
        for (const each of acts) commit(play, each)
        // Neither the stream tells it, nor, at times, the list of fills.
        play.venue.events = []
        if (areFillsLost) play.venue.fills.length = 0
        play.venue.price = 100
        play.stage.command('resumed')
        play.quiet()
        expect(play.stage.failure).toBeNull()
        const { book } = play
        expect(book.direction === 'short' ? `-${book.quantity}` : book.quantity).toBe(play.venue.holding)
        const stops = play.venue.working.filter(order => order.type === 'stop_market')
        if (book.direction !== null) {
          const theirs = dec(play.venue.book.entryPrice ?? 0)
          expect(
            dec(book.entryPrice ?? 0)
              .minus(theirs)
              .abs()
              .div(theirs)
              .toNumber(),
          ).toBeLessThanOrEqual(0.0001)
          expect(stops).toHaveLength(1)
          expect(stops[0]?.triggerPrice).toBe(play.stage.positionContext('position:BTC').protection.stopPrice)
          expect(dec(stops[0]?.quantity ?? 0).gte(book.quantity)).toBe(true)
        } else expect(stops).toEqual([])

        const found = differences(play)
        const before = play.book
        play.stage.command('resumed')
        play.quiet()
        expect(differences(play)).toBe(found)
        expect(play.book).toEqual(before)
      },
    ),
    { numRuns: 1_000 },
  )
})
