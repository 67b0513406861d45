import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acquireLock } from '../../../adapters/store/lock.ts'
import { startOf } from '../../../adapters/store/process-start.ts'
import { DataFolderLocked } from '../../../adapters/store/store-error.ts'

let home = ''
let dataDir = ''
let file = ''
const children: ChildProcess[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'latch-lock-'))
  dataDir = home
  file = join(dataDir, 'engine.lock')
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(home, { recursive: true })
})

const refusalOf = async (): Promise<DataFolderLocked> => {
  const caught = await acquireLock(dataDir).then(
    () => null,
    (error: unknown) => error,
  )
  expect(caught).toBeInstanceOf(DataFolderLocked)
  return caught as DataFolderLocked
}

/** Another process that locks the folder and then waits. */
const engine = async (): Promise<{ child: ChildProcess; answer: string }> => {
  const module = new URL('../../../adapters/store/lock.ts', import.meta.url).href
  const code = `const { acquireLock } = await import(${JSON.stringify(module)})
    await acquireLock(${JSON.stringify(dataDir)}).then(() => console.log('locked'), error => console.log(error.name))
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  children.push(child)
  const [answer] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, answer: answer.toString().trim() }
}

const owner = async (changes: object = {}): Promise<string> => {
  const { pid } = process
  return JSON.stringify({ pid, startedAt: await startOf(pid), host: hostname(), token: 'other', ...changes })
}

test('a locked folder is refused by process, folder and remedy until it is released', async () => {
  const lock = await acquireLock(dataDir)
  const refusal = await refusalOf()
  expect(refusal).toMatchObject({ folder: dataDir, pid: process.pid })
  expect(refusal.message).toBe(
    `The data folder ${dataDir} is in use by process ${process.pid}. ` +
      'Stop that engine first, or name another folder for this one.',
  )
  await lock.release()
  expect(await readdir(dataDir)).toEqual([])
  await (await acquireLock(dataDir)).release()
})

test('a missing folder is made for its owner only', async () => {
  dataDir = join(dataDir, 'deep', 'data')
  await acquireLock(dataDir)
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
  expect((await stat(join(dataDir, 'engine.lock'))).mode & 0o777).toBe(0o600)
})

test('a lock however old holds while its process runs', async () => {
  await writeFile(file, await owner())
  await utimes(file, 0, 0)
  expect((await refusalOf()).pid).toBe(process.pid)
})

test('a killed engine leaves a lock that the next one takes over', async () => {
  const { child, answer } = await engine()
  expect(answer).toBe('locked')
  expect((await refusalOf()).pid).toBe(child.pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await acquireLock(dataDir)
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid })
  await lock.release()
})

test('of several engines started at once over a dead lock one gets the folder', async () => {
  await writeFile(file, await owner({ pid: 2 ** 22 + 1 }))
  const answers = (await Promise.all([engine(), engine(), engine()])).map(({ answer }) => answer)
  expect(answers.sort()).toEqual(['DataFolderLocked', 'DataFolderLocked', 'locked'])
})

test('of many callers at once over a dead lock one gets the folder, every time', async () => {
  for (let round = 0; round < 50; round++) {
    await writeFile(file, await owner({ pid: 2 ** 22 + 1 }))
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => acquireLock(dataDir)))
    const locks = results.filter(result => result.status === 'fulfilled')
    expect(locks).toHaveLength(1)
    await locks[0]?.value.release()
    expect(await readdir(dataDir)).toEqual([])
  }
})

test('a start that was killed while it took a lock over does not stop the next one', async () => {
  await writeFile(file, await owner({ pid: 2 ** 22 + 1 }))
  await writeFile(`${file}.takeover`, await owner({ pid: 2 ** 22 + 2 }))
  await (await acquireLock(dataDir)).release()
  expect(await readdir(dataDir)).toEqual([])
})

test.runIf(process.platform === 'linux')('a process id that is used again is another process', async () => {
  await writeFile(file, await owner({ startedAt: 'another boot/1' }))
  await (await acquireLock(dataDir)).release()
})

test('without a start time a running process id holds the lock', async () => {
  await writeFile(file, await owner({ startedAt: null }))
  expect((await refusalOf()).pid).toBe(process.pid)
})

test('a lock of another machine is never taken over and its remedy is told', async () => {
  await writeFile(file, await owner({ pid: 2 ** 22 + 1, host: 'elsewhere' }))
  expect((await refusalOf()).message).toContain(
    `on elsewhere. Stop that engine first, or name another folder for this one. ` +
      `If elsewhere is gone for good, delete ${file} and start again.`,
  )
})

test.each(['', 'garbage', '{}', 'null', '{"pid":"1"}'])('a lock of content %j is not judged', async text => {
  await writeFile(file, text)
  expect((await refusalOf()).message).toContain(`delete that file and start again`)
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('releasing a lock that was taken away leaves the new one alone', async () => {
  const lock = await acquireLock(dataDir)
  const other = await owner()
  await writeFile(file, other)
  await lock.release()
  expect(await readFile(file, 'utf8')).toBe(other)
})
