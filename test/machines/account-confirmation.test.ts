/** A signal must stay the same for a set time before an order is made of it (C-46). */
import { describe, expect, test } from 'vitest'
import { confirmationStatus } from '../../domain/signals/confirmation.ts'
import { AccountStage, buy } from './given-account.ts'

const SECOND = 1_000

/** Decides `action` at these seconds, and tells at which of them an entry had been sent. */
const entriesAt = (
  steps: readonly [second: number, action: 'buy' | 'sell' | 'hold'][],
  neededMs = 300_000,
) => {
  const stage = new AccountStage({}, {}, { confirmationMs: neededMs }).ready()
  const began = stage.at
  const sent = steps.map(([second, action]) => {
    stage.pass(began + second * SECOND - stage.at)
    const stop = { ratio: 0.05 }
    stage.cycle(buy('BTC', { action, stop: action === 'hold' ? null : stop }))
    return stage.sent('entry').length > 0
  })
  return { sent, stage }
}

describe('a signal', () => {
  test('that lasts from 0 s to 299 s makes no order, at 300 s it does', () => {
    const steps = [0, 100, 299, 300].map(second => [second, 'buy'] as const)
    expect(entriesAt(steps.map(each => [...each])).sent).toEqual([false, false, false, true])
  })

  test('that turns at 200 s starts over', () => {
    const { sent, stage } = entriesAt([
      [0, 'buy'],
      [200, 'sell'],
      [300, 'sell'],
      [499, 'sell'],
      [500, 'sell'],
    ])
    expect(sent).toEqual([false, false, false, false, true])
    expect(stage.sent('entry')[0]?.side).toBe('sell')
  })

  test('that is gone in between starts over', () => {
    const steps = [
      [0, 'buy'],
      [200, 'hold'],
      [300, 'buy'],
      [599, 'buy'],
      [600, 'buy'],
    ] as const
    expect(entriesAt(steps.map(each => [...each])).sent).toEqual([false, false, false, false, true])
  })

  test('acts at once where nothing is asked of it', () => {
    expect(entriesAt([[0, 'buy']], 0).sent).toEqual([true])
  })

  test('is told with how far it has come', () => {
    const { stage } = entriesAt([
      [0, 'buy'],
      [100, 'buy'],
    ])
    const evidence = stage.account.positions['BTC']?.evidence
    if (!evidence) throw new Error('nothing is being confirmed')
    const { since, until } = evidence
    expect(confirmationStatus({ side: 'buy', since, until }, stage.at, 300_000)).toMatchObject({
      elapsedSeconds: 100,
      remainingSeconds: 200,
      confirmed: false,
    })
  })
})
