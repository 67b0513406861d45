/** Every fact has its form in the event stream. */
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../domain/fact.ts'
import { FACT_TYPES, presentFact } from '../../http/present/fact.ts'
import { decisionRow, fillRow, interactionRow, orderRow, START, tradeRow } from './fake-rows.ts'

describe('facts', () => {
  const bodies = {
    'account.started': { deposit: '1', strategy: 's', assets: ['BTC'], interval: '1h', mode: 'paper' },
    'account.administered': { change: 'changed', by: 'token:me', reason: null, fields: ['label'] },
    'account.moved': { from: 'a', to: 'b', until: START, reason: null },
    'deposit.booked': { amount: '1', reason: 'r' },
    'candle.refused': {
      symbol: 'BTC',
      openAt: START,
      reason: 'price_outlier',
      price: 10,
      reference: 1,
    },
    'snapshot.rejected': { reason: 'r', action: 'a' },
    'account.failed': { message: 'm', restartAt: null },
    'position.moved': { symbol: 'BTC', from: 'a', to: 'b', until: null },
    'decision.recorded': { decision: decisionRow('main', 0) },
    'model.called': { call: interactionRow('main', 0) },
    'intent.recorded': { request: orderRow('main', 0), leg: 'stop', positionId: 'p', decisionId: null },
    'order.updated': { leg: null, order: orderRow('main', 0), positionId: null },
    'order.unknown': { clientOrderId: 'c', symbol: 'BTC', leg: 'entry', message: 'm' },
    'fill.booked': { fill: fillRow('main', 0), leg: null, positionId: 'p', realised: '1' },
    'funding.booked': { symbol: 'BTC', positionId: null, rate: 0.0001, paid: '-1' },
    'position.opened': {
      positionId: 'p',
      symbol: 'BTC',
      side: 'long',
      quantity: '1',
      entryPrice: '2',
      decisionId: null,
    },
    'protection.confirmed': {
      positionId: 'p',
      symbol: 'BTC',
      stopPrice: '1',
      targetPrice: null,
      stopOrderId: 's',
      targetOrderId: null,
      nakedMs: 3,
    },
    'protection.moved': { positionId: 'p', symbol: 'BTC', from: null, to: '2', why: 'trailing' },
    'close.abandoned': { positionId: 'p', symbol: 'BTC', quantity: '1', reason: 'r' },
    'trade.closed': { trade: tradeRow('main', 0) },
    'equity.marked': { equity: '1', balance: '1', unrealised: '0', drawdown: '0', heat: '0', positions: 0 },
    'limit.tripped': { limit: 'drawdown', line: '0.25', actual: '0.26' },
    'limit.rearmed': { limit: 'drawdown' },
    'control.commanded': { command: 'close', by: 'token:me', reason: null, symbol: 'BTC', fraction: 0.5 },
    'control.acknowledged': {
      command: 'panic',
      symbol: null,
      done: false,
      state: 'closing',
      remaining: ['BTC'],
    },
    'reconcile.differed': { symbol: null, what: 'w', ours: '1', theirs: '2', action: 'a' },
  } as Record<string, object>

  test.each(FACT_TYPES)('%s is told in snake case, with every value', type => {
    const told = presentFact({
      type,
      seq: 1,
      at: START,
      accountId: 'main',
      ...bodies[type],
    } as unknown as Fact)
    const names = JSON.stringify(told).match(/"(\w+)":/g) ?? []
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(name).toMatch(/^"[a-z0-9_]+":$/)
    expect(Object.values(told)).not.toContain(undefined)
  })
})
