/** Reads are patient, writes are not: what a venue that fails, hangs or refuses is asked, and how often. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PATIENCE, ResilientExchange } from '../../../../adapters/exchange/resilient/exchange.ts'
import { type Exchange, OutcomeUnknown, VenueRefused, VenueUnreachable } from '../../../../domain/ports.ts'
import { AT } from '../../../harness.ts'

const METHODS = [
  'instruments',
  'account',
  'positions',
  'openOrders',
  'fillsSince',
  'lookup',
  'submit',
  'cancel',
  'setLeverage',
] as const
const READS = METHODS.slice(0, 6)
const WRITES = METHODS.slice(6)

/** A venue that answers each question as it is told to, and counts them. */
const given = (answer: (count: number) => unknown) => {
  const asked: { method: string; args: unknown[]; at: number }[] = []
  const inner = { venue: 'test', subscribe: () => () => {} } as unknown as Record<string, unknown>
  for (const method of METHODS) {
    inner[method] = (...args: unknown[]) => {
      asked.push({ method, args, at: Date.now() - AT })
      return answer(asked.length)
    }
  }
  const exchange = new ResilientExchange(inner as unknown as Exchange, {
    clock: { now: () => Date.now() },
    monotonic: () => performance.now(),
  })
  return { exchange, asked }
}

const ask = (exchange: Exchange, method: (typeof METHODS)[number]): Promise<unknown> =>
  (exchange[method] as (...args: unknown[]) => Promise<unknown>)('BTC', 'id')
const unreachable = () => Promise.reject(new VenueUnreachable('no route'))
const hangs = () => new Promise(() => {})

/** The error of a question, or its answer, after as much time as it takes. */
const outcome = async (question: unknown): Promise<unknown> => {
  const settled = Promise.resolve(question).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(10_000)
  return settled
}

beforeEach(() => {
  vi.useFakeTimers({ now: AT, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test.each(READS)('%s is asked again when the venue was not reached, and then answers', async method => {
  const { exchange, asked } = given(count => (count < 3 ? unreachable() : Promise.resolve([method])))
  expect(await outcome(ask(exchange, method))).toEqual([method])
  expect(asked).toHaveLength(3)
  expect(new Set(asked.map(each => JSON.stringify(each.args))).size).toBe(1)
})

test.each(WRITES)('%s is asked once, whatever comes of it', async method => {
  for (const failure of [new VenueUnreachable('x'), new OutcomeUnknown('x'), new VenueRefused('x', 'x')]) {
    const { exchange, asked } = given(() => Promise.reject(failure))
    expect(await outcome(ask(exchange, method))).toBe(failure)
    expect(asked).toHaveLength(1)
  }
})

test.each(WRITES)('%s has no time limit of its own, and is asked while the circuit is open', async method => {
  const { exchange, asked } = given(count => (count <= PATIENCE.failuresMax ? unreachable() : hangs()))
  for (let count = 0; count < 2; count += 1) await outcome(exchange.positions())
  await outcome(exchange.positions())
  const before = asked.length
  let isSettled = false
  const note = () => {
    isSettled = true
  }
  void ask(exchange, method).finally(note)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(before + 1)
  expect(isSettled).toBe(false)
})

test('the waits between attempts grow from a random first one and stay below their limit', async () => {
  const waits: number[] = []
  for (let count = 0; count < 30; count += 1) {
    const { exchange, asked } = given(unreachable)
    const failed = outcome(exchange.account())
    expect(await failed).toBeInstanceOf(VenueUnreachable)
    const [first, second, third] = asked.map(each => each.at) as [number, number, number]
    waits.push(second - first, third - second)
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(PATIENCE.waitMsMax)
  expect(new Set(waits).size).toBeGreaterThan(20)
})

test('a refusal is an answer: it is passed on at once and opens nothing', async () => {
  const refusal = new VenueRefused('forbidden', 'this key may not read')
  const { exchange, asked } = given(() => Promise.reject(refusal))
  for (let count = 0; count < 20; count += 1) expect(await outcome(exchange.account())).toBe(refusal)
  expect(asked).toHaveLength(20)
  expect(exchange.health()).toEqual({ circuit: 'closed', since: AT, failures: 0, lastError: null })
})

test('a fault of our own code is not asked again', async () => {
  const bug = new TypeError('x is not a function')
  const { exchange, asked } = given(() => {
    throw bug
  })
  expect(await outcome(exchange.account())).toBe(bug)
  expect(asked).toHaveLength(1)
})

test('a venue that hangs costs a read at most its whole limit, and is unreachable', async () => {
  const { exchange } = given(hangs)
  const began = Date.now()
  let endedAt = 0
  const failed = exchange.openOrders().catch((error: unknown) => {
    endedAt = Date.now()
    return error
  })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await failed).toBeInstanceOf(VenueUnreachable)
  expect(endedAt - began).toBe(PATIENCE.totalMs)
  // The proof of a stop is such a read, and a position may be naked for five seconds.
  expect(PATIENCE.totalMs).toBeLessThan(5_000)
})

test('while nobody answers nothing is asked; after a rest one trial decides', async () => {
  let works = false
  const { exchange, asked } = given(() => (works ? Promise.resolve([]) : unreachable()))
  const openedAt = async () => {
    while (exchange.health().circuit === 'closed') {
      exchange.positions().catch(() => {})
      await vi.advanceTimersByTimeAsync(100)
    }
    return exchange.health()
  }
  const health = await openedAt()
  expect(health).toMatchObject({ circuit: 'open', lastError: 'no route' })
  expect(health.failures).toBeGreaterThanOrEqual(PATIENCE.failuresMax)
  expect(Date.now() - health.since).toBeLessThanOrEqual(100)
  await vi.advanceTimersByTimeAsync(2_000)

  const before = asked.length
  const refused = await exchange.positions().catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(VenueUnreachable)
  expect(String(refused)).toMatch(
    /positions was not asked: \d+ questions in a row got no answer \(no route\)/,
  )
  expect(asked).toHaveLength(before)

  await vi.advanceTimersByTimeAsync(PATIENCE.openMs)
  const failed = exchange.positions().catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveLength(before + 1)
  expect(exchange.health().circuit).toBe('open')
  expect(await outcome(failed)).toBeInstanceOf(VenueUnreachable)

  works = true
  await vi.advanceTimersByTimeAsync(PATIENCE.openMs)
  expect(await exchange.positions()).toEqual([])
  expect(exchange.health()).toMatchObject({ circuit: 'closed', failures: 0 })
})

test('a connection that is there again closes the circuit before its rest is over', async () => {
  let works = false
  const { exchange } = given(() => (works ? Promise.resolve([]) : unreachable()))
  while (exchange.health().circuit === 'closed') await outcome(exchange.positions())
  works = true
  expect(exchange.health().circuit).toBe('open')
  exchange.recovered()
  expect(exchange.health()).toMatchObject({ circuit: 'closed', since: Date.now(), failures: 0 })
  expect(await exchange.positions()).toEqual([])
})

test.each([
  ['back an hour', -3_600_000],
  ['forward an hour', 3_600_000],
])('a wall clock that is set %s neither lengthens nor shortens the rest', async (_what, jump) => {
  const { exchange, asked } = given(unreachable)
  while (exchange.health().circuit === 'closed') {
    exchange.positions().catch(() => {})
    await vi.advanceTimersByTimeAsync(100)
  }
  await vi.advanceTimersByTimeAsync(2_000)
  vi.setSystemTime(Date.now() + jump)
  const before = asked.length
  exchange.positions().catch(() => {})
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveLength(before)
  await vi.advanceTimersByTimeAsync(PATIENCE.openMs)
  exchange.positions().catch(() => {})
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveLength(before + 1)
})

test('each account has its own circuit', async () => {
  const dead = given(unreachable)
  const alive = given(() => Promise.resolve([]))
  while (dead.exchange.health().circuit === 'closed') await outcome(dead.exchange.positions())
  expect(await outcome(alive.exchange.positions())).toEqual([])
  expect(alive.exchange.health().circuit).toBe('closed')
})
