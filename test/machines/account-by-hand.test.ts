/** What a person decides takes the road of every decision: only the question to the strategy is left out. */
import { describe, expect, test } from 'vitest'
import type { RiskLimits } from '../../domain/settings.ts'
import type { Proposal } from '../../domain/strategy.ts'
import { money, price, quantity } from '../../domain/units.ts'
import { strategySettings } from '../domain/strategy-settings.ts'
import { SLOT } from './given.ts'
import { AccountStage, accountSettings, buy } from './given-account.ts'

const byHand = (change: Partial<Proposal> = {}, order: Partial<Proposal['manual']> = {}): Proposal =>
  buy('BTC', {
    confidence: null,
    ...change,
    manual: { requestId: 'r1', by: 'token:me', quantity: null, limitPrice: null, asked: '', ...order },
  })

const give = (stage: AccountStage, proposal: Proposal): void =>
  stage.send({ type: 'proposal.given', proposal })

/** Given and analysed: decided, then. */
const decide = (stage: AccountStage, proposal: Proposal): AccountStage => {
  give(stage, proposal)
  stage.analysed()
  return stage
}

const decisions = (stage: AccountStage) =>
  stage.reported('decision.recorded').map(each => each['decision'] as Record<string, unknown>)

describe('an order by hand', () => {
  test('is approved, ordered and protected like any other, and nobody is asked', () => {
    const stage = decide(new AccountStage().ready(), byHand())
    expect(stage.open('decide')).toEqual([])
    expect(stage.state()).toBe('ordering')
    expect(decisions(stage)).toMatchObject([
      { decisionId: 'main-manual-r1', strategy: 'manual', outcome: 'approved', proposal: byHand() },
    ])
    expect(stage.sent('entry')).toMatchObject([{ side: 'buy', quantity: '1', type: 'market' }])
    stage.execute('BTC', 'entry')
    stage.serve()
    expect(stage.state()).toBe('protected')
    expect(stage.positionContext('position:BTC').plan?.decisionId).toBe('main-manual-r1')
  })

  test('of so many units is of so many units', () => {
    const stage = decide(
      new AccountStage().ready(),
      byHand({ allocation: null }, { quantity: quantity('0.7') }),
    )
    expect(stage.sent('entry')).toMatchObject([{ quantity: '0.7' }])
  })

  test('without a stop gets the one that the rules of the account derive', () => {
    const stage = decide(new AccountStage().ready(), byHand({ stop: null }))
    stage.execute('BTC', 'entry')
    // 1.5 times the ATR of 2, below the mark of 100.
    expect(stage.sent('stop')).toMatchObject([{ triggerPrice: '97', reduceOnly: true }])
  })

  test('without a stop is refused where the rules of the account refuse that', () => {
    const stage = decide(new AccountStage({ stop: 'reject' }).ready(), byHand({ stop: null }))
    expect(decisions(stage)).toMatchObject([{ outcome: 'refused', code: 'stop_missing' }])
  })

  test('with a limit fills there or better, and never beyond what the account allows', () => {
    const near = decide(new AccountStage().ready(), byHand({}, { limitPrice: price(100.5) }))
    expect(near.sent('entry')).toMatchObject([{ worstPrice: '100.5' }])
    const far = decide(new AccountStage().ready(), byHand({}, { limitPrice: price(150) }))
    expect(far.sent('entry')).toMatchObject([{ worstPrice: '101' }])
    const short = { action: 'sell', stop: { price: price(105) } } as const
    const sold = decide(new AccountStage().ready(), byHand(short, { limitPrice: price(99.5) }))
    expect(sold.sent('entry')).toMatchObject([{ side: 'sell', worstPrice: '99.5' }])
  })

  const CAPS: [Partial<RiskLimits>, Partial<Proposal>, string][] = [
    [{ tradesPerDayMax: 0 }, {}, 'trades_per_day_exceeded'],
    [{ positionsMax: 0 }, {}, 'positions_exceeded'],
    [{ heatRatioMax: 0.000_001 }, {}, 'quantity_below_step'],
    [{}, { leverage: -1 }, 'leverage_invalid'],
    [{}, { stop: { price: price(105) } }, 'stop_on_wrong_side'],
    [{}, { target: { price: price(90) } }, 'target_on_wrong_side'],
    [{}, { allocation: money(1) }, 'notional_below_minimum'],
  ]
  test.each(CAPS)('meets the limits %o as %o, and is refused by %s', (limits, change, code) => {
    const stage = decide(new AccountStage(limits).ready(), byHand(change))
    expect(stage.state()).toBe('idle')
    expect(stage.sent('entry')).toEqual([])
    expect(decisions(stage)).toMatchObject([{ outcome: 'refused', code, strategy: 'manual' }])
    expect(decisions(stage)[0]?.['risk']).not.toEqual([])
  })

  test('larger than a cap is cut to it', () => {
    const stage = decide(new AccountStage({ positionRatioMax: 0.05 }).ready(), byHand())
    expect(stage.sent('entry')).toMatchObject([{ quantity: '0.495' }])
  })

  test('is refused while entries are stopped by hand', () => {
    const stage = new AccountStage().ready()
    stage.command('stop_entries')
    decide(stage, byHand())
    expect(decisions(stage)).toMatchObject([{ code: 'entries_stopped', actual: 'entries stopped by hand' }])
  })

  test('in the cooldown of its asset is refused: a person is no exception', () => {
    const stage = new AccountStage().holding()
    stage.stopOut()
    decide(stage, byHand())
    expect(decisions(stage).at(-1)).toMatchObject({ outcome: 'refused', code: 'cooldown_active' })
  })

  test('does not have to last where signals do', () => {
    const stage = new AccountStage().ready()
    const strategy = strategySettings({ confirmationMs: 300_000, confidenceMin: 60, targetRewardRatio: null })
    const positions = { BTC: SLOT, ETH: SLOT }
    stage.send({ type: 'settings.changed', settings: { ...accountSettings(), strategy }, positions })
    decide(stage, byHand())
    expect(decisions(stage)).toMatchObject([{ outcome: 'approved' }])
  })

  test('for more of what is open is refused by the rule for that', () => {
    const stage = decide(new AccountStage().holding(), byHand())
    expect(decisions(stage).at(-1)).toMatchObject({ outcome: 'refused', code: 'position_open' })
  })
})

describe('a sale by hand against what was bought', () => {
  const sell = (order: Partial<Proposal['manual']>, change: Partial<Proposal> = {}) =>
    byHand({ action: 'sell', allocation: null, stop: null, ...change }, order)

  test('closes it at once, and opens nothing the other way', () => {
    const stage = decide(new AccountStage().holding(), sell({ quantity: quantity(3) }))
    expect(decisions(stage).at(-1)).toMatchObject({ outcome: 'closing', strategy: 'manual' })
    expect(stage.sent('exit')).toMatchObject([{ side: 'sell', quantity: '1', reduceOnly: true }])
    stage.execute('BTC', 'exit')
    stage.serve()
    expect(stage.sent('entry')).toHaveLength(1)
    expect(stage.reported('trade.closed')).toMatchObject([{ trade: { exitReason: 'close_command' } }])
  })

  test('reduces it by as much as was asked for', () => {
    const units = decide(new AccountStage().holding(), sell({ quantity: quantity('0.333') }))
    expect(units.sent('exit')).toMatchObject([{ quantity: '0.333', reduceOnly: true }])
    const value = decide(new AccountStage().holding(), sell({}, { allocation: money(25) }))
    expect(value.sent('exit')).toMatchObject([{ quantity: '0.25', reduceOnly: true }])
  })

  test('closes so many units each time, however many are still on their way', () => {
    const stage = new AccountStage().holding()
    for (const requestId of ['a', 'b']) decide(stage, sell({ quantity: quantity('0.4'), requestId }))
    stage.execute('BTC', 'exit')
    stage.serve()
    stage.execute('BTC', 'exit')
    stage.serve()
    expect(stage.sent('exit').map(each => each.quantity)).toEqual(['0.4', '0.4'])
    expect(stage.positionContext('position:BTC').book.quantity).toBe('0.2')
  })

  test('closes everything once all of it was asked for in parts', () => {
    const stage = new AccountStage().holding()
    for (const requestId of ['a', 'b', 'c', 'd'])
      decide(stage, sell({ quantity: quantity('0.5'), requestId }))
    stage.execute('BTC', 'exit')
    stage.execute('BTC', 'exit')
    stage.serve()
    expect(stage.sent('exit').map(each => each.quantity)).toEqual(['0.5', '0.5'])
    expect(stage.positionContext('position:BTC').book.direction).toBeNull()
    expect(decisions(stage).map(each => each['code'])).toEqual([
      null,
      null,
      null,
      ...Array(2).fill('position_closing'),
    ])
  })

  test.each([
    ['units', { quantity: quantity('0.0000000019') }, {}, '0.0000000019'],
    ['a value', {}, { allocation: money('0.05') }, '0.0005'],
  ])('of less than a step, in %s, closes nothing and is refused by it', (_, order, change, actual) => {
    const stage = decide(new AccountStage().holding(), sell(order, change))
    expect(stage.sent('exit')).toEqual([])
    expect(decisions(stage).at(-1)).toMatchObject({
      outcome: 'refused',
      code: 'quantity_below_step',
      limit: '0.001',
      actual,
    })
  })

  test('with a limit is refused: an exit takes none', () => {
    const stage = decide(
      new AccountStage().holding(),
      sell({ quantity: quantity('0.5'), limitPrice: price(188) }),
    )
    expect(stage.sent('exit')).toEqual([])
    expect(stage.state('position:BTC')).toBe('protected.holding')
    expect(decisions(stage).at(-1)).toMatchObject({
      outcome: 'refused',
      code: 'limit_on_close',
      actual: '188',
      risk: [],
    })
  })
})

describe('the cycle of an order by hand', () => {
  test('lets a candle that closes meanwhile have its own turn', () => {
    const stage = new AccountStage().ready()
    give(stage, byHand({ stop: { price: price(105) } }))
    stage.candle(['ETH'])
    stage.analysed()
    expect(stage.state()).toBe('analysing')
    stage.analysed()
    expect(stage.call('decide').input).toMatchObject({ symbols: ['ETH'] })
  })

  test.each(['paused', 'halted', 'reconciling', 'deciding', 'ordering'])('is not begun in %s', state => {
    const stage = new AccountStage()
    if (state !== 'reconciling') stage.ready()
    if (state === 'paused') stage.command('pause')
    if (state === 'halted') stage.command('halt', { reason: 'by hand' })
    if (state === 'deciding' || state === 'ordering') {
      stage.candle(['ETH'])
      stage.analysed()
    }
    if (state === 'ordering') stage.decided(buy('ETH'))
    expect(stage.state()).toBe(state)
    give(stage, byHand())
    expect(stage.state()).toBe(state)
    expect(stage.account.cycle.given ?? null).toBeNull()
    expect(decisions(stage).filter(each => each['strategy'] === 'manual')).toEqual([])
  })

  test('that is withdrawn before it is analysed orders nothing, and says so in its record', () => {
    const stage = new AccountStage().ready()
    give(stage, byHand())
    stage.send({ type: 'proposal.withdrawn' })
    expect(stage.state()).toBe('idle')
    expect(stage.account.cycle.given).toBeNull()
    expect(decisions(stage)).toMatchObject([
      { decisionId: 'main-manual-r1', outcome: 'held', code: 'withdrawn', strategy: 'manual' },
    ])
  })

  test('that is withdrawn after it was decided stays decided', () => {
    const stage = decide(new AccountStage().ready(), byHand())
    stage.send({ type: 'proposal.withdrawn' })
    expect(stage.state()).toBe('ordering')
    expect(decisions(stage)).toHaveLength(1)
  })

  test('that finds no market is held by name, and is no failure of the strategy', () => {
    const stage = new AccountStage().ready()
    for (const requestId of ['a', 'b', 'c', 'd']) {
      give(stage, byHand({}, { requestId }))
      stage.call('analyseMarket').answer({ ready: false, reason: 'no_market_data', at: stage.at })
    }
    expect(stage.state()).toBe('idle')
    expect(stage.account.counters.failures).toBe(0)
    expect(decisions(stage).map(each => each['code'])).toEqual(Array(4).fill('no_market_data'))
  })

  test('that a restart meets before its decision has never been', () => {
    const stage = new AccountStage().ready()
    give(stage, byHand())
    expect(stage.state()).toBe('analysing')
    stage.restart()
    stage.ready()
    expect(stage.state()).toBe('idle')
    expect(stage.account.cycle.given).toBeNull()
    stage.candle()
    stage.analysed()
    expect(stage.state()).toBe('deciding')
    expect(decisions(stage)).toEqual([])
    expect(stage.sent()).toEqual([])
  })

  test('gives way to a flattening', () => {
    const stage = new AccountStage().holding()
    give(stage, byHand({ symbol: 'ETH' }))
    stage.command('flatten', { reason: 'panic' })
    expect(stage.state()).toBe('closing')
    expect(decisions(stage).at(-1)).toMatchObject({ outcome: 'held', code: 'flattening', strategy: 'manual' })
    expect(stage.account.cycle.given).toBeNull()
  })
})

describe('an entry that is taken back', () => {
  test('after a part of it has filled keeps and protects that part', () => {
    const stage = decide(new AccountStage().ready(), byHand())
    stage.say.known(stage.call('submitOrder', 'entry'))
    stage.partFill('BTC', '0.4')
    expect(stage.state('position:BTC')).toMatch(/^protecting/)
    stage.send({ type: 'entry.cancel', reason: 'cancelled_by_hand' }, 'position:BTC')
    stage.serve()
    expect(stage.state('position:BTC')).toBe('protected.holding')
    const { slots, book } = stage.positionContext('position:BTC')
    expect(book.quantity).toBe('0.4')
    expect(slots.used.map(use => use.leg)).toEqual(['stop'])
  })
})
