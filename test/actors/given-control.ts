/** A desk that trades at full speed and can be steered: when to interfere, what it holds, and a venue to cut off. */
import { Control } from '../../actors/control.ts'
import type { Acknowledgement, ControlCommand } from '../../actors/engine-control.ts'
import { LiveDriver } from '../../actors/live-driver.ts'
import { topState } from '../../actors/state-text.ts'
import type { Fact } from '../../domain/fact.ts'
import { type Exchange, VenueUnreachable } from '../../domain/ports.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import { givenSeries, givenSettings, givenSource, givenSystem } from './given.ts'

export const VICTIM = 'momentum'
const SERIES = givenSeries(4, 1_500)

export const say = (name: Exclude<ControlCommand['name'], 'close'>): ControlCommand => ({
  name,
  reason: null,
})

/** The exchange, with `instead` asked first: what it returns is the answer, `undefined` lets the question through. */
export const rewired = (exchange: Exchange, instead: (question: string) => unknown): Exchange =>
  new Proxy(exchange, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) =>
        instead(String(name)) ?? (value as (...given: unknown[]) => unknown).apply(target, args)
    },
  })

export const givenFloor = async (limitMs = 60_000, change: (settings: EngineSettings) => void = () => {}) => {
  const settings = givenSettings(change)
  const source = givenSource(SERIES)
  const facts: Fact[] = []
  const errors: unknown[] = []
  const system = await givenSystem(settings, source)
  const { desk, journal, clock } = system
  journal.subscribe(fact => facts.push(fact))
  const driver = new LiveDriver({
    system,
    next: () => source.next(),
    speed: 'max',
    onError: error => errors.push(error),
    onStep: () => onStep(),
  })
  let onStep: () => void = () => {}
  const control = new Control({ desk, journal, clock, limitMs })
  system.openAccounts()

  const seat = desk.seat(VICTIM)
  const wire = { isCut: false }
  const venue = seat.exchange
  seat.exchange = rewired(venue, () => {
    if (wire.isCut) throw new VenueUnreachable('cut off by the test')
  })

  /** Resolves out of the actors' steps, once `actor` (its slot, or '' for the account) enters `state` the `nth` time. */
  const reached = (actor: string, state: string, nth = 1): Promise<void> =>
    new Promise(resolve => {
      let count = 0
      const forget = desk.onTransition((accountId, id, { to }) => {
        const isThere =
          accountId === VICTIM && id === `${VICTIM}${actor}` && topState(to.split('.')[0]) === state
        if (!isThere || ++count < nth) return
        forget()
        resolve()
      })
    })
  const steps = (wanted: number): Promise<void> =>
    new Promise(resolve => {
      let count = 0
      onStep = () => {
        if (++count === wanted) resolve()
      }
    })
  const state = () => topState(desk.actor(VICTIM).getSnapshot().value)
  const context = () => desk.actor(VICTIM).getSnapshot().context
  const open = async () => ({
    positions: (await venue.positions()).map(each => each.symbol),
    entries: (await venue.openOrders()).filter(order => !order.reduceOnly).map(each => each.symbol),
    stops: (await venue.openOrders()).filter(order => order.reduceOnly).map(each => each.symbol),
  })
  const told = (type: Fact['type']) => facts.filter(fact => fact.accountId === VICTIM && fact.type === type)
  const tell = async (command: ControlCommand, by = 'test'): Promise<Acknowledgement> => {
    const [acknowledgement] = await control.command([VICTIM], command, { by })
    if (acknowledgement === undefined) throw new Error('nobody answered')
    return acknowledgement
  }
  const run = () => {
    const ended = driver.run()
    return async () => {
      driver.stop()
      await ended
      await control.end()
    }
  }
  return {
    system,
    desk,
    driver,
    control,
    facts,
    errors,
    wire,
    reached,
    steps,
    state,
    context,
    open,
    told,
    tell,
    run,
  }
}
