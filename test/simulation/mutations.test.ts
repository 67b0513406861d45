/** Bugs planted one at a time: the auditor names the promise each of them breaks, and says nothing without them. */
import { expect, test } from 'vitest'
import type { Plan } from '../../actors/simulation/plan.ts'
import type { Sabotage } from '../../actors/simulation/sabotage.ts'
import { brokenBy, runSmall } from './given.ts'

type Case = { sabotage: Sabotage; rates: Plan['rates']; seed: number; breaks: string }

const CASES: Case[] = [
  { sabotage: 'lookup_disabled', rates: { submit_timed_out_accepted: 0.2 }, seed: 3, breaks: 'P5' },
  { sabotage: 'naked_deadline_disabled', rates: { stop_refused: 0.9 }, seed: 1, breaks: 'P2' },
  { sabotage: 'dedupe_disabled', rates: { event_twice: 0.3 }, seed: 1, breaks: 'P6' },
  { sabotage: 'reservation_disabled', rates: { strategy_wants_all: 0.3 }, seed: 6, breaks: 'P3' },
  { sabotage: 'intent_not_written', rates: { target_refused: 0.1 }, seed: 1, breaks: 'P10' },
  { sabotage: 'resend_after_restart', rates: { killed_after_send: 0.05 }, seed: 6, breaks: 'P5' },
]

test.each(CASES)('$sabotage breaks $breaks', async ({ sabotage, rates, seed, breaks }) => {
  const sound = await runSmall({ seed, accounts: 3, rates })
  expect(brokenBy(sound)).toEqual([])
  const broken = await runSmall({ seed, accounts: 3, rates, sabotage })
  expect(brokenBy(broken)).toContain(breaks)
})
