/**
 * 1. equity = deposits + realised + unrealised − fees − funding to 1e-8, after every move; Σ fills = position.
 * 2. A reduce-only order never opens, grows or flips a position.
 * 3. Free margin is not negative after an accepted entry.
 * 4. The same inputs give the same outputs.
 * 5. Saving and restoring at any point is invisible.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scripts } from './arbitraries.ts'
import { Player } from './player.ts'

const SEED = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) }

describe('properties', () => {
  test('The books agree with an auditor who saw only the events, whatever is asked', () => {
    fc.assert(
      fc.property(scripts, script => {
        expect(new Player(script).live().faults).toEqual([])
      }),
      { numRuns: 1000, ...SEED },
    )
  })

  test('The same inputs give the same outputs', () => {
    fc.assert(
      fc.property(scripts, script => {
        expect(new Player(script).live()).toEqual(new Player(script).live())
      }),
      { numRuns: 200, ...SEED },
    )
  })

  test('Saving and restoring at any point is invisible', () => {
    fc.assert(
      fc.property(scripts, fc.integer({ min: 1, max: 4 }), (script, every) => {
        const restored = new Player(script, move => move % every === 0).live()
        expect(restored).toEqual(new Player(script).live())
      }),
      { numRuns: 1000, ...SEED },
    )
  })

  test('Random lives reach fills, liquidations, flips, expiries and every kind of refusal', () => {
    const seen = new Set<string>()
    for (const script of fc.sample(scripts, { numRuns: 600, seed: 1 })) {
      const { events, refusals } = new Player(script).live()
      for (const code of refusals) seen.add(code)
      for (const event of events) {
        if (event.type === 'order.filled') seen.add(`${event.fill.reason} ${event.fill.liquidity}`)
        else if (event.type === 'order.updated') seen.add(`${event.order.status} ${event.order.reason}`)
        else seen.add(event.type)
      }
    }
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'order maker',
        'order taker',
        'liquidation taker',
        'funding.paid',
        'cancelled requested',
        'expired reduce_only',
        'expired margin_insufficient',
        'expired ioc_remainder',
        'expired not_marketable',
        'would_trigger_immediately',
        'post_only_would_cross',
        'reduce_only_rejected',
        'margin_insufficient',
        'leverage_locked',
        'notional_below_minimum',
      ]),
    )
  })
})
