import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Candle } from '../../../domain/candle.ts'
import { analystReasoning } from '../../../domain/signals/analyst-reasoning.ts'
import {
  ANALYST_INDICATORS,
  ANALYST_WEIGHTS,
  analystConfidence,
  analystScore,
  readAnalyst,
} from '../../../domain/signals/analyst-score.ts'
import { draws, flat, fromCloses, marketAfter, walk } from '../candle-fixtures.ts'

const read = (candles: readonly Candle[]) => {
  const market = marketAfter(candles, ANALYST_INDICATORS, '1h')
  return readAnalyst(market, candles.at(-1)?.close ?? Number.NaN)
}
const known = (candles: readonly Candle[]) => {
  const reading = read(candles)
  if (reading === null) throw new Error('the analyst has no reading')
  return reading
}
const hours = (count: number, seed: number, drift: number, step: number) =>
  walk(count, seed, { drift, step, interval: '1h' })

describe('analyst', () => {
  it('weights are 100 together', () => {
    expect(Object.values(ANALYST_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBe(100)
  })

  it('scores within −100 and 100 on any market', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: -0.03, max: 0.03, noNaN: true }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        (seed, drift, step) => {
          const reading = known(hours(210, seed, drift, step))
          const score = analystScore(reading)
          expect(Math.abs(score)).toBeLessThanOrEqual(100)
          for (const vote of Object.values(reading.votes)) expect(Math.abs(vote)).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it.each([1, 2, 3, 4, 5])('a strong rise scores above 40, a strong fall below −40 (seed %i)', seed => {
    expect(analystScore(known(hours(300, seed, 0.004, 0.006)))).toBeGreaterThan(40)
    expect(analystScore(known(hours(300, seed, -0.004, 0.006)))).toBeLessThan(-40)
  })

  it('a straight line up scores above 40 too, although its oscillators are used up', () => {
    expect(analystScore(known(hours(300, 1, 0.005, 0)))).toBeGreaterThan(40)
  })

  it('a flat market scores 0', () => {
    expect(analystScore(known(flat(300, '1h')))).toBe(0)
  })

  it('a market that goes nowhere stays neutral, near 0 on the whole', () => {
    const next = draws(5)
    const closes = Array.from({ length: 500 }, () => 100 + next() - 0.5)
    const scores = Array.from({ length: 250 }, (_, index) =>
      analystScore(known(fromCloses(closes.slice(index, index + 251), 0.5, '1h'))),
    )
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(40)
    expect(Math.abs(scores.reduce((sum, score) => sum + score, 0) / scores.length)).toBeLessThan(5)
  })

  it('is null with too little history', () => {
    expect(read(hours(199, 1, 0, 0.01))).toBeNull()
    expect(read(hours(200, 1, 0, 0.01))).not.toBeNull()
  })

  it('a market wilder than 5 % per candle scores less for the same votes', () => {
    const reading = known(hours(300, 1, 0.004, 0.006))
    const wild = known(hours(300, 1, 0, 0.5))
    expect(reading.calm).toBe(1)
    expect(wild.calm).toBeLessThan(1)
    expect(analystScore({ ...reading, calm: wild.calm })).toBeCloseTo(analystScore(reading) * wild.calm, 9)
  })

  it.each([
    { score: 0, confidence: 50 },
    { score: 40, confidence: 70 },
    { score: -100, confidence: 100 },
    { score: 39, confidence: 69.5 },
  ])('score $score has a confidence of $confidence', ({ score, confidence }) => {
    expect(analystConfidence(score)).toBe(confidence)
  })

  it('the reasoning names what drove the score, the strongest first', () => {
    const reading = known(hours(300, 2, 0.004, 0.006))
    const text = analystReasoning(reading)
    expect(text).toMatch(/^Score \+\d+\.\d: EMA 9\/21\/50\/200 stacked upward \(\+\d+\.\d\), /)
    const points = [...(text.split('; against')[0]?.matchAll(/\(\+(\d+\.\d)\)/g) ?? [])].map(match =>
      Number(match[1]),
    )
    expect(points.length).toBeGreaterThanOrEqual(2)
    expect(points).toEqual([...points].sort((a, b) => b - a))
    expect(analystReasoning(known(flat(300, '1h')))).toBe('Score +0.0: no indicator leans either way')
  })

  it('the reasoning tells what spoke against', () => {
    const reading = known(hours(300, 2, 0.004, 0.006))
    const text = analystReasoning({ ...reading, rsi: 24, votes: { ...reading.votes, rsi: -0.8 } })
    expect(text).toContain('against: RSI 24.0 oversold (−12.0)')
  })
})
