/** Hysteresis for models (FR-018, X-18): what it takes to turn or leave a position against its plan. */
import { describe, expect, test } from 'vitest'
import { type Deliberation, deliberate } from '../../domain/deliberate.ts'
import type { ModelSettings } from '../../domain/model/settings.ts'
import type { PositionSummary } from '../../domain/position-state.ts'
import type { AccountSettings } from '../../domain/settings.ts'
import type { Proposal } from '../../domain/strategy.ts'
import { money, price } from '../../domain/units.ts'
import { accountSettings, analysisAt } from '../machines/given-account.ts'
import { openPosition } from './model/given-answers.ts'
import { AT, givenProposal } from './risk/given.ts'

const LIVE = openPosition({ symbol: 'BTC', targetPrice: price(120) })

const settings = (name: string, schemaVersion: 1 | 2 | null): AccountSettings => {
  const base = accountSettings()
  return {
    ...base,
    strategy: { ...base.strategy, name },
    // Of the model's settings only the version of its schema matters here.
    model: schemaVersion === null ? null : ({ schemaVersion } as ModelSettings),
  }
}

const turn = (account: AccountSettings, change: Partial<Proposal>, position: PositionSummary = LIVE) => {
  const facts = {
    at: AT,
    now: AT,
    accountId: 'main',
    settings: account,
    analysis: analysisAt(AT),
    equity: money(1_000),
    breakers: {},
    positions: { BTC: position },
    tradesToday: 0,
    entriesStopped: null,
  } as unknown as Deliberation
  const { decisions, commands } = deliberate(facts, [givenProposal(change)])
  const { outcome, code, limit, actual } = decisions[0] as (typeof decisions)[number]
  return { outcome, code, limit, actual, command: commands[0]?.command ?? null }
}

const counted = (count: number, direction: 'long' | 'short' = 'short'): PositionSummary => ({
  ...LIVE,
  evidence: { direction, since: AT, until: AT, count },
})
const sell = (confidence: number | null): Partial<Proposal> => ({ action: 'sell', confidence })
const close = (confidence: number | null, closeFraction: number | null = null): Partial<Proposal> => ({
  action: 'close',
  confidence,
  closeFraction,
})

describe.each(['llm', 'hybrid', 'replay'])('%s with version 2', name => {
  const account = settings(name, 2)

  test.each<[string, Partial<Proposal>]>([
    ['a reversal at 79', sell(79)],
    ['a reversal that says no confidence', sell(null)],
    ['a close at 79', close(79)],
    ['a close that says no confidence', close(null)],
    ['half a close at 79', close(79, 0.5)],
  ])('%s leaves a live plan alone, and forgets what was counted', (_what, change) => {
    const stands = { outcome: 'held', code: 'exit_plan_active', limit: 'confidence 80' }
    expect(turn(account, change)).toMatchObject({ ...stands, command: null })
    expect(turn(account, change, counted(1))).toMatchObject({ ...stands, command: { type: 'signal.lost' } })
  })

  test('a reversal at 80 is noted the first time, and closes the second time', () => {
    expect(turn(account, sell(80))).toMatchObject({
      outcome: 'confirming',
      code: 'reversal',
      limit: '2',
      actual: '1',
      command: { type: 'exit.signalled', direction: 'short', count: 1 },
    })
    expect(turn(account, sell(80), counted(1))).toMatchObject({
      outcome: 'closing',
      command: { type: 'position.close', fraction: 1 },
    })
  })

  test('a close at 80 is noted the first time, and closes its part the second time', () => {
    expect(turn(account, close(80, 0.5))).toMatchObject({
      outcome: 'confirming',
      code: 'close_repeated',
      command: { type: 'exit.signalled', direction: 'short', count: 1 },
    })
    expect(turn(account, close(80, 0.5), counted(1))).toMatchObject({
      outcome: 'closing',
      command: { type: 'position.close', fraction: 0.5 },
    })
  })

  test('a hold between them starts the count anew', () => {
    expect(turn(account, { action: 'hold' }, counted(1)).command).toMatchObject({ type: 'signal.lost' })
  })

  test('a close of a short counts as evidence for a long', () => {
    const short = { ...LIVE, direction: 'short' as const, stopPrice: price(105), targetPrice: price(80) }
    expect(turn(account, close(90), short).command).toMatchObject({ direction: 'long' })
  })

  test.each<[string, Partial<PositionSummary>]>([
    ['without a stop', { stopPrice: null }],
    ['with a stop and nothing else', { targetPrice: null }],
  ])('a close of a position %s is obeyed at once', (_what, change) => {
    expect(turn(account, close(null), { ...LIVE, ...change }).outcome).toBe('closing')
  })

  test('a plan of conditions is as alive as one with a target', () => {
    const planned = { ...LIVE, targetPrice: null, conditions: [{ kind: 'time_stop' as const, afterMs: 1 }] }
    expect(turn(account, close(50), planned).code).toBe('exit_plan_active')
  })

  test('a proposal with a score comes from rules, and is judged by it', () => {
    expect(turn(account, { action: 'sell', score: -0.4, confidence: 99 }).code).toBe('exit_plan_active')
    expect(turn(account, { action: 'sell', score: -0.5, confidence: 1 }).code).toBe('reversal')
    expect(turn(account, { action: 'close', score: -0.1 }).outcome).toBe('closing')
  })
})

describe('version 1', () => {
  const account = settings('llm', 1)
  test('has no confidence, so that a reversal needs repetition only', () => {
    expect(turn(account, sell(null))).toMatchObject({ outcome: 'confirming', code: 'reversal' })
    expect(turn(account, sell(null), counted(1)).outcome).toBe('closing')
  })
})

describe.each([
  ['signals', null],
  ['signals', 2],
  ['strategies/own.ts', null],
  ['llm', null],
] as const)('%s with model settings of version %s', (name, version) => {
  const account = settings(name, version)
  test('a close is obeyed at once, whatever the plan and the confidence', () => {
    expect(turn(account, close(1)).outcome).toBe('closing')
    expect(turn(account, close(null, 0.5)).command).toMatchObject({ fraction: 0.5 })
  })
  test('a reversal is measured by its score, and without one only by repetition', () => {
    expect(turn(account, { action: 'sell', score: -0.49 })).toMatchObject({
      code: 'exit_plan_active',
      limit: '0.5000',
      actual: '0.4900',
    })
    expect(turn(account, { action: 'sell', score: -0.5 }).code).toBe('reversal')
    expect(turn(account, sell(1)).code).toBe('reversal')
    expect(turn(account, sell(1), counted(1)).outcome).toBe('closing')
  })
})
