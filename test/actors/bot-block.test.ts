/** A bot that takes no entry says why, however hot it is (C-54). */
import { expect, test } from 'vitest'
import { type Block, whyNoEntry } from '../../actors/bot-block.ts'
import { TEMPERATURE_PROFILES } from '../../domain/signals/temperature.ts'

const NOW = Date.UTC(2026, 0, 2, 23, 59)
const FLAT = { direction: null, state: 'idle', evidence: null, cooldownUntil: null }
const CONTROL = {
  paused: false,
  halted: null,
  flatten: null,
  stopping: false,
  entriesStopped: false,
  draining: false,
  cooldownUntil: null,
  reason: null,
}
const evidence = { direction: 'short', since: NOW - 180_000, until: NOW + 120_000, count: 1 }

type Changes = {
  control?: object
  breakers?: object
  position?: object
  strategy?: object
  state?: string
  score?: number | null
  refusal?: string
}

const why = (changes: Changes): string | null =>
  whyNoEntry({
    settings: {
      strategy: {
        entryScore: 0.4,
        confidenceMin: 70,
        confirmationMs: 300_000,
        temperature: TEMPERATURE_PROFILES.production,
        ...changes.strategy,
      },
    },
    context: {
      control: { ...CONTROL, ...changes.control },
      breakers: { drawdownTripped: false, dailyLossTripped: false, ...changes.breakers },
    },
    state: changes.state ?? 'idle',
    position: { ...FLAT, ...changes.position },
    score: changes.score === undefined ? -0.6 : changes.score,
    refusal: changes.refusal ?? null,
    now: NOW,
  } as unknown as Block)

test.each([
  ['paused', { control: { paused: true } }],
  ['entries stopped by hand', { control: { entriesStopped: true } }],
  ['degraded: its venue cannot be used', { state: 'degraded' }],
  ['comparing itself with its venue', { state: 'reconciling' }],
  ['drawdown limit reached', { breakers: { drawdownTripped: true } }],
  ['daily loss limit reached, 60 s left', { breakers: { dailyLossTripped: true } }],
  [
    'cooldown of the account (repeated_failures), 30 s left',
    { control: { cooldownUntil: NOW + 30_000, reason: 'repeated_failures' } },
  ],
  ['position already open: long', { position: { direction: 'long', state: 'protected' } }],
  ['cooldown after a trade, 12 s left', { position: { state: 'cooldown', cooldownUntil: NOW + 11_500 } }],
  ['position is ordering', { position: { state: 'ordering' } }],
  ['a signal is still warming up', { score: null }],
  ['score 0.3900 below entry at 0.4', { score: 0.39 }],
  ['score 0.0000 below entry at 0', { score: 0, strategy: { entryScore: 0 } }],
  ['confidence 72.5 % below the minimum of 80 %', { score: 0.45, strategy: { confidenceMin: 80 } }],
  ['temperature FROZEN takes no size', { score: 0.01, strategy: { entryScore: 0, confidenceMin: 0 } }],
  ['confirmation of 300 s not begun', {}],
  ['confirmation of 300 s not begun', { score: 0.6, position: { evidence } }],
  ['confirmation pending, 120 s left', { position: { evidence } }],
  ['confirmation pending, 120 s left', { position: { evidence }, refusal: 'refused: heat_exceeded' }],
  ['refused: positions_open', { refusal: 'refused: positions_open' }],
  [null, { position: { evidence: { ...evidence, until: NOW } } }],
  [null, { strategy: { confirmationMs: 0 } }],
] as const)('%s', (reason, changes) => {
  expect(why(changes)).toBe(reason)
})
