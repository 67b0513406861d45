import { describe, expect, test } from 'vitest'
import { money } from '../../domain/units.ts'
import { accountMachine } from '../../machines/account.ts'
import { fillOf } from './given.ts'
import { AccountStage, buy } from './given-account.ts'

describe('a restart', () => {
  const lead: Record<string, () => AccountStage> = {
    reconciling: () => new AccountStage(),
    idle: () => new AccountStage().ready(),
    protected: () => new AccountStage().holding(),
    analysing: () => {
      const stage = new AccountStage().holding()
      stage.candle()
      return stage
    },
    deciding: () => {
      const stage = lead.analysing?.() as AccountStage
      stage.analysed()
      return stage
    },
    ordering: () => {
      const stage = lead.deciding?.() as AccountStage
      stage.decided(buy('ETH'))
      return stage
    },
    hysteresis: () => {
      const stage = new AccountStage({ dailyLossRatioMax: null, emergencyAction: 'halt' }).holding()
      stage.mark(740)
      return stage
    },
    cooldown: () => {
      const stage = new AccountStage().holding()
      stage.mark(940)
      stage.stopOut()
      return stage
    },
    closing: () => {
      const stage = new AccountStage().holding()
      stage.command('flatten', { reason: 'close_command' })
      return stage
    },
    paused: () => {
      const stage = new AccountStage().holding()
      stage.command('pause')
      return stage
    },
    halted: () => {
      const stage = new AccountStage().holding()
      stage.command('halt', { reason: 'by hand' })
      return stage
    },
    degraded: () => {
      const stage = new AccountStage().holding()
      stage.command('resumed')
      stage.call('reconcileAccount').fail(new Error('timed out'))
      return stage
    },
  }
  /** Where each comes to rest when the venue knows every order and fills what is at market. */
  const rest: Record<string, string> = {
    reconciling: 'idle',
    idle: 'idle',
    cooldown: 'cooldown',
    hysteresis: 'hysteresis',
    paused: 'paused',
    halted: 'halted',
    closing: 'idle',
  }

  const settle = (stage: AccountStage): void => {
    const filled = new Set(['main-BTC-1-e1'])
    for (let round = 0; round < 12; round += 1) {
      for (const call of [...stage.open('lookupOrder'), ...stage.open('submitOrder')]) {
        const { request } = call.input as { request: ReturnType<AccountStage['sent']>[0] }
        if (request.type !== 'market') {
          stage.say.known(call)
          continue
        }
        if (!filled.has(request.clientOrderId)) {
          filled.add(request.clientOrderId)
          const fill = fillOf(request, { at: stage.at })
          stage.send({ type: 'fill.received', fill, order: null }, `position:${request.symbol}`)
        }
        stage.say.filled(call)
      }
      stage.serve()
      if (stage.open('reconcileAccount').length > 0) {
        const held = ['BTC', 'ETH'].flatMap(symbol => {
          const { book } = stage.positionContext(`position:${symbol}`)
          return book.direction === null ? [] : [{ symbol, ...book }]
        })
        stage.reconcile(held as never)
      }
    }
  }

  test.each(Object.keys(lead))('in %s reconciles first, and comes to where it was', state => {
    const stage = lead[state]?.() as AccountStage
    expect(stage.state()).toBe(state)
    stage.restart()
    expect(stage.state()).toBe('reconciling')
    expect(stage.open('analyseMarket').concat(stage.open('decide'))).toEqual([])
    settle(stage)
    expect(stage.state()).toBe(rest[state] ?? 'protected')
    expect(stage.failure).toBeNull()
    const ids = stage.sent().map(each => each.clientOrderId)
    expect(ids).toEqual([...new Set(ids)])
  })

  test('every state of the chart is among these, but the passing one and the last', () => {
    const all = Object.keys(accountMachine.root.states).filter(
      state => !['resting', 'agreeing', 'stopped'].includes(state),
    )
    expect(all.sort()).toEqual(Object.keys(lead).sort())
  })

  test.each(Object.keys(lead))('and every wish in %s are heard, and only read at rest', state => {
    for (const wish of ['pause', 'halt', 'flatten', 'stop', 'resume', 'rearm']) {
      const stage = lead[state]?.() as AccountStage
      stage.command(wish, { reason: wish === 'halt' ? 'by hand' : 'close_command' })
      expect(stage.failure, `${wish} in ${state}`).toBeNull()
      const { control } = stage.account
      if (wish === 'pause') expect(control.paused).toBe(true)
      if (wish === 'halt') expect(control.halted).toBe('by hand')
      if (wish === 'stop') expect(control.stopping).toBe(true)
      if (stage.state() !== 'stopped') {
        stage.restart()
        settle(stage)
      }
      const expected: Record<string, string[]> = {
        pause: ['paused', 'halted', 'hysteresis'],
        halt: ['halted'],
        stop: ['stopped'],
      }
      const allowed = expected[wish]
      if (allowed !== undefined) expect(allowed, `${wish} in ${state}`).toContain(stage.state())
      if (wish === 'flatten') expect(stage.account.ledger.deposits).toEqual(money(1_000))
      expect(stage.failure, `${wish} in ${state}`).toBeNull()
    }
  })
})
