/**
 * A fill told while the account was reconciling, or degraded, moved the time from which fills are asked for past an older
 * one that nobody had told. That one was never asked for again: the ledger missed its profit and its fee for good.
 */
import { expect, test } from 'vitest'
import { price, quantity } from '../../domain/units.ts'
import type { ReconcileInput } from '../../machines/account/context.ts'
import { fillOf } from '../machines/given.ts'
import { AccountStage } from '../machines/given-account.ts'

const since = (stage: AccountStage) => (stage.call('reconcileAccount').input as ReconcileInput).since

/** Two parts of a stop fill while nobody listens; only the later one is told. */
const parts = (stage: AccountStage) => {
  const [stop] = stage.sent('stop')
  if (stop === undefined) throw new Error('no stop was sent')
  const part = { quantity: quantity('0.4'), price: price(95) }
  const missed = fillOf(stop, { ...part, at: stage.at })
  stage.pass(1_000)
  const told = fillOf(stop, { ...part, at: stage.at })
  return { missed, told }
}

test.each(['reconciling', 'degraded'])('a fill told while %s leaves no older one behind', state => {
  const stage = new AccountStage().holding()
  const whole = stage.account.counters.lastFillAt
  const { missed, told } = parts(stage)
  stage.command('resumed')
  if (state === 'degraded') stage.call('reconcileAccount').fail(new Error('timed out'))
  expect(stage.state()).toBe(state)
  stage.send({ type: 'fill.received', fill: told, order: null }, 'position:BTC')
  expect(stage.reported('fill.booked').at(-1)).toMatchObject({ fill: { tradeId: told.tradeId } })
  if (state === 'degraded') stage.command('resumed')
  expect(since(stage)).toBe(whole)

  const left = { symbol: 'BTC', direction: 'long', quantity: quantity('0.2') } as const
  stage.reconcile([left], [missed, told])
  const booked = stage.reported('fill.booked').map(report => (report.fill as { tradeId: string }).tradeId)
  expect(booked.filter(id => id === missed.tradeId)).toHaveLength(1)
  expect(booked.filter(id => id === told.tradeId)).toHaveLength(1)
  expect(stage.account.ledger.realised).toBe('-4')
})

test('an answer that was on its way before the fill is asked for again', () => {
  const stage = new AccountStage().holding()
  stage.command('resumed')
  const before = stage.call('reconcileAccount')
  const { told } = parts(stage)
  stage.send({ type: 'fill.received', fill: told, order: null }, 'position:BTC')
  expect(before.state).toBe('dropped')
  expect(stage.open('reconcileAccount')).toHaveLength(1)
})
