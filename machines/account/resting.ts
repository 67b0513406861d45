/**
 * At rest, or kept from deciding: what an account does between decisions and when it may not make any. Candles that
 * close where none are made are dropped on the way out: a decision is made on a fresh candle or not at all.
 */
import { accountSetup } from './setup.ts'

/** The venue is compared with from every rest; what is in flight comes first, and so does a decision that is due. */
const CHECK = { guard: 'checkIsDue', target: 'reconciling' } as const

/** Where an account with nothing in flight belongs, by its wishes, its limits and what it holds; in this order. */
export const resting = accountSetup.createStateConfig({
  always: [
    { guard: 'mustFlatten', target: 'closing' },
    { guard: 'hasNothingToFlatten', target: 'resting', actions: 'flattenIsDone' },
    { guard: 'mustStop', target: 'stopped' },
    { guard: 'isHalted', target: 'halted' },
    { guard: 'isDrained', target: 'paused', actions: 'drainIsDone' },
    { guard: 'isPaused', target: 'paused' },
    { guard: 'drawdownIsTripped', target: 'hysteresis' },
    { guard: 'isCooling', target: 'cooldown' },
    { guard: 'isSettling', target: 'ordering' },
    { guard: 'hasExposure', target: 'protected' },
    { guard: 'dailyLossIsTripped', target: 'cooldown', actions: 'waitForTomorrow' },
    { target: 'idle' },
  ],
})

/** What a person wants is decided like what a strategy does, but nobody else is asked. */
const BY_HAND = { 'proposal.given': { target: 'analysing', actions: 'takeGiven' } } as const

export const idle = accountSetup.createStateConfig({
  tags: 'atRest',
  on: BY_HAND,
  always: [
    { guard: 'isDisturbed', target: 'resting' },
    { guard: 'hasExposure', target: 'protected' },
    { guard: 'isDue', target: 'analysing' },
    CHECK,
  ],
})

/** Every open position has its stop; the strategy may still be asked, for entries and for exits. */
export const protectedState = accountSetup.createStateConfig({
  tags: 'atRest',
  on: BY_HAND,
  always: [
    { guard: 'isDisturbed', target: 'resting' },
    { guard: 'isFlat', target: 'resting' },
    { guard: 'isDue', target: 'analysing' },
    CHECK,
  ],
})

/** Tripped by drawdown: no decisions until equity is back beyond the re-arm line; flat, it cannot come back by itself. */
export const hysteresis = accountSetup.createStateConfig({
  exit: 'dropCycle',
  always: [
    { guard: 'isFlat', target: 'halted', actions: 'haltForDrawdown' },
    { guard: 'mayLeaveHysteresis', target: 'resting' },
    CHECK,
  ],
})

export const cooldown = accountSetup.createStateConfig({
  entry: 'startCooldown',
  exit: 'dropCycle',
  always: [
    { guard: 'cooldownIsOver', target: 'resting', actions: 'endCooldown' },
    { guard: 'mayLeaveCooldown', target: 'resting' },
    CHECK,
  ],
})

export const paused = accountSetup.createStateConfig({
  exit: 'dropCycle',
  always: [{ guard: 'mayLeavePause', target: 'resting' }, CHECK],
})

export const halted = accountSetup.createStateConfig({
  exit: 'dropCycle',
  always: [{ guard: 'mayLeaveHalt', target: 'resting' }, CHECK],
})

/**
 * The venue or the credentials cannot be used: positions keep their stops there, and reconciliation is tried again.
 * Positions are closed from here too: they go on trying until the venue hears them.
 */
export const degraded = accountSetup.createStateConfig({
  always: { guard: 'mustFlatten', target: 'closing' },
  on: {
    'clock.ticked': { guard: 'retryIsDue', target: 'reconciling', actions: 'noteTime' },
    'account.resumed': { target: 'reconciling', actions: 'noteTime' },
    'fill.booked': { actions: 'bookEarly' },
  },
})
