import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../adapters/log/logger.ts'
import { checkClock, checkDisk, checkRuntime } from '../../cli/doctor/machine.ts'
import { fails, says, startModelServer } from '../model-server.ts'
import { folder, followLatch, latch, startLatch } from './latch.ts'

type Finding = { name: string; verdict: string; found: string; remedy: string | null }

const doctor = async (env: NodeJS.ProcessEnv, ...args: string[]) => {
  const { code, stdout, stderr } = await latch(['doctor', '--json', ...args], folder(), {
    API_PORT: '0',
    ...env,
  })
  return { code, stderr, findings: JSON.parse(stdout) as Finding[] }
}

describe('latch doctor', () => {
  test('a folder of its own is healthy, and says so one by one (D-55)', async () => {
    const { code, findings } = await doctor({})
    expect(findings.filter(each => each.verdict === 'failed')).toEqual([])
    expect(code).toBe(0)
    expect(findings.map(each => each.name)).toEqual([
      'runtime',
      'configuration',
      'database',
      'model',
      'exchange',
      'disk',
      'clock',
      'monitoring',
      'port',
    ])
  })

  test('a wrong name of a model is told by that name, and no key is (D-19)', async () => {
    const server = await startModelServer(fails(404, 'No endpoints found for nobody/nothing.'))
    onTestFinished(() => server.close())
    const env = {
      STRATEGY: 'llm',
      LLM_MODEL: 'nobody/nothing',
      LLM_BASE_URL: server.url,
      LLM_API_KEY: 'key-canary-123',
    }
    const { code, findings } = await doctor(env)
    expect(code).toBe(1)
    const found = findings.find(each => each.name.startsWith('model'))
    expect(found).toMatchObject({ verdict: 'failed' })
    expect(found?.found).toContain('nobody/nothing: model_not_found')
    expect(found?.remedy).toContain('LLM_MODEL')
    expect(JSON.stringify(findings)).not.toContain('canary')
  })

  test('a model that answers is healthy', async () => {
    const server = await startModelServer(says('ok'))
    onTestFinished(() => server.close())
    const env = {
      STRATEGY: 'llm',
      LLM_MODEL: 'some/model',
      LLM_BASE_URL: server.url,
      LLM_API_KEY: 'key-canary-123',
    }
    const { code, findings } = await doctor(env)
    expect([code, findings.find(each => each.name.startsWith('model'))?.verdict]).toEqual([0, 'ok'])
  })

  test('a wrong setting is told, and fails it', async () => {
    const { code, findings } = await doctor({ MAX_POSITIONS: 'many' })
    expect(code).toBe(1)
    expect(findings[1]).toMatchObject({ name: 'configuration', verdict: 'failed' })
    expect(findings[1]?.found).toContain('many')
  })

  test('a test notice that nobody takes fails it', async () => {
    const env = { ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/canary', ALERT_ALLOW_LOCAL: '127.0.0.1:9' }
    const { code, findings } = await doctor(env, '--notify')
    expect(code).toBe(1)
    expect(findings.find(each => each.name === 'alerts by webhook')?.found).toBe(
      'no connection (ECONNREFUSED)',
    )
  })

  test('an old runtime, a full disk, a folder that cannot be written and a wrong clock', async () => {
    expect(checkRuntime('20.1.0').verdict).toBe('failed')
    expect(checkDisk(folder(), Number.MAX_SAFE_INTEGER).verdict).toBe('failed')
    expect(checkDisk(join(import.meta.filename, 'data'), null).verdict).toBe('failed')
    const wait = () => Promise.resolve()
    expect((await checkClock(() => 0, wait)).verdict).toBe('failed')
    const jumps = [Date.UTC(2026, 5, 1), Date.UTC(2026, 5, 2)]
    expect((await checkClock(() => jumps.shift() ?? 0, wait)).verdict).toBe('warning')
  })
})

describe('latch logs', () => {
  test('shows the newest lines, and from an order id all of its steps', async () => {
    const cwd = folder()
    const settings = { bytesMax: 1e6, filesKept: 3, console: 'off' } as const
    const scrub = (text: string) => text
    const log = createLog({
      dataDir: join(cwd, 'data'),
      settings,
      level: 'info',
      scrub,
      console: null,
      now: () => 0,
    })
    for (const order of ['o-1', 'o-2'])
      log.logger.info({ order_id: order, account_id: 'main' }, `sent \u001b[31m${order}`)
    log.close()
    const { code, stdout, stderr } = await latch(['logs', '--grep', 'o-2'], cwd)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe('1970-01-01 00:00:00  INFO  main  sent \\u{1b}[31mo-2\n')
    for (const word of ['all', 'backend'])
      expect((await latch(['logs', word, '--grep', 'o-2'], cwd)).stdout, word).toBe(stdout)
    expect((await latch(['logs', '../../etc/passwd'], cwd)).code).toBe(2)
  })

  test('with -f goes on with what is added, through a rotation, until it is told to stop', async () => {
    const cwd = folder()
    const log = createLog({
      dataDir: join(cwd, 'data'),
      settings: { bytesMax: 400, filesKept: 3, console: 'off' },
      level: 'info',
      scrub: text => text,
      console: null,
      now: () => 0,
    })
    log.logger.info('first')
    const { child, seen, ended, said } = followLatch(['logs', '-f', '--level', 'WARNING'], cwd)
    onTestFinished(() => void child.kill('SIGKILL'))
    // What comes before it looks is for the list, not for the tail: written until it is shown.
    const beat = setInterval(() => log.logger.warn({ account_id: 'main' }, 'beat'), 50)
    await seen(/WARNING {2}main {2}beat/)
    clearInterval(beat)
    for (let nth = 0; nth < 10; nth += 1) {
      log.logger.info('not asked for')
      log.logger.error({ account_id: 'main' }, `line ${nth}`)
      await seen(new RegExp(`ERROR {2}main {2}line ${nth}\\n`))
    }
    log.close()
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(said()).not.toMatch(/first|not asked for/)
  })
})

test('a running engine logs the life of an order under one correlation id (NFR-017)', async () => {
  const cwd = folder()
  const { child, seen, ended } = startLatch(cwd)
  await seen(/Listening on/)
  const file = join(cwd, 'data', 'logs', 'app.log')
  const lines = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line.endsWith('}'))
      .map(
        line =>
          JSON.parse(line) as {
            order_id?: string
            correlation_id?: string
            component: string
            message: string
          },
      )
  await expect
    .poll(() => lines().some(each => each.message.startsWith('stop of')), { timeout: 30_000 })
    .toBe(true)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  const filled = lines().find(each => each.message === 'order filled')
  const life = lines().filter(each => each.correlation_id === filled?.correlation_id)
  expect(new Set(life.map(each => each.component))).toEqual(new Set(['decisions', 'orders', 'positions']))
  expect(lines().at(-1)?.message).toBe('engine stopped')
}, 60_000)
