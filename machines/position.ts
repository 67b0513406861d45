/**
 * One asset of one account, from flat to flat, again and again. The account thinks, the position acts.
 *
 * It owns the orders of its asset, its stop and its target, and proves at the venue that the stop stands. It never
 * decides to enter, never sizes and never moves a stop away from profit. The account spawns it with the asset and keeps
 * it for good; it tells the account what changed and what was booked. Whatever it did not ask for (a late fill, a
 * position found at the venue) it closes.
 *
 * idle → hysteresis → ordering → protecting → protected (holding ⇄ hysteresis) → closing → cooldown → idle
 */
import type { ActorRefFrom } from 'xstate'
import { closing } from './position/closing.ts'
import { cooldown, hysteresis, idle, ordering } from './position/entering.ts'
import { protectedState, protecting } from './position/holding.ts'
import { positionSetup } from './position/setup.ts'
import { startPosition } from './position/update.ts'

export const positionMachine = positionSetup.createMachine({
  id: 'position',
  options: { maxIterations: 100 },
  context: ({ input }) => startPosition(input),
  initial: 'idle',
  on: {
    'fill.received': [
      { guard: 'isSeen' },
      { guard: 'isOfOthers', actions: 'setAside' },
      { actions: 'bookFill' },
    ],
    'order.reported': { actions: 'forwardReport' },
    'order.accepted': { actions: 'markAccepted' },
    'order.settled': { actions: 'releaseSlot' },
    'funding.paid': { actions: 'bookFunding' },
    'venue.reconciled': { actions: 'bookDifference' },
    'settings.changed': { actions: 'adoptSettings' },
    'account.resumed': { actions: 'noteTime' },
  },
  states: { idle, hysteresis, ordering, protecting, protected: protectedState, closing, cooldown },
})

export type PositionActor = ActorRefFrom<typeof positionMachine>
