/** What was said to an account outlives the engine it was said to, and nothing that hangs can hold an engine up. */
import { expect, test } from 'vitest'
import { Engine } from '../../actors/engine.ts'
import type { Acknowledgement, ControlCommand } from '../../actors/engine-control.ts'
import { LiveDriver } from '../../actors/live-driver.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import type { Fact } from '../../domain/fact.ts'
import { givenSeries, givenSettings, givenSource, givenStore, type LiveRun, START } from './given.ts'
import { givenFloor, rewired, say, VICTIM } from './given-control.ts'

const series = givenSeries(4, 1_500)
const settings = givenSettings()

/** Runs until `act` is done with it. */
const withEngine = async (
  store: LiveRun['store'],
  act: (engine: Engine, until: (is: (fact: Fact) => boolean) => Promise<void>) => Promise<void>,
  speed: number | 'max' = 'max',
): Promise<Engine> => {
  const errors: unknown[] = []
  const engine = await Engine.open({
    settings: { ...settings, speed },
    source: givenSource(series),
    strategies: await loadStrategies(settings.accounts),
    store,
    startAt: START,
    warmSteps: 0,
    wall: { now: () => 0 },
    onError: error => errors.push(error),
  })
  const until = (is: (fact: Fact) => boolean) =>
    new Promise<void>(resolve => {
      const forget = engine.subscribe(event => {
        if (event.kind !== 'fact' || event.accountId !== VICTIM || !is(event.fact)) return
        forget()
        resolve()
      })
    })
  const ended = engine.run()
  await act(engine, until)
  engine.stop()
  await ended
  if (!engine.hasLeft) expect(errors).toEqual([])
  return engine
}

const hasOpened = (fact: Fact) => fact.type === 'protection.confirmed'
const candles = (count: number) => {
  let seen = 0
  return (fact: Fact) => fact.type === 'decision.recorded' && ++seen >= count
}
const moved = (to: string) => (fact: Fact) => fact.type === 'account.moved' && fact.to === to
const summaryOf = (engine: Engine) => engine.accounts().find(each => each.id === VICTIM)
const factsOf = async (store: LiveRun['store'], type: Fact['type']) =>
  (await store.facts({ limit: 100_000, accountId: [VICTIM] })).items.filter(fact => fact.type === type)
const tell = (engine: Engine, command: ControlCommand) => engine.command([VICTIM], command, { by: 'test' })

test.each([
  ['pause', 'paused'],
  ['panic', 'halted'],
  ['halt', 'halted'],
  ['drain', 'paused'],
  ['stop', 'stopped'],
] as const)('%s survives restarts', async (name, state) => {
  const store = givenStore()
  const first = await withEngine(store, async (engine, until) => {
    await until(hasOpened)
    expect(await tell(engine, say(name))).toMatchObject([{ done: true }])
  })
  first.close()
  const opened = (await factsOf(store, 'position.opened')).length
  for (let count = 0; count < 2; count += 1) {
    const again = await withEngine(store, async engine => {
      const [, ...others] = settings.accounts.map(each => each.id)
      await new Promise<void>(resolve => {
        let seen = 0
        engine.subscribe(event => {
          if (event.accountId === others[0] && event.kind === 'fact' && ++seen === 200) resolve()
        })
      })
      expect(summaryOf(engine)?.status).toBe(state)
    })
    again.close()
  }
  expect(await factsOf(store, 'position.opened')).toHaveLength(opened)
})

test('entries stopped by hand stay stopped', async () => {
  const store = givenStore()
  const first = await withEngine(store, async (engine, until) => {
    await until(hasOpened)
    await tell(engine, say('stop_entries'))
  })
  first.close()
  const again = await withEngine(store, async (engine, until) => {
    await until(candles(300))
    expect(summaryOf(engine)?.entriesStopped).toBe('entries stopped by hand')
  })
  again.close()
})

test('a panic cut short by the end of the engine goes on at the next start, and is acknowledged once', async () => {
  const store = givenStore()
  let answer: Promise<Acknowledgement[]> = Promise.resolve([])
  const trading = await withEngine(store, (_engine, until) => until(hasOpened))
  trading.close()
  // In real time the next price is minutes away, so the engine ends before it.
  const slow = await withEngine(
    store,
    async engine => {
      answer = tell(engine, say('panic'))
      engine.leave()
    },
    1,
  )
  slow.close()
  expect(await answer).toMatchObject([{ done: false }])
  expect(JSON.stringify(await answer)).toContain('goes on at the next start')
  const again = await withEngine(store, async (engine, until) => {
    const [both] = await Promise.all([
      Promise.all([tell(engine, say('panic')), tell(engine, say('panic'))]),
      until(moved('halted')),
    ])
    expect(both).toMatchObject([[{ done: true }], [{ done: true }]])
    expect(engine.positions().filter(each => each.accountId === VICTIM)).toEqual([])
  })
  again.close()
  const acknowledged = await factsOf(store, 'control.acknowledged')
  expect(acknowledged.filter(fact => fact.type === 'control.acknowledged' && fact.done)).toHaveLength(1)
})

test('panic while the accounts of a new start still reconcile is acknowledged once, and flat', async () => {
  const store = givenStore()
  const trading = await withEngine(store, (_engine, until) => until(hasOpened))
  trading.close()
  const again = await withEngine(store, async (engine, until) => {
    expect(summaryOf(engine)?.state).toBe('reconciling')
    const both = Promise.all([tell(engine, say('panic')), tell(engine, say('panic'))])
    await until(moved('halted'))
    expect(await both).toMatchObject([[{ done: true, remaining: [] }], [{ done: true, remaining: [] }]])
  })
  again.close()
  expect(await factsOf(store, 'control.acknowledged')).toMatchObject([{ command: 'panic', done: true }])
  const last = await withEngine(store, (_engine, until) => until(moved('halted')))
  expect(summaryOf(last)).toMatchObject({ status: 'halted', positionsOpen: 0 })
  last.close()
})

test('without waiting, the answer is durable and tells how things stand', async () => {
  const store = givenStore()
  const engine = await withEngine(store, async (running, until) => {
    await until(hasOpened)
    const [accepted] = await running.command([VICTIM], say('close_all'), { by: 'test', wait: false })
    expect(accepted).toMatchObject({ accountId: VICTIM, command: 'close_all', done: false })
    expect(await factsOf(store, 'control.commanded')).toHaveLength(1)
    await until(fact => fact.type === 'control.acknowledged')
  })
  engine.close()
})

test('a service that never answers holds a stop up for its limit only', async () => {
  const floor = await givenFloor()
  const { exchange } = floor.desk.seat(VICTIM)
  const errors: unknown[] = []
  floor.desk.seat(VICTIM).exchange = rewired(exchange, question =>
    question === 'submit' ? new Promise(() => {}) : undefined,
  )
  const source = givenSource(series)
  const driver = new LiveDriver({
    system: floor.system,
    next: () => source.next(),
    speed: 'max',
    onError: error => errors.push(error),
    stopMs: 30,
  })
  const reached = floor.reached('/position:BTC/entry', 'submitting')
  const ended = driver.run()
  await reached
  driver.stop()
  await ended
  expect(driver.hasLeft).toBe(true)
  expect(String(errors[0])).toMatch(/Leaving after 0\.03 s although 2 services have not answered/)
})
