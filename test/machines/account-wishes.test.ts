import { describe, expect, test } from 'vitest'
import { price, quantity } from '../../domain/units.ts'
import { AccountStage, buy } from './given-account.ts'

describe('wishes of people', () => {
  test('pause and resume at rest', () => {
    const stage = new AccountStage().ready()
    stage.command('pause')
    expect(stage.state()).toBe('paused')
    stage.candle()
    expect(stage.state()).toBe('paused')
    stage.command('resume')
    expect(stage.state()).toBe('idle')
  })

  test('pause in a cycle lets it end first, but refuses its entries', () => {
    const stage = new AccountStage().ready()
    stage.candle()
    stage.command('pause')
    expect(stage.state()).toBe('analysing')
    stage.analysed()
    expect(stage.state()).toBe('deciding')
    stage.decided(buy())
    expect(stage.state()).toBe('paused')
    expect(stage.sent('entry')).toEqual([])
    expect(stage.reported('decision.recorded')).toMatchObject([
      { decision: { outcome: 'refused', code: 'entries_stopped', actual: 'paused' } },
    ])
  })

  test('pause while an entry is in flight waits until it is protected, and keeps it so', () => {
    const stage = new AccountStage().ready()
    stage.cycle(buy())
    stage.command('pause')
    expect(stage.state()).toBe('ordering')
    stage.execute('BTC', 'entry')
    stage.serve()
    expect(stage.state()).toBe('paused')
    expect(stage.state('position:BTC')).toBe('protected.holding')
    stage.stopOut()
    expect(stage.state()).toBe('paused')
  })

  test('a halt cancels the entry in flight and keeps what has filled of it', () => {
    const stage = new AccountStage().holding()
    stage.cycle(buy('ETH'))
    stage.say.known(stage.call('submitOrder', 'entry'))
    stage.command('halt', { reason: 'emergency_stop' })
    stage.say.known(stage.call('cancelOrder', 'entry'), { status: 'cancelled' })
    expect(stage.state()).toBe('halted')
    expect(stage.state('position:ETH')).toBe('idle')
    expect(stage.state('position:BTC')).toBe('protected.holding')
  })

  test('entries stopped by hand are refused by name, exits of the strategy are not', () => {
    const stage = new AccountStage().holding()
    stage.command('stop_entries')
    expect(stage.state()).toBe('protected')
    stage.cycle(buy('ETH'))
    expect(stage.sent('entry')).toHaveLength(1)
    expect(stage.reported('decision.recorded').at(-1)).toMatchObject({
      decision: { symbol: 'ETH', outcome: 'refused', actual: 'entries stopped by hand' },
    })
    stage.cycle(buy('BTC', { action: 'close' }))
    expect(stage.sent('exit')).toHaveLength(1)
    stage.restart()
    expect(stage.account.control.entriesStopped).toBe(true)
    stage.command('allow_entries')
    expect(stage.account.control.entriesStopped).toBe(false)
  })

  test('a drain takes no entry, lets the position end by its stop, and then pauses', () => {
    const stage = new AccountStage().holding()
    stage.command('drain')
    expect(stage.state()).toBe('protected')
    stage.cycle(buy('ETH'))
    expect(stage.sent('entry')).toHaveLength(1)
    stage.stopOut()
    expect(stage.state()).toBe('paused')
    expect(stage.account.control).toMatchObject({ draining: false, paused: true })
    stage.command('resume')
    expect(stage.state()).toBe('idle')
  })

  test.each(['paused', 'halted'])('a drain ends a %s account paused, once it may', state => {
    const stage = new AccountStage().holding()
    stage.command(state === 'paused' ? 'pause' : 'halt', { reason: 'by hand' })
    stage.command('drain')
    stage.stopOut()
    expect(stage.state()).toBe(state)
    stage.command('rearm')
    expect(stage.state()).toBe('paused')
    expect(stage.account.control.draining).toBe(false)
  })

  test('resume ends a drain', () => {
    const stage = new AccountStage().holding()
    stage.command('drain')
    stage.command('resume')
    stage.cycle(buy('ETH'))
    expect(stage.sent('entry')).toHaveLength(2)
  })

  test('halt latches until it is re-armed, whatever else is wished', () => {
    const stage = new AccountStage().holding()
    stage.command('halt', { reason: 'by hand' })
    expect(stage.state()).toBe('halted')
    stage.command('resume')
    stage.restart()
    stage.say.known(stage.call('lookupOrder'), { status: 'filled', filledQuantity: quantity(1) })
    expect(stage.account.control.halted).toBe('by hand')
    stage.reconcile([{ symbol: 'BTC', direction: 'long', quantity: quantity(1), entryPrice: price(100) }])
    expect(stage.state()).toBe('halted')
    stage.command('rearm')
    expect(stage.state()).not.toBe('halted')
  })

  test('flatten closes everything, proves it, and trading goes on', () => {
    const stage = new AccountStage().holding()
    stage.command('flatten', { reason: 'close_command' })
    expect(stage.state()).toBe('closing')
    stage.execute('BTC', 'exit')
    stage.serve()
    expect(stage.state()).toBe('reconciling')
    stage.reconcile()
    expect(stage.state()).toBe('idle')
    expect(stage.account.control.flatten).toBeNull()
  })

  test('flatten of a paused and of a halted account leaves it paused and halted', () => {
    for (const [wish, state] of [
      ['pause', 'paused'],
      ['halt', 'halted'],
    ] as const) {
      const stage = new AccountStage().holding()
      stage.command(wish, { reason: 'by hand' })
      expect(stage.state()).toBe(state)
      stage.command('flatten', { reason: 'close_command' })
      expect(stage.state()).toBe('closing')
      stage.execute('BTC', 'exit')
      stage.serve()
      stage.reconcile()
      expect(stage.state()).toBe(state)
    }
  })

  test('stop closes everything and ends for good', () => {
    const stage = new AccountStage().holding()
    stage.command('stop')
    expect(stage.state()).toBe('closing')
    stage.execute('BTC', 'exit')
    stage.serve()
    stage.reconcile()
    expect(stage.state()).toBe('stopped')
    expect(stage.open()).toEqual([])
  })

  test('stop of a flat account ends at once, of one in a cycle after it', () => {
    const flat = new AccountStage().ready()
    flat.command('stop')
    expect(flat.state()).toBe('stopped')

    const busy = new AccountStage().ready()
    busy.candle()
    busy.command('stop')
    expect(busy.state()).toBe('analysing')
    busy.analysed()
    busy.decided(buy('BTC', { action: 'hold' }))
    expect(busy.state()).toBe('stopped')
  })
})
