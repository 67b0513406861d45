/**
 * Panic from every state of the charts, with the venue there or gone, once or twice at once: flat, latched, and acknowledged
 * exactly once. The lists of states are the charts' own, so that a new state cannot be left out.
 */
import { describe, expect, test } from 'vitest'
import { topState } from '../../actors/state-text.ts'
import { money } from '../../domain/units.ts'
import { accountMachine } from '../../machines/account.ts'
import { positionMachine } from '../../machines/position.ts'
import { givenFloor, say, VICTIM } from './given-control.ts'

type Floor = Awaited<ReturnType<typeof givenFloor>>
type Play = { actor: string; state: string; lead: (floor: Floor, run: () => void) => Promise<void> }

const NOTHING = { positions: [], entries: [], stops: [] }
const name = ({ actor, state }: Play) => `${actor === '' ? 'the account' : actor.slice(1)} is ${state}`

/** Where trading itself leads to, the `nth` time. */
const trading = (actor: string, state: string, nth = 1): Play => ({
  actor,
  state,
  lead: async (floor, run) => {
    const reached = floor.reached(actor, state, nth)
    run()
    await reached
  },
})

/** Where `push` leads to from `from`. */
const pushed = (state: string, from: string, push: (floor: Floor) => void): Play => ({
  actor: '',
  state,
  lead: async (floor, run) => {
    const start = floor.reached('', from)
    run()
    await start
    const reached = floor.reached('', state)
    push(floor)
    await reached
  },
})

const worth = (equity: number) => (floor: Floor) =>
  floor.desk.send(VICTIM, { type: 'equity.marked', equity: money(equity), at: floor.system.clock.now() })

const ACCOUNT: Play[] = [
  pushed('reconciling', 'protected', floor => floor.desk.resync(VICTIM)),
  trading('', 'idle', 3),
  trading('', 'analysing', 2),
  trading('', 'deciding', 2),
  trading('', 'ordering', 1),
  trading('', 'protected', 1),
  pushed('hysteresis', 'protected', worth(5_000)),
  pushed('cooldown', 'idle', worth(9_000)),
  pushed('closing', 'protected', floor => void floor.tell(say('close_all'))),
  pushed('paused', 'protected', floor => void floor.tell(say('pause'))),
  pushed('halted', 'protected', floor => void floor.tell(say('halt'))),
  pushed('degraded', 'protected', floor => {
    floor.wire.isCut = true
    floor.desk.resync(VICTIM)
  }),
]
/** Passed through within one step, and the end, after which there is nothing to panic about (control.test.ts). */
const NOT_RESTED_IN = ['agreeing', 'resting', 'stopped']

/** The exit waits for the next price. */
const closingByHand: Play = {
  actor: '/position:BTC',
  state: 'closing',
  lead: async (floor, run) => {
    const open = floor.reached('/position:BTC', 'protected')
    run()
    await open
    void floor.tell({ name: 'close', symbol: 'BTC', fraction: 1, reason: null })
  },
}

const POSITION: Play[] = [
  trading('/position:BTC', 'hysteresis', 1),
  trading('/position:BTC', 'ordering', 1),
  trading('/position:ETH', 'protecting', 1),
  trading('/position:BTC', 'protected', 2),
  closingByHand,
  trading('/position:BTC', 'cooldown', 1),
  trading('/position:BTC', 'idle', 2),
]

/** A drawdown leads to hysteresis, a loss of the day to cooldown. */
const givenPanicFloor = () =>
  givenFloor(60_000, settings => {
    for (const { risk } of settings.accounts) {
      Object.assign(risk, { emergencyAction: 'halt', drawdownTripRatio: 0.3, dailyLossRatioMax: 0.05 })
    }
  })

const stateOf = (floor: Floor, actor: string): string => {
  const account = floor.desk.actor(VICTIM).getSnapshot()
  if (actor === '') return topState(account.value)
  const position = account.children[actor.slice(1)]?.getSnapshot() as { value?: unknown } | undefined
  return topState(position?.value)
}

const panics = (floor: Floor, type: 'control.commanded' | 'control.acknowledged') =>
  floor.told(type).filter(fact => fact.type === type && fact.command === 'panic')

/** What must be true after the acknowledgement, and still is many candles later. */
const judge = async (floor: Floor, end: () => Promise<void>): Promise<void> => {
  expect((await floor.open()).positions).toEqual([])
  expect((await floor.open()).entries).toEqual([])
  const opened = floor.told('position.opened').length
  await floor.steps(60)
  await end()
  expect(floor.state()).toBe('halted')
  expect(floor.context().control).toMatchObject({ halted: 'panic', flatten: null })
  expect(await floor.open()).toEqual(NOTHING)
  expect(floor.told('position.opened')).toHaveLength(opened)
  expect(panics(floor, 'control.acknowledged')).toMatchObject([{ done: true }])
  expect(floor.errors).toEqual([])
}

const lead = async ({ actor, state, lead: follow }: Play) => {
  const floor = await givenPanicFloor()
  let end = () => Promise.resolve()
  await follow(floor, () => {
    end = floor.run()
  })
  expect(stateOf(floor, actor)).toBe(state)
  return { floor, end: () => end() }
}

test('every state that an account or a position can be found in is tried', () => {
  const tried = (plays: Play[], more: string[] = []) => [
    ...new Set([...plays.map(each => each.state), ...more]),
  ]
  expect(tried(ACCOUNT, NOT_RESTED_IN).toSorted()).toEqual(Object.keys(accountMachine.states).toSorted())
  expect(tried(POSITION).toSorted()).toEqual(Object.keys(positionMachine.states).toSorted())
})

describe('panic', () => {
  test.each([...ACCOUNT, ...POSITION].map(play => [name(play), play] as const))(
    'while %s ends flat and latched, acknowledged once',
    async (_name, play) => {
      const { floor, end } = await lead(play)
      const acknowledged = floor.tell(say('panic'))
      expect(floor.context().control).toMatchObject({ halted: 'panic' })
      floor.wire.isCut = false
      expect(await acknowledged).toMatchObject({ accountId: VICTIM, done: true, remaining: [] })
      await judge(floor, end)
    },
  )

  test.each([...ACCOUNT, ...POSITION].map(play => [name(play), play] as const))(
    'twice at once while %s and the venue is gone is latched at once, and acknowledged once when it is back and all is flat',
    async (_name, play) => {
      const { floor, end } = await lead(play)
      floor.wire.isCut = true
      const both = Promise.all([floor.tell(say('panic'), 'one'), floor.tell(say('panic'), 'two')])
      expect(floor.context().control).toMatchObject({ halted: 'panic' })
      const opened = floor.told('position.opened').length
      await floor.steps(10)
      expect(panics(floor, 'control.acknowledged')).toEqual([])
      expect(floor.told('position.opened').length - opened, 'only what was on its way').toBeLessThanOrEqual(1)
      floor.wire.isCut = false
      const [one, two] = await both
      expect(one).toEqual(two)
      expect(one).toMatchObject({ done: true, remaining: [] })
      expect(panics(floor, 'control.commanded')).toMatchObject([{ by: 'one' }, { by: 'two' }])
      await judge(floor, end)
    },
  )
})
