import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { followLines } from '../../../adapters/log/follow.ts'
import { logFiles } from '../../../adapters/log/log-files.ts'
import { createLog, logPath } from '../../../adapters/log/logger.ts'
import { RotatingFile, rotatedName } from '../../../adapters/log/rotating-file.ts'
import { Scrubber } from '../../../domain/scrub.ts'

const MEGABYTE = 1_048_576
const folder = (): string => mkdtempSync(join(tmpdir(), 'latch-log-'))
const AT = Date.UTC(2026, 0, 2, 3)

describe('files that rotate', () => {
  const write = (megabytes: number, filesKept: number) => {
    const path = folder()
    const file = join(path, 'app.log')
    const rotating = new RotatingFile({ file, bytesMax: MEGABYTE, filesKept })
    const lines = Array.from({ length: megabytes * 1024 }, (_, index) => `${index} ${'x'.repeat(1_000)}`)
    for (const line of lines) rotating.write(`${line}\n`)
    rotating.close()
    return { path, file, lines, names: readdirSync(path).toSorted() }
  }

  test('3 MB with a limit of 1 MB give 3 files, and no line is lost (B-82)', () => {
    const { file, lines, names } = write(3, 14)
    expect(names).toEqual(['app.1.log', 'app.2.log', 'app.log'])
    const read = [2, 1, 0].map(index => readFileSync(rotatedName(file, index), 'utf8')).join('')
    expect(read).toBe(lines.map(line => `${line}\n`).join(''))
    for (const index of [0, 1, 2])
      expect(statSync(rotatedName(file, index)).size).toBeLessThanOrEqual(MEGABYTE)
  })

  test('no more files are kept than asked for, the newest ones', () => {
    const { file, names, lines } = write(5, 2)
    expect(names).toEqual(['app.1.log', 'app.log'])
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)).toBe(lines.at(-1))
  })

  test('one file is kept when one is asked for', () => {
    expect(write(3, 1).names).toEqual(['app.log'])
  })

  test('a line longer than the limit has a file of its own', () => {
    const path = folder()
    const rotating = new RotatingFile({ file: join(path, 'a.log'), bytesMax: 10, filesKept: 9 })
    for (const line of ['short', 'much longer than the limit', 'short']) rotating.write(`${line}\n`)
    expect(readdirSync(path).toSorted()).toEqual(['a.1.log', 'a.2.log', 'a.log'])
  })

  test('a restart goes on where the file ended, and only its owner may read it', () => {
    const file = join(folder(), 'app.log')
    for (const line of ['one', 'two']) {
      const rotating = new RotatingFile({ file, bytesMax: 100, filesKept: 2 })
      rotating.write(`${line}\n`)
      rotating.close()
    }
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
    expect(statSync(file).mode & 0o077).toBe(0)
  })
})

const open = (dataDir: string, level: 'debug' | 'info' = 'debug') => {
  const scrubber = new Scrubber()
  scrubber.watch('canary-secret-value')
  const shown: string[] = []
  const log = createLog({
    dataDir,
    settings: { bytesMax: MEGABYTE, filesKept: 3, console: 'all' },
    level,
    scrub: text => scrubber.scrub(text),
    console: { write: line => shown.push(line) },
    now: () => AT,
  })
  const linesOf = (name: 'app' | 'errors' | 'access') =>
    readFileSync(logPath(dataDir, name), 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Record<string, unknown>)
  return { ...log, shown, linesOf }
}

describe('the log', () => {
  test('each line is JSON with time, level, component and account (NFR-018)', () => {
    const { logger, linesOf } = open(folder())
    logger.child({ component: 'orders' }).info({ account_id: 'main', correlation_id: 'd1' }, 'order sent')
    expect(linesOf('app')).toEqual([
      {
        level: 'INFO',
        time: '2026-01-02T03:00:00.000Z',
        component: 'orders',
        account_id: 'main',
        correlation_id: 'd1',
        message: 'order sent',
      },
    ])
  })

  test('all five levels are written by their names (B-81)', () => {
    const { logger, linesOf } = open(folder())
    for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level]('x')
    expect(linesOf('app').map(line => line.level)).toEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'])
    expect(linesOf('errors').map(line => line.level)).toEqual(['ERROR', 'CRITICAL'])
  })

  test('an error has its message, its causes and its stack (NFR-019)', () => {
    const { logger, linesOf } = open(folder())
    logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed')
    const { err } = linesOf('app')[0] as {
      err: { message: string; stack: string; cause: { message: string } }
    }
    expect([err.message, err.cause.message]).toEqual(['outer', 'inner'])
    expect(err.stack).toContain('log.test.ts')
  })

  test('no secret reaches a file or the terminal, and a line stays one line', () => {
    const { logger, access, linesOf, shown } = open(folder())
    logger.error({ err: new Error('key canary-secret-value\n{"level":"INFO"}') }, 'with canary-secret-value')
    logger.warn('-----BEGIN PRIVATE KEY-----')
    access.info({ path: '/x?key=canary-secret-value' }, 'request')
    logger.info('after')
    const all = JSON.stringify([shown, linesOf('access'), linesOf('errors')]) + shown.join('')
    expect(all).not.toContain('canary')
    expect(shown.map(line => line.split('\n').length)).toEqual([2, 2, 2])
    expect(JSON.parse(shown[2] ?? '')).toMatchObject({ message: 'after' })
  })
})

test('characters that turn the direction of text are escaped in files and terminals, and read as they were', () => {
  const { logger, linesOf, shown } = open(folder())
  const message = 'paid \u202E001\u202C \u2066x\u2069 to you'
  logger.warn(message)
  expect(shown.join('')).toMatch(/^[\x20-\x7e\n]+$/)
  expect(linesOf('app')[0]).toMatchObject({ message })
})

describe('reading the log', () => {
  const dataDir = folder()
  const log = open(dataDir)
  for (let index = 0; index < 5_000; index += 1) {
    log.logger.info({ account_id: index % 2 === 0 ? 'a' : 'b', pad: 'x'.repeat(500) }, `line ${index}`)
  }
  log.logger.error({ order_id: 'o-77' }, 'engine-wide')
  const reader = logFiles(dataDir, 3)
  const messages = async (query: Partial<Parameters<typeof reader.read>[0]>) =>
    (await reader.read({ file: 'app', lines: 3, ...query })).map(
      line => (JSON.parse(line) as { message: string }).message,
    )

  test('the newest lines come oldest first', async () => {
    expect(await messages({})).toEqual(['line 4998', 'line 4999', 'engine-wide'])
  })

  test('lines of rotated files are found too', async () => {
    expect(await messages({ lines: 6_000 })).toHaveLength(5_001)
    expect(await messages({ text: 'line 17"', lines: 9 })).toEqual(['line 17'])
  })

  test('filters: level, text, account', async () => {
    expect(await messages({ level: 'WARNING' })).toEqual(['engine-wide'])
    expect(await messages({ text: 'O-77' })).toEqual(['engine-wide'])
    expect(await messages({ accounts: ['a'], lines: 2 })).toEqual(['line 4996', 'line 4998'])
    expect(await messages({ accounts: [] })).toEqual([])
  })

  test('a log that is not there is empty', async () => {
    expect(await logFiles(folder(), 3).read({ file: 'app', lines: 3 })).toEqual([])
  })
})

test('following goes on in the next file when the log rotates', async () => {
  const file = join(folder(), 'app.log')
  appendFileSync(file, 'before\n')
  const stopping = new AbortController()
  const steps = [
    () => appendFileSync(file, 'one\ntwo'),
    () => appendFileSync(file, ' ends\n'),
    () => {
      renameSync(file, `${file}.1`)
      appendFileSync(file, 'three\n')
    },
    () => stopping.abort(),
  ]
  const wait = () => Promise.resolve(steps.shift()?.())
  const seen: string[] = []
  for await (const line of await followLines(file, { wait, signal: stopping.signal })) seen.push(line)
  expect(seen).toEqual(['one', 'two ends', 'three'])
})
