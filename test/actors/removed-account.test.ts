/** An account that is removed while it trades leaves nothing behind that would act, or be asked, for it. */
import { expect, test } from 'vitest'
import type { Define } from '../../actors/account-admin.ts'
import { Control } from '../../actors/control.ts'
import { LiveDriver } from '../../actors/live-driver.ts'
import { Roster } from '../../actors/roster.ts'
import { NOTHING_STORED } from '../../domain/stored-accounts.ts'
import { givenSeries, givenSource, givenStore, givenSystem } from './given.ts'
import { define, settingsWith, WORDS } from './given-admin.ts'

const BY = { by: 'test', reason: null }
/** Steps of the market that are played after it has gone. */
const AFTER = 100

test('a removed account has no timer, no order and no call left', async () => {
  const source = givenSource(givenSeries(7, 2_000))
  const system = await givenSystem(settingsWith(NOTHING_STORED), source)
  const { desk, clock, venue, journal } = system
  const calls = { strategy: 0, exchange: 0 }
  const counted: Define = async (...words) => {
    const definition = await define(...words)
    const { strategy } = definition
    const propose: typeof strategy.propose = view => {
      calls.strategy += 1
      return strategy.propose(view)
    }
    return { ...definition, strategy: { ...strategy, propose } }
  }
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const driver = new LiveDriver({ system, next: () => source.next(), speed: 'max', onError })
  const control = new Control({ desk, journal, clock, limitMs: 20_000 })
  const options = { store: givenStore(), define: counted, stored: NOTHING_STORED }
  const roster = new Roster({ system, control, options })
  system.openAccounts()
  const run = driver.run()
  const turn = () => new Promise(resolve => setImmediate(resolve))

  await roster.add('guest', WORDS, BY)
  const seat = desk.seat('guest')
  seat.exchange = new Proxy(seat.exchange, {
    get: (exchange, name) => {
      calls.exchange += 1
      const value: unknown = Reflect.get(exchange, name)
      return typeof value === 'function' ? (value.bind(exchange) as unknown) : value
    },
  })
  while (venue.exchange('guest').openOrders().length === 0) await turn()
  const owner = desk.actor('guest').system
  expect(calls.strategy).toBeGreaterThan(0)
  expect(calls.exchange).toBeGreaterThan(0)

  expect(await roster.remove('guest', { ...BY, closePositions: true })).toMatchObject({ done: true })
  const { timers } = clock
  clock.drop(owner)
  expect(clock.timers).toBe(timers)
  const before = { ...calls }
  const facts: string[] = []
  journal.subscribe(fact => facts.push(fact.accountId))
  const until = driver.steps + AFTER
  while (driver.steps < until) await turn()
  expect(calls).toEqual(before)
  expect(facts).not.toContain('guest')
  expect(venue.exchange('guest').openOrders()).toEqual([])
  expect(venue.exchange('guest').positions()).toEqual([])

  driver.stop()
  await run
  await control.end()
  desk.close()
  expect(errors).toEqual([])
}, 60_000)
