/** P10 with real processes: the engine is killed at every write point, and comes back to one order and a protected position. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { converged, judgeNow } from './judge.ts'
import { EngineProcess, Folders, VenueProcess } from './pair.ts'

const venue = new VenueProcess()
const folders = new Folders()
beforeAll(() => Promise.all([venue.start(), folders.prepare()]))
afterAll(async () => {
  await venue.end()
  folders.end()
})

/** One engine after the other on the same folder and account, each killed at the next point. */
const CHAINS = {
  deciding: [
    'decision:before',
    'decision:after',
    'leverage:answered',
    'intent-entry:before',
    'intent-entry:after',
    'entry:before',
    'entry:sent',
    'entry:answered',
  ],
  protecting: [
    'fill:before',
    'fill:after',
    'fill-booked:after',
    'intent-stop:after',
    'stop:before',
    'stop:sent',
    'stop:answered',
    'stop:after',
  ],
  leaving: [
    'target:sent',
    'target:answered',
    'exit:before',
    'exit:sent',
    'exit:answered',
    'cancel:sent',
    'snapshot:before:2',
    'snapshot:after:2',
  ],
}

test.concurrent.each(Object.entries(CHAINS))(
  'killed while %s',
  async (name, points) => {
    const place = folders.place(name)
    let engine = new EngineProcess(venue, place)
    await engine.ready
    for (const point of points) {
      await engine.arm(point)
      expect(await engine.ended(), point).toBe('SIGKILL')
      engine = new EngineProcess(venue, place)
      await engine.ready
      try {
        await converged(venue, engine, name)
        await judgeNow(venue, engine, name)
      } catch (error) {
        throw new Error(`After a kill at ${point}: ${(error as Error).message}`, { cause: error })
      }
    }
    engine.child.kill('SIGTERM')
    expect(await engine.ended()).toBe(0)
  },
  120_000,
)
