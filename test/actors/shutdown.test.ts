/** A store that hangs holds no shutdown up: the engine is gone in time, and the next start finds its positions and stops. */
import { expect, test } from 'vitest'
import { Engine } from '../../actors/engine.ts'
import { Journal } from '../../actors/journal.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { InFlight } from '../../actors/service-logic.ts'
import { WallClock } from '../../actors/wall-clock.ts'
import { WallDriver, type WallDriverOptions } from '../../actors/wall-driver.ts'
import { MemoryStore } from '../../adapters/store/memory-store.ts'
import type { Batch } from '../../domain/ports.ts'
import { givenSeries, givenSettings, givenSource, START } from './given.ts'

const never = () => new Promise<void>(() => {})

/** Hangs for good after the first write whose state has a protected position; the next start may write again. */
class Hanging extends MemoryStore {
  readonly kind = 'pglite' as const
  hangs = false
  onHang: (() => void) | null = null
  override async write(batch: Batch): Promise<void> {
    if (this.hangs) return never()
    await super.write(batch)
    if (this.onHang === null || !JSON.stringify(batch.snapshots).includes('"confirmed":true')) return
    this.hangs = true
    this.onHang()
  }
}

const settings = givenSettings()
const series = givenSeries(4, 1_500)

const open = async (store: Hanging, errors: unknown[], onStep: () => void = () => {}) =>
  Engine.open({
    settings: { ...settings, speed: 'max' },
    source: givenSource(series),
    strategies: await loadStrategies(settings.accounts),
    store,
    startAt: START,
    warmSteps: 0,
    wall: { now: () => 0 },
    onError: error => errors.push(error),
    onStep,
  })

test('stopped while the store hangs, it ends within 30 s, and the next start has its positions and their stops', async () => {
  const store = new Hanging()
  const errors: unknown[] = []
  const engine: Engine = await open(store, errors)
  store.onHang = () => engine.stop()
  const from = performance.now()
  await engine.run()
  expect(performance.now() - from).toBeLessThan(30_000)
  engine.close()

  expect(store.hangs).toBe(true)
  Object.assign(store, { hangs: false, onHang: null })
  const again: Engine = await open(store, errors, () => again.stop())
  await again.run()
  expect(again.resumed).toBe(true)
  for (const { stopPrice, protected: isProtected } of again.positions()) {
    expect(isProtected).toBe(true)
    expect(stopPrice).not.toBe(null)
  }
  expect(again.positions().length).toBeGreaterThan(0)
  again.close()
  expect(errors.map(String).join()).toMatch(/The last write was not confirmed within 4 s/)
})

/** A driver of nothing, whose journal is written by `write`. */
const givenDriver = (write: () => Promise<void>) => {
  const errors: string[] = []
  const clock = new WallClock({ now: () => Date.now() })
  const journal = new Journal({ write })
  const system = {
    conductor: {},
    market: {},
    journal,
    inFlight: new InFlight(),
    desk: { capture: () => [], accountIds: () => [] },
  } as unknown as WallDriverOptions['system']
  const source = { ...givenSource(series), next: () => null }
  const driver = new WallDriver({
    system,
    clock,
    source,
    speed: 1,
    onError: error => errors.push(String(error)),
  })
  return { driver, journal, errors }
}

test('a driver on real time waits four seconds for its last write, and no longer', async () => {
  const { driver, errors } = givenDriver(never)
  const ended = driver.run()
  const from = performance.now()
  driver.stop()
  await ended
  const ms = performance.now() - from
  expect(ms).toBeGreaterThan(3_500)
  expect(ms).toBeLessThan(8_000)
  expect(errors.join()).toMatch(/to write the journal took longer than 4000 ms/)
})

test('a driver on real time closes entries while a write hangs, says so once, and opens them when it ends', async () => {
  const written = Promise.withResolvers<void>()
  let writes = 0
  const { driver, journal, errors } = givenDriver(() => {
    writes += 1
    return writes === 1 ? written.promise : Promise.resolve()
  })
  const slow = Promise.withResolvers<void>()
  const ended = driver.run()
  const timer = setInterval(() => journal.isSlow && slow.resolve(), 20)
  await slow.promise
  clearInterval(timer)
  expect(errors).toEqual(['TooSlow: to write the journal took longer than 5000 ms'])
  expect(writes).toBe(1)
  written.resolve()
  driver.stop()
  await ended
  expect(journal.isSlow).toBe(false)
  expect(writes).toBeGreaterThan(1)
  expect(errors).toHaveLength(1)
})
