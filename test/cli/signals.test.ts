/** Ctrl-C once, twice and three times, on an engine whose database hangs: nothing holds it up for longer than it says. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folder, startLatch } from './latch.ts'

const PRELOAD = fileURLToPath(new URL('hanging-store.ts', import.meta.url))

/** An engine that has a protected position, and whose database hangs from here on. */
const givenHanging = async () => {
  const cwd = folder()
  const file = join(cwd, 'hang')
  const start = () => startLatch(cwd, { LATCH_TEST_HANG: file }, ['--import', PRELOAD])
  const engine = start()
  await engine.seen(/confirmed after/)
  writeFileSync(file, '')
  // The running write, if there is one, ends; the next one does not.
  await engine.seen(/to write the journal took longer than 5000 ms/)
  return { engine, start, mend: () => rmSync(file) }
}

/** Real milliseconds from now until it ends. */
const ending = async (engine: ReturnType<typeof startLatch>) => {
  const from = performance.now()
  const code = await engine.ended
  return { code, ms: performance.now() - from }
}

test.concurrent('once: it is gone within 30 s, and the next start goes on from the last write', async () => {
  const { engine, start, mend } = await givenHanging()
  engine.child.kill('SIGINT')
  const { code, ms } = await ending(engine)
  expect(code, engine.said()).toBe(0)
  expect(ms).toBeLessThan(30_000)
  expect(engine.said()).toMatch(/Stopping: finishing what is in flight/)
  expect(engine.said()).toMatch(/The last write was not confirmed within 4 s/)
  mend()
  const again = start()
  await again.seen(/Continues at/)
  again.child.kill('SIGINT')
  expect(await again.ended, again.said()).toBe(0)
})

test.concurrent('twice: it waits for the last write only', async () => {
  const { engine } = await givenHanging()
  engine.child.kill('SIGINT')
  await engine.seen(/Stopping/)
  engine.child.kill('SIGINT')
  await engine.seen(/Leaving at once/)
  const { code, ms } = await ending(engine)
  expect(code, engine.said()).toBe(0)
  expect(ms).toBeLessThan(10_000)
})

test.concurrent('three times: it ends at once, and its code says that it was not clean', async () => {
  const { engine } = await givenHanging()
  for (const said of [/Stopping/, /Leaving at once/]) {
    engine.child.kill('SIGINT')
    await engine.seen(said)
  }
  engine.child.kill('SIGINT')
  const { code, ms } = await ending(engine)
  expect(code, engine.said()).toBe(1)
  expect(ms).toBeLessThan(2_000)
})
