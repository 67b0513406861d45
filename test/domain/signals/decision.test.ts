import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actionOf, confidenceOf } from '../../../domain/signals/action.ts'
import { confirmationStatus } from '../../../domain/signals/confirmation.ts'
import { TEMPERATURE_PROFILES, temperatureOf, temperatureSize } from '../../../domain/signals/temperature.ts'

const LIMITS = { entryScore: 0.4, confidenceMin: 70 }

describe('action', () => {
  it.each([
    { score: 0.4, action: 'buy', confidence: 70 },
    { score: -0.4, action: 'sell', confidence: 70 },
    { score: 0.41, action: 'buy', confidence: 70.5 },
    { score: -0.41, action: 'sell', confidence: 70.5 },
    { score: 0.399999999999, action: 'hold', confidence: 69.99999999995 },
    { score: 0.398, action: 'hold', confidence: 69.9 },
    { score: 0.39, action: 'hold', confidence: 69.5 },
    { score: 0, action: 'hold', confidence: 50 },
    { score: 1, action: 'buy', confidence: 100 },
    { score: -1, action: 'sell', confidence: 100 },
  ])('score $score is $action at a confidence of $confidence', ({ score, action, confidence }) => {
    expect(actionOf(score, LIMITS)).toBe(action)
    expect(confidenceOf(score)).toBeCloseTo(confidence, 9)
  })

  it('both limits must be met', () => {
    expect(actionOf(0.5, { entryScore: 0.4, confidenceMin: 80 })).toBe('hold')
    expect(actionOf(0.5, { entryScore: 0.6, confidenceMin: 70 })).toBe('hold')
    expect(actionOf(0.6, { entryScore: 0.6, confidenceMin: 80 })).toBe('buy')
    expect(actionOf(0, { entryScore: 0, confidenceMin: 0 })).toBe('hold')
  })

  it('a score exactly at its limit acts, whatever the hundredth', () => {
    for (let hundredths = 1; hundredths <= 100; hundredths += 1) {
      const limit = hundredths / 100
      expect(actionOf(limit, { entryScore: limit, confidenceMin: 50 + hundredths / 2 }), `${limit}`).toBe(
        'buy',
      )
    }
  })
})

describe('confirmation', () => {
  const NEEDED = 300_000

  it('status tells needed, since, elapsed, remaining, progress and action', () => {
    const state = { side: 'sell' as const, since: 1_000_000, until: 1_300_000 }
    expect(confirmationStatus(state, 1_075_000, NEEDED)).toEqual({
      action: 'sell',
      confirmed: false,
      neededSeconds: 300,
      since: 1_000_000,
      elapsedSeconds: 75,
      remainingSeconds: 225,
      progress: 0.25,
    })
    expect(confirmationStatus(state, 1_299_999, NEEDED).confirmed).toBe(false)
    expect(confirmationStatus(state, 1_300_000, NEEDED).confirmed).toBe(true)
    expect(confirmationStatus(state, 1_400_000, NEEDED)).toMatchObject({
      confirmed: true,
      remainingSeconds: 0,
      progress: 1,
    })
    expect(confirmationStatus(null, 5, NEEDED)).toMatchObject({
      action: 'hold',
      since: null,
      remainingSeconds: 300,
      progress: 0,
    })
    expect(confirmationStatus({ side: 'buy', since: 5, until: 5 }, 5, 0)).toMatchObject({
      confirmed: true,
      progress: 1,
    })
  })
})

describe('temperature', () => {
  const { production, testing } = TEMPERATURE_PROFILES

  it.each([
    { score: 0.049, expected: 'FROZEN' },
    { score: 0.05, expected: 'COOL' },
    { score: 0.15, expected: 'WARM' },
    { score: 0.3, expected: 'HOT' },
    { score: -0.756, expected: 'HOT' },
    { score: -0.166, expected: 'WARM' },
    { score: 0, expected: 'FROZEN' },
  ])('score $score is $expected', ({ score, expected }) => {
    expect(temperatureOf(score, production)).toBe(expected)
  })

  it('the testing profile is ten times as sensitive', () => {
    expect(temperatureOf(0.0049, testing)).toBe('FROZEN')
    expect(temperatureOf(0.005, testing)).toBe('COOL')
    expect(temperatureOf(0.015, testing)).toBe('WARM')
    expect(temperatureOf(0.03, testing)).toBe('HOT')
  })

  it('size never falls as the score grows, and frozen is none', () => {
    const score = fc.double({ min: -1, max: 1, noNaN: true })
    const sizeOf = (value: number) => temperatureSize(temperatureOf(value, production), production)
    fc.assert(
      fc.property(score, score, (a, b) => {
        const [weak, strong] = Math.abs(a) < Math.abs(b) ? [a, b] : [b, a]
        expect(sizeOf(weak)).toBeLessThanOrEqual(sizeOf(strong))
      }),
      { numRuns: 1000 },
    )
    expect([0.01, 0.1, 0.2, 0.9].map(sizeOf)).toEqual([0, 0.5, 0.75, 1])
  })
})
