/**
 * One trading account: a root actor that thinks (analyse, decide), budgets risk and supervises its positions.
 *
 * It keeps the ledger and the breakers, asks its strategy when candles close, passes every proposal through the risk
 * staircase and tells its positions what to do. It never talks to a venue about orders; its positions do. Wishes of
 * people (pause, halt, flatten, stop) are flags that are read at rest, where nothing is in flight. The desk starts it,
 * ticks its deadlines, and restarts it through `reconciling` when it fails.
 *
 * reconciling → idle ⇄ protected → analysing → deciding → ordering → rest; hysteresis, cooldown, closing, paused, halted,
 * degraded; stopped is final.
 */
import type { Actor } from 'xstate'
import {
  cooldown,
  degraded,
  halted,
  hysteresis,
  idle,
  paused,
  protectedState,
  resting,
} from './account/resting.ts'
import { accountSetup } from './account/setup.ts'
import { startAccount } from './account/update.ts'
import { agreeing, analysing, closing, deciding, ordering, reconciling } from './account/working.ts'

export const accountMachine = accountSetup.createMachine({
  id: 'account',
  options: { maxIterations: 100 },
  context: ({ input }) => startAccount(input),
  entry: 'spawnPositions',
  initial: 'reconciling',
  on: {
    'candle.closed': { actions: 'noteCandle' },
    'equity.marked': { actions: 'markEquity' },
    'clock.ticked': { actions: 'noteTime' },
    'account.resumed': { target: '.reconciling', actions: 'noteTime' },
    'settings.changed': { actions: 'adoptSettings' },
    'account.pause': { actions: 'obey' },
    'account.resume': { actions: 'obey' },
    'account.stop_entries': { actions: 'obey' },
    'account.allow_entries': { actions: 'obey' },
    'account.drain': { actions: 'obey' },
    'account.halt': { actions: 'obey' },
    'account.flatten': { actions: 'obey' },
    'account.rearm': { actions: 'obey' },
    'account.stop': { actions: 'obey' },
    'position.changed': { actions: 'bookReport' },
    'position.resized': { actions: 'bookReport' },
    'fill.booked': { actions: 'bookReport' },
    'funding.booked': { actions: 'bookReport' },
    'position.opened': { actions: 'bookReport' },
    'position.doubted': { target: '.reconciling', actions: 'noteTime' },
  },
  states: {
    reconciling,
    agreeing,
    resting,
    idle,
    protected: protectedState,
    analysing,
    deciding,
    ordering,
    hysteresis,
    cooldown,
    closing,
    paused,
    halted,
    degraded,
    stopped: { type: 'final', tags: 'stopped' },
  },
})

export type AccountActor = Actor<typeof accountMachine>
