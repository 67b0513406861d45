import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../domain/interval.ts'
import { price, quantity } from '../../domain/units.ts'
import { fillOf, SLOT } from './given.ts'
import { AccountStage, accountSettings, buy } from './given-account.ts'

const decisions = (stage: AccountStage) =>
  stage
    .reported('decision.recorded')
    .map(report => report.decision as { outcome: string; code: string | null })

describe('a cycle', () => {
  test('goes from a closed candle to a protected position', () => {
    const stage = new AccountStage()
    expect(stage.state()).toBe('reconciling')
    stage.reconcile()
    expect(stage.state()).toBe('idle')
    stage.candle()
    expect(stage.state()).toBe('analysing')
    stage.analysed()
    expect(stage.state()).toBe('deciding')
    stage.decided(buy())
    expect(stage.state()).toBe('ordering')
    stage.execute('BTC', 'entry')
    expect(stage.state()).toBe('ordering')
    stage.serve()
    expect(stage.state()).toBe('protected')
    expect(decisions(stage)).toMatchObject([{ outcome: 'approved' }])
    stage.stopOut()
    expect(stage.state()).toBe('idle')
    expect(stage.account.ledger.realised).toBe('-5')
    expect(stage.account.counters.tradesToday).toBe(1)
  })

  test('that holds comes back to rest at once', () => {
    const stage = new AccountStage().ready()
    stage.cycle(buy('BTC', { action: 'hold' }))
    expect(stage.state()).toBe('idle')
    expect(decisions(stage)).toMatchObject([{ outcome: 'held' }])
  })

  test('of a quiet candle is none', () => {
    const stage = new AccountStage().ready()
    stage.send({ type: 'candle.closed', symbols: ['BTC'], quiet: true })
    expect(stage.state()).toBe('idle')
  })

  test('goes on while positions are held, one decision for the others', () => {
    const stage = new AccountStage().holding()
    stage.cycle(buy('BTC'), buy('ETH'))
    expect(decisions(stage).slice(1)).toMatchObject([{ outcome: 'ignored' }, { outcome: 'approved' }])
    expect(stage.state('position:ETH')).toBe('ordering.sent')
  })

  test('whose entry is refused comes back to rest', () => {
    const stage = new AccountStage().ready()
    stage.cycle(buy())
    stage.say.refused(stage.call('submitOrder'), 'margin_insufficient')
    expect(stage.state()).toBe('idle')
  })

  test('that closes sends a reduce-only exit', () => {
    const stage = new AccountStage().holding()
    stage.cycle(buy('BTC', { action: 'close' }))
    expect(stage.sent('exit')).toMatchObject([{ reduceOnly: true, quantity: '1' }])
    expect(stage.state()).toBe('protected')
    stage.execute('BTC', 'exit')
    stage.serve()
    expect(stage.state()).toBe('idle')
  })

  test.each(['analyse', 'not ready', 'decide'])('that fails three times in a row waits: %s', where => {
    const stage = new AccountStage().ready()
    for (let count = 0; count < 3; count += 1) {
      expect(stage.state()).toBe('idle')
      stage.candle()
      if (where === 'analyse') stage.call('analyseMarket').fail(new Error('down'))
      else if (where === 'not ready') {
        stage.call('analyseMarket').answer({ ready: false, reason: 'no_market_data', at: stage.at })
      } else {
        stage.analysed()
        stage.call('decide').fail(new Error('down'))
      }
    }
    expect(stage.state()).toBe('cooldown')
    expect(decisions(stage)).toHaveLength(3)
    const until = stage.at + 300_000
    expect(stage.account.timing.until).toBe(until)
    expect(stage.account.control).toMatchObject({ cooldownUntil: until, reason: 'repeated_failures' })
    stage.pass(299_999)
    expect(stage.state()).toBe('cooldown')
    stage.pass(1)
    expect(stage.state()).toBe('idle')
    expect(stage.account.control).toMatchObject({ cooldownUntil: null, reason: null })
  })
})

describe('limits', () => {
  test('a daily loss waits for the next UTC day once flat', () => {
    const stage = new AccountStage().holding()
    stage.mark(940)
    expect(stage.reported('limit.tripped')).toMatchObject([{ limit: 'daily_loss' }])
    expect(stage.state()).toBe('protected')
    stage.cycle(buy('ETH'))
    expect(decisions(stage).at(-1)).toMatchObject({ outcome: 'refused', code: 'daily_loss_exceeded' })
    stage.stopOut()
    expect(stage.state()).toBe('cooldown')
    const midnight = stage.at - (stage.at % DAY_MS) + DAY_MS
    expect(stage.account.timing.until).toBe(midnight)
    stage.command('resume')
    expect(stage.state()).toBe('cooldown')
    stage.pass(midnight - stage.at - 1)
    expect(stage.state()).toBe('cooldown')
    stage.pass(1)
    expect(stage.state()).toBe('idle')
    expect(stage.account.breakers.dailyLossTripped).toBe(false)
  })

  test('a drawdown that flattens closes, halts and stays so until re-armed', () => {
    const stage = new AccountStage({ dailyLossRatioMax: null }).holding()
    stage.mark(740)
    expect(stage.state()).toBe('closing')
    stage.execute('BTC', 'exit', '90')
    stage.serve()
    stage.reconcile()
    expect(stage.state()).toBe('halted')
    expect(stage.reported('trade.closed')).toMatchObject([{ trade: { exitReason: 'drawdown' } }])
    stage.command('resume')
    expect(stage.state()).toBe('halted')
    stage.command('rearm')
    expect(stage.state()).toBe('idle')
    expect(stage.account.breakers).toMatchObject({ drawdownTripped: false, peakEquity: '990' })
  })

  test('a drawdown that halts waits for the re-arm line, not for the trip line', () => {
    const stage = new AccountStage({ dailyLossRatioMax: null, emergencyAction: 'halt' }).holding()
    stage.mark(740)
    expect(stage.state()).toBe('hysteresis')
    stage.mark(790)
    expect(stage.state()).toBe('hysteresis')
    stage.candle()
    stage.mark(810)
    expect(stage.state()).toBe('protected')
    expect(stage.reported('limit.rearmed')).toMatchObject([{ limit: 'drawdown' }])
  })

  test('a drawdown that halts becomes final when the last position closes', () => {
    const stage = new AccountStage({ dailyLossRatioMax: null, emergencyAction: 'halt' }).holding()
    stage.mark(740)
    stage.command('pause')
    expect(stage.state()).toBe('hysteresis')
    stage.stopOut()
    expect(stage.state()).toBe('halted')
    stage.command('rearm')
    expect(stage.state()).toBe('paused')
  })

  test('hysteresis and cooldown make way for a flatten and for a halt', () => {
    const stage = new AccountStage({ dailyLossRatioMax: null, emergencyAction: 'halt' }).holding()
    stage.mark(740)
    stage.command('flatten', { reason: 'close_command' })
    expect(stage.state()).toBe('closing')
    stage.command('halt', { reason: 'by hand' })
    stage.execute('BTC', 'exit')
    stage.serve()
    stage.reconcile()
    expect(stage.state()).toBe('halted')
  })
})

describe('the venue', () => {
  test('that cannot be reached degrades the account, and is asked again soon, then more and more seldom', () => {
    const stage = new AccountStage()
    stage.call('reconcileAccount').answer({ reachable: false, message: 'no route', at: stage.at })
    expect(stage.state()).toBe('degraded')
    expect(stage.account.control.reason).toBe('no route')
    for (const wait of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      stage.pass(wait - 1)
      expect(stage.state()).toBe('degraded')
      stage.pass(1)
      expect(stage.state()).toBe('reconciling')
      stage.call('reconcileAccount').fail(new Error('timed out'))
    }
    stage.pass(10_000)
    stage.reconcile()
    expect(stage.state()).toBe('idle')
    expect(stage.account.counters.unreachable).toBe(0)
  })

  test('tells fills that were missed and positions that differ', () => {
    const stage = new AccountStage().holding()
    const missed = fillOf(stage.sent('stop')[0] as never, { at: stage.at })
    stage.restart()
    for (const call of stage.open('lookupOrder')) stage.say.filled(call)
    stage.reconcile([], [missed])
    expect(stage.account.ledger.realised).toBe('-5')
    expect(stage.reported('reconcile.differed')).toEqual([])
    expect(stage.state('position:BTC')).toBe('cooldown')
  })

  test('positions of assets that are not ours are left alone', () => {
    const stage = new AccountStage()
    stage.reconcile([{ symbol: 'DOGE', direction: 'long', quantity: quantity(5), entryPrice: price(1) }])
    expect(stage.state()).toBe('idle')
    expect(stage.sent()).toEqual([])
  })
})

describe('settings', () => {
  test('new limits hold from now on, and a new asset gets its position', () => {
    const stage = new AccountStage().ready()
    const settings = { ...accountSettings({ tradesPerDayMax: 0 }), assets: ['BTC', 'ETH', 'SOL'] }
    const positions = { BTC: SLOT, ETH: { ...SLOT, cooldownMs: 1 }, SOL: SLOT }
    stage.send({ type: 'settings.changed', settings, positions })
    expect(stage.state('position:SOL')).toBe('idle')
    expect(stage.positionContext('position:ETH').settings.cooldownMs).toBe(1)
    stage.cycle(buy())
    expect(decisions(stage)).toMatchObject([{ outcome: 'refused', code: 'trades_per_day_exceeded' }])
  })
})
