import { describe, expect, test } from 'vitest'
import { countText, createProgress, durationText, type ProgressOptions } from '../../cli/output/progress.ts'

const tty = { isTty: true, colour: false, unicode: false, columns: 80 }

const started = (options: Partial<ProgressOptions> = {}) => {
  const written: string[] = []
  let at = 0
  const progress = createProgress({
    label: 'BTC 5m',
    unit: 'candles',
    total: 1_000,
    terminal: { ...tty, isTty: false },
    write: text => written.push(text),
    now: () => at,
    silent: false,
    ...options,
  })
  return { progress, written, wait: (ms: number) => (at += ms) }
}

describe('progress', () => {
  test('without a terminal it is one plain line every five seconds', () => {
    const { progress, written, wait } = started()
    for (let second = 1; second <= 12; second += 1) {
      wait(1_000)
      progress.update(second * 50)
    }
    progress.finish()
    expect(written).toEqual([
      'BTC 5m  25 %  250 of 1.0k candles  50 candles/s  15s left\n',
      'BTC 5m  50 %  500 of 1.0k candles  50 candles/s  10s left\n',
      'BTC 5m  60 %  600 of 1.0k candles  50 candles/s  in 12s\n',
    ])
  })

  test('on a terminal one bar is drawn over itself, at most ten times a second', () => {
    const { progress, written, wait } = started({ terminal: tty })
    for (let step = 0; step < 100; step += 1) {
      wait(10)
      progress.update(step * 10)
    }
    expect(written.length).toBeLessThanOrEqual(11)
    expect(written.every(text => text.startsWith('\r\u001b[2K'))).toBe(true)
    expect(written.at(-1)).toContain('[######################--]')
    progress.finish()
    expect(written.at(-1)).toBe('\n')
  })

  test('a bar is never wider than the terminal', () => {
    const { progress, written, wait } = started({ terminal: { ...tty, columns: 30 }, label: 'x'.repeat(90) })
    wait(1_000)
    progress.update(10)
    expect((written[0] as string).replace('\r\u001b[2K', '').length).toBeLessThan(30)
  })

  test('silent writes nothing', () => {
    const { progress, written, wait } = started({ silent: true })
    wait(60_000)
    progress.update(500)
    progress.finish()
    expect(written).toEqual([])
  })

  test('an unknown total has no share and no end', () => {
    const { progress, written, wait } = started({ total: null })
    wait(5_000)
    progress.update(10_000)
    expect(written).toEqual(['BTC 5m  10.0k candles  2.0k candles/s\n'])
  })

  test('nothing is written after the end', () => {
    const { progress, written, wait } = started()
    progress.finish()
    progress.finish()
    wait(60_000)
    progress.update(1)
    expect(written).toHaveLength(1)
  })

  test('the label cannot rewrite the terminal', () => {
    const { progress, written } = started({ label: 'a\u001b[2Jb' })
    progress.finish()
    expect(written[0]).toContain('a\\u{1b}[2Jb')
  })
})

test.each([
  [0, '0s'],
  [1, '1s'],
  [65_000, '1m 05s'],
  [3_720_000, '1h 02m'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

test.each([
  [999, '999'],
  [12_345, '12.3k'],
  [999_949, '999.9k'],
  [999_950, '1.0M'],
])('%i is %s', (count, text) => {
  expect(countText(count)).toBe(text)
})
