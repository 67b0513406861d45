/** A candle that closed while the last decision was being made renamed that decision, and never got one of its own. */
import { expect, test } from 'vitest'
import { AccountStage, buy } from '../machines/given-account.ts'

const hold = buy('BTC', { action: 'hold' })

test.each(['analysing', 'deciding'])('a candle that closes while %s waits for its own turn', state => {
  const stage = new AccountStage().ready()
  const first = stage.at
  stage.candle()
  if (state === 'deciding') stage.analysed()
  stage.pass(300_000)
  stage.candle()
  expect(stage.state()).toBe(state)
  if (state === 'analysing') stage.analysed()
  stage.decided(hold)
  expect(stage.state()).toBe('analysing')
  stage.analysed()
  stage.decided(hold)
  expect(stage.state()).toBe('idle')
  const made = stage
    .reported('decision.recorded')
    .map(report => (report.decision as { candleAt: number }).candleAt)
  expect(made).toEqual([first, first + 300_000])
})

test('a candle that closed while no decision may be made does not start one hours later', () => {
  const stage = new AccountStage().ready()
  stage.command('pause')
  stage.candle()
  stage.pass(3_600_000)
  stage.command('resume')
  expect(stage.state()).toBe('idle')
})
