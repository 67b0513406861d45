/** Faults of the world around a running engine, with real processes: signals, a full disk, a frozen process, a venue that dies. */
import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseClientOrderId } from '../../domain/client-order-id.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Audit } from './audit.ts'
import { converged, judge, judgeNow, until } from './judge.ts'
import { EngineProcess, Folders, type Place, VenueProcess } from './pair.ts'

const venue = new VenueProcess()
const folders = new Folders()
beforeAll(() => Promise.all([venue.start(), folders.prepare()]))
afterAll(async () => {
  await venue.end()
  folders.end()
})

const ofLeg = (audit: Audit, leg: string) =>
  audit.asked.filter(({ request, answer }) => {
    return answer === 'accepted' && parseClientOrderId(request.clientOrderId)?.leg === leg
  })

/** Resolves when the venue has taken one more order of the leg. */
const oneMore = async (accountId: string, leg: string): Promise<void> => {
  const before = ofLeg(await venue.audit(accountId), leg).length
  await until(`one more ${leg}`, async () => ofLeg(await venue.audit(accountId), leg).length > before)
}

/** Starts an engine, ends it as soon as the venue has more than `entries`, and returns what the venue has then. */
const endedWithAnEntry = async (place: Place, entries: number): Promise<Audit> => {
  const { accountId } = place
  // A stop so far away that what was entered is still open when it is looked at.
  const engine = new EngineProcess(venue, place, { heldCandles: 5, stopRatio: 0.2 })
  await engine.ready
  await until('an entry', async () => ofLeg(await venue.audit(accountId), 'entry').length > entries)
  const asked = performance.now()
  engine.child.kill('SIGTERM')
  expect(await engine.ended(), engine.said).toBe(0)
  expect(performance.now() - asked, engine.errors.join()).toBeLessThan(30_000)
  return venue.audit(accountId)
}

test.concurrent('ended by SIGTERM with an entry on its way, it places the stop before it goes', async () => {
  const place = folders.place('ended')
  let audit = await endedWithAnEntry(place, 0)
  // On a busy machine an entry may be too late for its price, or its time: then the next one is waited for.
  for (let count = 1; audit.positions.length === 0 && count < 4; count += 1)
    audit = await endedWithAnEntry(place, ofLeg(audit, 'entry').length)
  expect(audit.positions.length).toBeGreaterThan(0)
  expect(audit.nakedNow).toEqual([])

  const next = new EngineProcess(venue, folders.again('ended'), { heldCandles: 5 })
  await next.ready
  await converged(venue, next, 'ended')
  await judgeNow(venue, next, 'ended')
  next.child.kill('SIGTERM')
  await next.ended()
}, 120_000)

test.concurrent('with a full disk no entry is sent, exits are, and it trades again when there is space', async () => {
  const full = folders.path('full')
  const engine = new EngineProcess(venue, folders.place('disk'), { full })
  await engine.ready
  await oneMore('disk', 'target')
  writeFileSync(full, '')
  // Until a write fails, an entry may be on its way whose intent was durable before.
  await until('a failed write', async () => /no space left/.test(engine.errors.join()))
  const entriesBefore = ofLeg(await venue.audit('disk'), 'entry').length
  await until('closed', async () => (await venue.audit('disk')).positions.length === 0)
  await sleep(4_000)
  expect(ofLeg(await venue.audit('disk'), 'entry')).toHaveLength(entriesBefore)
  expect((await engine.status()).lag).toBeGreaterThan(0)
  rmSync(full)
  await oneMore('disk', 'entry')
  await converged(venue, engine, 'disk')
  await until('written', async () => (await engine.status()).lag === 0)
  const audit = await venue.audit('disk')
  judge(await engine.facts(), audit, { storeFailed: true })
  engine.child.kill('SIGTERM')
  expect(await engine.ended()).toBe(0)
})

test.concurrent('ended while the disk hangs, it is gone within 30 s, its stops stay at the venue, and it goes on from the last write', async () => {
  const full = folders.path('hanging')
  const place = folders.place('hangs')
  const engine = new EngineProcess(venue, place, { full, heldCandles: 100, stopRatio: 0.2 })
  await engine.ready
  await oneMore('hangs', 'target')
  await converged(venue, engine, 'hangs')
  writeFileSync(full, 'hangs')
  await until('the hanging write is noticed', async () => /write the journal took/.test(engine.errors.join()))
  const asked = performance.now()
  engine.child.kill('SIGTERM')
  expect(await engine.ended(), engine.said).toBe(0)
  expect(performance.now() - asked).toBeLessThan(30_000)
  const { nakedNow, positions } = await venue.audit('hangs')
  expect(positions.length).toBeGreaterThan(0)
  expect(nakedNow).toEqual([])
  rmSync(full)
  const next = new EngineProcess(venue, place)
  await next.ready
  await converged(venue, next, 'hangs')
  await judgeNow(venue, next, 'hangs')
  next.child.kill('SIGTERM')
  expect(await next.ended()).toBe(0)
})

const cycles = (facts: Fact[]) =>
  facts.flatMap(fact =>
    fact.type === 'decision.recorded' ? [`${fact.decision.symbol} ${fact.decision.candleAt}`] : [],
  )

test.concurrent('frozen for eight seconds, it decides no candle twice and goes on, still protected', async () => {
  const engine = new EngineProcess(venue, folders.place('frozen'), { heldCandles: 3 })
  await engine.ready
  await oneMore('frozen', 'target')
  await converged(venue, engine, 'frozen')
  const before = cycles(await engine.facts())
  engine.child.kill('SIGSTOP')
  await sleep(8_000)
  const { nakedNow } = await venue.audit('frozen')
  expect(nakedNow).toEqual([])
  engine.child.kill('SIGCONT')
  await converged(venue, engine, 'frozen')
  const after = cycles(await engine.facts())
  // Eight seconds are four candles of two assets; those that passed unseen are not made up for.
  expect(after.length - before.length).toBeLessThanOrEqual(4)
  expect(new Set(after).size).toBe(after.length)
  await oneMore('frozen', 'entry')
  await converged(venue, engine, 'frozen')
  await judgeNow(venue, engine, 'frozen')
  engine.child.kill('SIGTERM')
  expect(await engine.ended()).toBe(0)
})

test('a venue that dies leaves the account degraded, and it is back soon after the venue is', async () => {
  const own = new VenueProcess()
  await own.start()
  const engine = new EngineProcess(own, folders.place('orphan'))
  await engine.ready
  await until('an order', async () => (await own.audit('orphan')).asked.length > 0)
  await own.kill()
  await until('degraded', async () => (await engine.status()).state === 'degraded')
  // Nobody answers, so soon nobody is asked any more.
  await until('open circuit', async () => (await engine.status()).health?.circuit === 'open')
  await sleep(2_000)
  await own.start()
  const back = performance.now()
  await converged(own, engine, 'orphan', 30_000)
  expect((await engine.status()).health).toMatchObject({ circuit: 'closed', failures: 0 })
  const entries = ofLeg(await own.audit('orphan'), 'entry').length
  await until('an entry', async () => ofLeg(await own.audit('orphan'), 'entry').length > entries, 30_000)
  expect(performance.now() - back).toBeLessThan(30_000)
  await converged(own, engine, 'orphan')
  const audit = await own.audit('orphan')
  judge(await engine.facts(), audit)
  engine.child.kill('SIGTERM')
  expect(await engine.ended()).toBe(0)
  await own.end()
})
