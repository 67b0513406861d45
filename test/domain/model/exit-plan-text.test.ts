/** Which sentences are flagged (B-18). */
import { expect, test } from 'vitest'
import { exitPlanWarnings } from '../../../domain/model/exit-plan-text.ts'

test.each([
  'close when 4h closes above EMA50',
  'Close if 4h candle closes above EMA50.',
  'TP at 120. Exit if price breaks above the 20 EMA; else wait',
  'Invalidation: if the 1h closes over 64.5',
  'sell once it is trading above VWAP',
])('"%s" does not fit a long', text => {
  expect(exitPlanWarnings(text, 'long')).toHaveLength(1)
  expect(exitPlanWarnings(text, 'short')).toEqual([])
})

test.each([
  'close when 4h closes below EMA50',
  'Exit if price breaks under 90.5; cut if 1h is below VWAP',
  'cover once it closes back beneath the range',
])('"%s" does not fit a short', text => {
  expect(exitPlanWarnings(text, 'long')).toEqual([])
  expect(exitPlanWarnings(text, 'short').length).toBeGreaterThan(0)
})

test.each([
  '',
  'hold while 4h closes above EMA50',
  'take profit when price closes above 120',
  'close unless 4h closes above EMA50',
  'close if it does not close above EMA50',
  'closes above EMA50 confirm the trend',
  'close after two days',
])('"%s" says nothing wrong for a long', text => {
  expect(exitPlanWarnings(text, 'long')).toEqual([])
})

test('a text of nothing but beginnings is read in no time', () => {
  expect(exitPlanWarnings('exit if closes '.repeat(5_000), 'long')).toEqual([])
})
