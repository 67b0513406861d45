import { expect, test } from 'vitest'
import { DailySummary } from '../../../actors/operations/daily-summary.ts'
import { createFakeEngine } from '../../http/fake-engine.ts'

const DAY = 86_400_000
const NOON = Date.UTC(2026, 0, 2, 12)

test('a summary is due once for each day that has begun, with a line for each account (D-58)', () => {
  const summary = new DailySummary(NOON)
  const accounts = createFakeEngine().accounts()
  expect(summary.due(NOON, accounts)).toBeNull()
  expect(summary.due(NOON + DAY / 2 - 1, accounts)).toBeNull()
  const notice = summary.due(NOON + DAY / 2, accounts)
  expect(notice).toMatchObject({ event: 'summary', level: 'info', code: 'daily_summary', accountId: null })
  const lines = notice?.message.split('\n') ?? []
  expect(lines.map(line => line.split(':')[0])).toEqual(accounts.map(each => each.id))
  for (const [index, { equity }] of accounts.entries()) expect(lines[index]).toContain(`equity ${equity}`)
  expect(summary.due(NOON + DAY / 2 + 1, accounts)).toBeNull()
  // A night that the machine slept through is told of once.
  expect(summary.due(NOON + 3 * DAY, accounts)).not.toBeNull()
  expect(summary.due(NOON + 3 * DAY, accounts)).toBeNull()
})
