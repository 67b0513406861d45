/** Tokens, credentials and the audit through the commands and a running engine, with a marked secret that must not show. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { json, startModelServer } from '../model-server.ts'
import { folder, latch, startLatch } from './latch.ts'

const CANARY = 'sk-canary-through-the-engine-0123456789'
const config = (url: string): string =>
  [
    'feed: {kind: generated, interval: 1m}',
    'accounts:',
    `  - {id: main, assets: [BTC], interval: 1m, strategy: {name: llm}, model: {name: stub/m, base_url: '${url}'}}`,
  ].join('\n')

const everyFile = (path: string): string =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile())
    .map(each => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n')

const ENV = { LLM_API_KEY: '', OPENROUTER_API_KEY: '' }
const CHOICE = ['--config', 'latch.yaml', '--speed', '600']

/** A folder with an account that asks a model which tells back, in its refusals, the key it was shown. */
const desk = async () => {
  const server = await startModelServer()
  onTestFinished(() => server.close())
  const shown = new Promise<string>(resolve => {
    server.behave((response, _body, _count, { authorization }) => {
      json(response, 401, { error: { message: `wrong key ${authorization ?? 'none'}` } })
      if (authorization !== undefined) resolve(authorization)
    })
  })
  const cwd = folder()
  writeFileSync(join(cwd, 'latch.yaml'), config(server.url))
  return { cwd, shown }
}

const asking = (url: string, token: string) => (method: string, path: string, body?: object) =>
  fetch(`${url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const stop = async (engine: ReturnType<typeof startLatch>): Promise<void> => {
  engine.child.kill('SIGTERM')
  await engine.ended
}

test('a token is made, used, told of and revoked under a running engine', async () => {
  const { cwd } = await desk()
  const engine = startLatch(cwd, ENV, [], CHOICE)
  onTestFinished(() => stop(engine))
  const [, url = ''] = await engine.seen(/(http:\/\/127\.0\.0\.1:\d+)/)
  const made = await latch(['token', 'create', 'desk', '--scope', 'admin', '--expires', '12h'], cwd)
  expect(made.code, made.stderr).toBe(0)
  const token = made.stdout.trim()
  expect(token).toMatch(/^latch_[\w-]{43}$/)
  const ask = asking(url, token)
  expect((await ask('GET', '/status')).status).toBe(200)
  expect((await ask('POST', '/accounts/main/pause?wait=false')).status).toBe(202)

  const audit = await latch(['audit', '--url', url, '--json'], cwd)
  expect(audit.code, audit.stderr).toBe(0)
  const { items } = JSON.parse(audit.stdout) as { items: { action: string; by: string }[] }
  expect(items.map(each => each.action)).toEqual(
    expect.arrayContaining(['POST /accounts/main/pause', 'latch token create']),
  )
  expect((await latch(['token', 'create', 'desk', '--scope', 'read'], cwd)).code).toBe(2)
  expect((await latch(['token', 'revoke', 'owner'], cwd)).code).toBe(0)
  const owner = readFileSync(join(cwd, 'data', 'token'), 'utf8').trim()
  expect((await asking(url, owner)('GET', '/status')).status).toBe(401)
  expect((await latch(['token', 'revoke', 'desk'], cwd)).stderr).toMatch(/last token/)
  // A running engine would go on with the old key.
  expect((await latch(['keys', 'rotate'], cwd)).code).toBe(4)
  const listed = await latch(['token', 'list'], cwd)
  expect(listed.stdout).toMatch(/desk +admin +all/)
  expect(listed.stdout).not.toContain(token)
}, 120_000)

test('a key is kept by the engine, used after a restart and a rotation, and shows nowhere', async () => {
  const { cwd, shown } = await desk()
  const first = startLatch(cwd, ENV, [], CHOICE)
  const [, url = ''] = await first.seen(/(http:\/\/127\.0\.0\.1:\d+)/)
  const ask = asking(url, readFileSync(join(cwd, 'data', 'token'), 'utf8').trim())
  const answers = [
    await ask('PUT', '/accounts/main/credentials', { model_api_key: CANARY, confirm: 'main' }),
    await ask('POST', '/accounts/main/pause?wait=false', { reason: `key ${CANARY} leaked` }),
    await ask('POST', '/accounts/main/resume?wait=false', {}),
    await ask('GET', '/accounts/main/credentials'),
    await ask('GET', `/accounts/${CANARY}`),
    await ask('GET', '/diary'),
    await ask('GET', '/audit'),
  ]
  expect(answers[0]?.status).toBe(200)
  for (const each of answers) expect(await each.text()).not.toContain(CANARY)
  await stop(first)

  const rotated = await latch(['keys', 'rotate'], cwd)
  expect(rotated.stdout, rotated.stderr).toMatch(/^1 credentials are encrypted with version 2/)
  expect(statSync(join(cwd, 'data', 'master.key')).mode & 0o777).toBe(0o600)

  const second = startLatch(cwd, ENV, [], CHOICE)
  expect(await shown).toBe(`Bearer ${CANARY}`)
  const [, again = ''] = await second.seen(/(http:\/\/127\.0\.0\.1:\d+)/)
  const look = asking(again, readFileSync(join(cwd, 'data', 'token'), 'utf8').trim())
  for (const path of ['/llm/interactions', '/decisions', '/actors', '/logs', '/metrics']) {
    expect(await (await look('GET', path)).text(), path).not.toContain(CANARY)
  }
  await stop(second)
  expect(`${first.said()}${second.said()}`).not.toContain(CANARY)
  expect(everyFile(join(cwd, 'data'))).not.toContain(CANARY)
}, 120_000)

test('a key that is kept goes to the host it was given for, and to no other (R10)', async () => {
  const { cwd } = await desk()
  const first = startLatch(cwd, ENV, [], CHOICE)
  const [, url = ''] = await first.seen(/(http:\/\/127\.0\.0\.1:\d+)/)
  const ask = asking(url, readFileSync(join(cwd, 'data', 'token'), 'utf8').trim())
  expect(
    (await ask('PUT', '/accounts/main/credentials', { model_api_key: CANARY, confirm: 'main' })).status,
  ).toBe(200)
  // Over HTTP nobody can send it elsewhere.
  const elsewhere = await startModelServer()
  onTestFinished(() => elsewhere.close())
  const moved = await ask('PUT', '/accounts/main', { model: { base_url: elsewhere.url } })
  expect(moved.status).toBe(422)
  expect(await moved.text()).toContain('model.base_url')
  await stop(first)

  writeFileSync(join(cwd, 'latch.yaml'), config(elsewhere.url))
  const second = startLatch(cwd, ENV, [], CHOICE)
  const asked = new Promise<string | undefined>(resolve => {
    elsewhere.behave((response, _body, _count, { authorization }) => {
      json(response, 401, { error: { message: 'no key' } })
      resolve(authorization)
    })
  })
  expect(await asked).toBeUndefined()
  await stop(second)
  expect(JSON.stringify(elsewhere.requests)).not.toContain(CANARY)
}, 120_000)
