/** Moments of an account may come a little out of order; its day and its decisions do not hang on that. */
import { expect, test } from 'vitest'
import { DAY_MS, dayStart } from '../../domain/interval.ts'
import type { BookedReport } from '../../machines/account/update.ts'
import { onPositionReport, tradesOn } from '../../machines/account/update.ts'
import { AccountStage, buy } from './given-account.ts'

const openedAt = (at: number): BookedReport => ({ type: 'position.opened', at }) as BookedReport

test('entries of a day are counted, and those of the day before are over', () => {
  const { account } = new AccountStage().holding()
  const { day } = account.counters
  expect(tradesOn(account, day + DAY_MS - 1)).toBe(1)
  expect(tradesOn(account, day + DAY_MS)).toBe(0)
})

test('a candle of yesterday that is played late is decided on with the entries of today', () => {
  const { account } = new AccountStage().holding()
  expect(tradesOn(account, account.counters.day - 1)).toBe(1)
})

test('an entry of yesterday that is told late counts today, and turns no day back', () => {
  const { account } = new AccountStage().holding()
  const { day } = account.counters
  const { counters } = onPositionReport(account, openedAt(day - 1))
  expect(counters).toMatchObject({ day, tradesToday: 2 })
  const next = onPositionReport(account, openedAt(day + DAY_MS))
  expect(next.counters).toMatchObject({ day: dayStart(day + DAY_MS), tradesToday: 1 })
})

test('a candle a millisecond before an order by hand is decided on like any other', () => {
  const stage = new AccountStage().ready()
  const closeAt = stage.at
  const manual = { requestId: 'r1', by: 'token:me', quantity: null, limitPrice: null, asked: '' }
  stage.send({ type: 'proposal.given', proposal: buy('BTC', { manual }), at: closeAt + 1 })
  stage.analysed()
  stage.execute('BTC', 'entry')
  stage.serve()
  stage.cycle(buy('ETH'))
  stage.execute('ETH', 'entry')
  stage.serve()
  expect(stage.state()).toBe('protected')
  expect(stage.account.timing.at).toBe(closeAt)
  const decisions = stage.reported('decision.recorded').map(each => each['decision'])
  expect(decisions).toMatchObject([
    { symbol: 'BTC', outcome: 'approved', candleAt: closeAt + 1 },
    { symbol: 'ETH', outcome: 'approved', candleAt: closeAt },
  ])
  const naked = stage.reported('protection.confirmed').map(each => each['nakedMs'])
  expect(naked).toEqual([0, 0])
})
