/** The market stands while its feed is held: nothing is lost, no deadline passes, and what people say comes true. */
import { describe, expect, test } from 'vitest'
import { Engine } from '../../actors/engine.ts'
import type { FeedControl, FeedStatus } from '../../actors/feed-control.ts'
import type { Fact } from '../../domain/fact.ts'
import { givenOptions, givenSeries, givenSettings, givenStore, runLive, tradesOf } from './given.ts'
import { givenFloor, say, VICTIM } from './given-control.ts'

const until = (feed: FeedControl, state: FeedStatus['state']) =>
  expect.poll(() => feed.feed().state, { interval: 5, timeout: 10_000 }).toBe(state)

/** A floor whose account has reached `state`, with the market standing. */
const standing = async (state: string) => {
  const floor = await givenFloor()
  const reached = floor.reached('', state)
  const stop = floor.run()
  await reached
  floor.driver.hold()
  await until(floor.driver, 'stopped')
  return { ...floor, stop, at: floor.system.clock.now(), steps: floor.driver.steps }
}

describe('while the market stands', () => {
  test('neither candles nor time come, and after it both go on', async () => {
    const { driver, system, stop, at, steps } = await standing('protected')
    // A market that runs as fast as it can goes on by many candles meanwhile.
    await expect.poll(() => driver.feed().messageAgeMs, { interval: 5 }).toBeGreaterThan(100)
    expect(driver.feed()).toMatchObject({ state: 'stopped', restarts: 0 })
    expect([driver.steps, system.clock.now() - at]).toEqual([steps, 0])
    expect(driver.release()).toMatchObject({ state: 'running', restarts: 1 })
    await expect.poll(() => driver.steps).toBeGreaterThan(steps + 5)
    await stop()
  })

  test('an entry that filled at the open gets its stop', async () => {
    const floor = await givenFloor()
    let confirmed = -1
    floor.system.journal.subscribe(({ accountId, type }) => {
      if (accountId !== VICTIM || type !== 'position.opened' || confirmed >= 0) return
      confirmed = floor.told('protection.confirmed').length
      floor.driver.hold()
    })
    const stop = floor.run()
    await until(floor.driver, 'stopped')
    const { steps } = floor.driver
    const opened = floor.told('position.opened').length
    await expect.poll(() => floor.told('protection.confirmed').length, { interval: 5 }).toBe(opened)
    expect([confirmed, opened > 0]).toEqual([0, true])
    const open = await floor.open()
    expect(open.positions).toHaveLength(opened)
    expect(new Set(open.stops)).toEqual(new Set(open.positions))
    await expect.poll(() => floor.system.journal.lag, { interval: 5 }).toBe(0)
    expect([floor.driver.feed().state, floor.driver.steps]).toEqual(['stopped', steps])
    await stop()
    expect(floor.errors).toEqual([])
  })

  test.each(['close_all', 'panic', 'halt', 'pause', 'stop'] as const)('%s comes true', async name => {
    const floor = await standing('protected')
    expect(await floor.tell(say(name))).toMatchObject({ done: true, remaining: [] })
    const { positions, stops } = await floor.open()
    expect(positions.length === 0).toBe(['close_all', 'panic', 'stop'].includes(name))
    expect(new Set(stops)).toEqual(new Set(positions))
    // Only what was on its way to the venue and back has moved the clock.
    expect(floor.system.clock.now() - floor.at).toBeLessThan(2_000)
    expect([floor.driver.feed().state, floor.driver.steps]).toEqual(['stopped', floor.steps])
    expect(floor.told('control.acknowledged')).toHaveLength(1)
    await floor.stop()
    expect(floor.errors).toEqual([])
  })

  test('a run ends, and says so', async () => {
    const { driver, stop } = await standing('protected')
    await stop()
    expect(driver.feed().state).toBe('ended')
    expect(driver.hold().state).toBe('ended')
  })
})

const SERIES = givenSeries(4, 400)
const plain = (facts: readonly Fact[]) => facts.filter(each => each.accountId === VICTIM)

/** An engine that is held at some steps, and then goes on, or is ended there. */
const runHeld = async (at: readonly number[], then: 'release' | 'stop', store = givenStore()) => {
  const settings = givenSettings()
  const facts: Fact[] = []
  const conditions: string[] = []
  let steps = 0
  const hold = async () => {
    engine.feed.hold()
    await until(engine.feed, 'stopped')
    conditions.push(engine.ports().find(each => each.kind === 'feed')?.condition ?? 'none')
    if (then === 'release') engine.feed.release()
    else engine.stop()
  }
  const engine: Engine = await Engine.open({
    ...(await givenOptions(settings, SERIES)),
    store,
    onError: error => {
      throw error
    },
    onStep: () => {
      steps += 1
      if (!at.includes(steps)) return
      void hold()
    },
  })
  engine.subscribe(event => {
    if (event.kind === 'fact') facts.push(event.fact)
  })
  await engine.run()
  const hash = engine.journalHash()
  engine.close()
  return { hash, facts, conditions, steps }
}

describe('nothing is lost', () => {
  test('a run that was held now and then has the journal of one that was not', async () => {
    const held = await runHeld([50, 51, 120, 300], 'release')
    const free = await runHeld([], 'release')
    expect(held.steps).toBe(free.steps)
    expect(plain(held.facts).length).toBeGreaterThan(100)
    expect(held.hash).toBe(free.hash)
    expect(held.conditions).toEqual(['degraded', 'degraded', 'degraded', 'degraded'])
  })

  test('an engine that ended while it was held goes on with the market running', async () => {
    const store = givenStore()
    const first = await runHeld([120], 'stop', store)
    const second = await runLive(givenSettings(), SERIES, store)
    const whole = await runHeld([], 'release')
    expect(first.steps).toBe(120)
    expect(tradesOf([...first.facts, ...second.facts])).toEqual(tradesOf(whole.facts))
    expect(tradesOf(whole.facts).length).toBeGreaterThan(2)
  })
})
