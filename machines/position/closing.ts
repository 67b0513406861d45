/** Out at market, reduce-only, until flat; then every order of the position is swept before its life ends. */
import { positionSetup } from './setup.ts'

export const closing = positionSetup.createStateConfig({
  tags: 'inFlight',
  entry: { type: 'reportState', params: { state: 'closing' } },
  initial: 'choosing',
  on: { 'entry.approved': { actions: { type: 'refuseEntry', params: { state: 'closing' } } } },
  states: {
    choosing: {
      always: [{ guard: 'isFlat', target: 'sweeping' }, { target: 'exiting' }],
    },
    exiting: {
      // Whatever portion was asked for before: here everything goes.
      entry: ['cancelEntry', 'endPartialExit', 'placeExit'],
      always: [
        { guard: 'isFlat', target: 'sweeping' },
        { guard: 'exitFallsShort', actions: 'placeExit' },
      ],
      on: {
        'order.settled': [
          // Filled, but the fills are still to come: another exit now would be one too many.
          { guard: 'owesFills', target: 'waiting', actions: 'releaseSlot' },
          // What was in flight was a smaller exit, asked for before: the rest follows at once.
          {
            guard: 'exitIsFilled',
            target: 'exiting',
            reenter: true,
            actions: 'releaseSlot',
          },
          { guard: { type: 'isLeg', params: { leg: 'exit' } }, target: 'waiting', actions: 'releaseSlot' },
          { actions: 'releaseSlot' },
        ],
      },
    },
    waiting: {
      entry: 'waitBeforeRetry',
      always: { guard: 'isFlat', target: 'sweeping' },
      on: { 'clock.ticked': { guard: 'isDue', target: 'exiting', actions: 'noteTime' } },
    },
    sweeping: {
      entry: ['endTiming', 'sweepOrders'],
      always: [
        { guard: 'isOpen', target: 'exiting' },
        { guard: 'hasNoOrders', target: '#position.cooldown', actions: 'finishLife' },
      ],
    },
  },
})
