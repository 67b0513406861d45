/**
 * A property, once in many thousand runs: fills that were missed came together, and the position grew, shrank and grew to
 * the same size again. The stop of that size had been sent after the first of them; the last one moved the average entry,
 * and the stop price with it. Our books then had a confirmed stop at a price where none stood.
 */
import { expect, test } from 'vitest'
import { Play } from '../properties/play.ts'

const FILLS = [
  { side: 'buy', at: 102 },
  { side: 'sell', at: 97 },
  { side: 'buy', at: 102 },
] as const

test('a stop that was sent before the last fill is replaced by one at the price we mean', () => {
  const play = new Play()
  play.quiet()
  play.take({ do: 'candle', action: 'buy' })
  for (let count = 0; count < 14; count += 1) {
    play.take({ do: 'answer', way: 'well', index: 0 })
    play.take({ do: 'tell', twice: false })
  }
  for (const { side, at } of FILLS) {
    play.venue.price = at
    play.venue.tradeByHand(side, '0.25')
  }
  play.venue.events = []
  play.venue.price = 100
  play.stage.command('resumed')
  play.quiet()
  const { protection } = play.stage.positionContext('position:BTC')
  const stops = play.venue.working.filter(order => order.type === 'stop_market')
  expect(protection.confirmed).toBe(true)
  expect(stops.map(each => [each.triggerPrice, each.quantity])).toEqual([
    [protection.stopPrice, play.book.quantity],
  ])
})
