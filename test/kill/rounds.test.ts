/**
 * Kills drawn by lot, on both databases: a random point, and often a second kill while the engine recovers from the first.
 * KILL_ROUNDS says how many on each (one, on the embedded database, unless given); SEED repeats a run.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededRandom } from '../../domain/random.ts'
import { type PostgresServer, startPostgres } from '../adapters/store/postgres-server.ts'
import { converged, judgeNow, judgeFills } from './judge.ts'
import { EngineProcess, Folders, type Place, VenueProcess } from './pair.ts'

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 0)
const SEED = Number(process.env['SEED'] ?? 1)
const DATABASES = ROUNDS > 0 ? ['pglite', 'postgresql'] : ['pglite']

const REQUESTS = ['entry', 'stop', 'target', 'exit', 'cancel', 'leverage', 'lookup', 'positions']
const WRITES = ['decision', 'intent-entry', 'intent-stop', 'intent-exit', 'fill-booked', 'snapshot']
const POINTS = [
  ...REQUESTS.flatMap(what => ['before', 'sent', 'answered', 'after'].map(moment => `${what}:${moment}`)),
  ...[...WRITES, 'fill'].flatMap(what => [`${what}:before`, `${what}:after`]),
]
/** What an engine does while it recovers. */
const RECOVERING = POINTS.filter(point => /^(lookup|positions|stop|exit|cancel|snapshot|fill)/.test(point))
/** A point that is not reached is no reason to wait for ever: then the kill comes from outside. */
const PATIENCE_MS = 6_000

const venue = new VenueProcess()
const folders = new Folders()
let server: PostgresServer | { missing: string } = { missing: 'not started' }
beforeAll(async () => {
  await Promise.all([venue.start(), folders.prepare()])
  if (ROUNDS > 0) server = await startPostgres()
})
afterAll(async () => {
  await venue.end()
  folders.end()
  if ('stop' in server) await server.stop()
})

const killed = async (engine: EngineProcess): Promise<void> => {
  const timer = sleep(PATIENCE_MS, null, { ref: false }).then(() => engine.child.kill('SIGKILL'))
  await Promise.race([engine.ended(), timer])
  expect(await engine.ended(), engine.said).toBe('SIGKILL')
}

const placeOn = (database: string): Place => {
  if (database === 'pglite') return folders.place('pglite')
  if ('missing' in server) throw new Error(`No PostgreSQL: ${server.missing}`)
  return folders.place('postgresql', server.url)
}

test.concurrent.each(DATABASES)(
  'whatever is killed, and however often, %s brings it back',
  async database => {
    const random = seededRandom(SEED)
    const pick = (points: string[]): string => points[Math.floor(random.next() * points.length)] ?? ''
    const place = placeOn(database)
    const heldCandles = 2
    let engine = new EngineProcess(venue, place, { heldCandles })
    await engine.ready
    for (let round = 1; round <= Math.max(1, ROUNDS); round += 1) {
      const point = `${pick(POINTS)}:${1 + Math.floor(random.next() * 3)}`
      const again = random.next() < 0.5 ? pick(RECOVERING) : null
      const title = `SEED=${SEED}, round ${round}: ${point}, then ${again ?? 'nothing'}`
      await engine.arm(point)
      await killed(engine)
      if (again !== null) await killed(new EngineProcess(venue, place, { heldCandles, fuse: again }))
      engine = new EngineProcess(venue, place, { heldCandles })
      await engine.ready
      try {
        await converged(venue, engine, place.accountId)
        await judgeNow(venue, engine, place.accountId)
      } catch (error) {
        throw new Error(`${title}: ${(error as Error).message}`, { cause: error })
      }
    }
    engine.child.kill('SIGTERM')
    expect(await engine.ended()).toBe(0)
    const last = new EngineProcess(venue, place, { heldCandles })
    await last.ready
    await converged(venue, last, place.accountId)
    const audit = await venue.audit(place.accountId)
    await judgeFills(last, audit)
    last.child.kill('SIGTERM')
    expect(await last.ended()).toBe(0)
  },
  60_000 + ROUNDS * 30_000,
)
