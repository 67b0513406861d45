/** Entries need a price of now; exits and stops do not (P8). */
import { expect, test } from 'vitest'
import { AccountStage, analysisAt, buy } from './given-account.ts'

/** The stage's limit for the age of a price. */
const LIMIT = 60_000

const last = (stage: AccountStage) =>
  stage.reported('decision.recorded').at(-1)?.['decision'] as { outcome: string; code: string | null }

test('an entry on a mark that is too old is refused with a code, and nothing is sent', () => {
  const stage = new AccountStage().ready()
  stage.candle()
  const analysis = analysisAt(stage.at - LIMIT - 1)
  stage.call('analyseMarket').answer({ ready: true, analysis: { ...analysis, at: stage.at }, at: stage.at })
  stage.decided(buy())
  expect(last(stage)).toMatchObject({ outcome: 'refused', code: 'price_stale', actual: `${LIMIT + 1} ms` })
  expect(stage.sent()).toEqual([])
  expect(stage.state()).toBe('idle')
})

test('a strategy that thinks for too long gets no entry on the price it began with', () => {
  const stage = new AccountStage().ready()
  stage.candle()
  stage.analysed()
  stage.pass(LIMIT + 1)
  stage.decided(buy())
  expect(last(stage)).toMatchObject({ outcome: 'refused', code: 'price_stale', actual: `${LIMIT + 1} ms` })
  expect(stage.sent()).toEqual([])
})

test('one that answers in time gets it', () => {
  const stage = new AccountStage().ready()
  stage.candle()
  stage.analysed()
  stage.pass(LIMIT)
  stage.decided(buy())
  expect(last(stage)).toMatchObject({ outcome: 'approved' })
})

test('with a stale price a position is closed all the same', () => {
  const stage = new AccountStage().holding()
  stage.candle()
  const analysis = analysisAt(stage.at - 10 * LIMIT)
  stage.call('analyseMarket').answer({ ready: true, analysis: { ...analysis, at: stage.at }, at: stage.at })
  stage.pass(2 * LIMIT)
  stage.decided(buy('BTC', { action: 'close' }), buy('ETH'))
  expect(stage.sent('exit')).toMatchObject([{ reduceOnly: true, quantity: '1' }])
  expect(last(stage)).toMatchObject({ outcome: 'refused', code: 'price_stale' })
})

test.each(['market_data_stale', 'no_market_data'])(
  '%s: nothing is decided, and the stop stays as it is',
  reason => {
    const stage = new AccountStage().holding()
    const before = stage.calls.length
    stage.candle(['BTC', 'ETH'])
    stage.call('analyseMarket').answer({ ready: false, reason, at: stage.at })
    expect(last(stage)).toMatchObject({ outcome: 'held', code: reason })
    expect(stage.state()).toBe('protected')
    expect(stage.state('position:BTC')).toBe('protected.holding')
    expect(stage.calls.slice(before).map(call => call.service)).toEqual(['analyseMarket'])

    stage.command('flatten', { reason: 'panic' })
    expect(stage.sent('exit')).toMatchObject([{ reduceOnly: true }])
  },
)
