/** A panic that was durable comes true whatever is killed after it: flat, halted, and nothing is entered again (P12). */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseClientOrderId } from '../../domain/client-order-id.ts'
import { judgeNow, until } from './judge.ts'
import { EngineProcess, Folders, VenueProcess } from './pair.ts'

const folders = new Folders()
beforeAll(() => folders.prepare())
afterAll(() => folders.end())

const TWO_CANDLES_MS = 4_000

/** An engine with a position whose stop stands at the venue. */
const givenHolding = async (accountId: string) => {
  const venue = new VenueProcess()
  await venue.start()
  const place = folders.place(accountId)
  const start = async () => {
    const engine = new EngineProcess(venue, place, { heldCandles: 100, stopRatio: 0.2 })
    await engine.ready
    return engine
  }
  const engine = await start()
  await until('a protected position', async () => {
    const { positions } = await engine.status()
    return positions.some(each => each.state === 'protected')
  })
  return { venue, engine, start }
}

const flatAndHalted = async (
  venue: VenueProcess,
  engine: EngineProcess,
  accountId: string,
): Promise<void> => {
  const holds = async () => {
    const { positions, openOrders } = await venue.audit(accountId)
    return (await engine.status()).state === 'halted' && positions.length + openOrders.length === 0
  }
  await until('flat and halted', holds, 30_000)
  const entries = async () =>
    (await venue.audit(accountId)).asked.filter(
      ({ request }) => parseClientOrderId(request.clientOrderId)?.leg === 'entry',
    ).length
  const before = await entries()
  await sleep(TWO_CANDLES_MS)
  expect(await entries()).toBe(before)
  expect(await holds()).toBe(true)
  await judgeNow(venue, engine, accountId)
}

const end = async (venue: VenueProcess, engine: EngineProcess): Promise<void> => {
  engine.child.kill('SIGTERM')
  expect(await engine.ended()).toBe(0)
  await venue.end()
}

test('killed right after it was told, the next start is flat and halted, and so is the one after', async () => {
  const { venue, engine, start } = await givenHolding('told')
  expect(await engine.panic()).toMatchObject([{ command: 'panic' }])
  engine.child.kill('SIGKILL')
  await engine.ended()
  const next = await start()
  await flatAndHalted(venue, next, 'told')
  next.child.kill('SIGKILL')
  await next.ended()
  const last = await start()
  await flatAndHalted(venue, last, 'told')
  await end(venue, last)
}, 120_000)

test('told twice while the venue is down, killed, and started again before the venue: flat when it is back', async () => {
  const { venue, engine, start } = await givenHolding('alone')
  await venue.kill()
  await until('degraded', async () => (await engine.status()).state === 'degraded')
  const both = await Promise.all([engine.panic(), engine.panic()])
  for (const answer of both) expect(answer).toMatchObject([{ command: 'panic', done: false }])
  engine.child.kill('SIGKILL')
  await engine.ended()
  const starting = start()
  await sleep(1_000)
  await venue.start()
  const next = await starting
  await flatAndHalted(venue, next, 'alone')
  await end(venue, next)
}, 120_000)
