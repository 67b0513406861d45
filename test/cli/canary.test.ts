/**
 * One engine with a marked secret in each place that takes one, whose model, webhook and people tell those secrets back in
 * every form: none of them shows in an answer, a stream, a log, a fact, a backup or on the terminal (P9).
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type PostgresServer, startPostgres } from '../adapters/store/postgres-server.ts'
import { type Behaviour, json, type ModelServer, says, sends, startModelServer } from '../model-server.ts'
import { type Answers, readEveryRoute } from './every-route.ts'
import { folder, latch, type Outcome, startLatch } from './latch.ts'

const secret = (name: string): string =>
  `canary-${createHash('sha256').update(name).digest('hex').slice(0, 24)}`
/** By what they are; a password of the database is added when there is one. */
const SECRETS: Record<string, string> = {
  'model key, given over HTTP': secret('kept'),
  'model key, of the environment': secret('environment'),
  'header of the model': secret('header'),
  'address of the webhook': secret('webhook'),
  'token of Telegram': secret('telegram'),
  'master key': createHash('sha256').update('master').digest('hex'),
  'token of the commands': `own-${secret('token')}`,
  'key of an exchange': secret('exchange'),
}
const of = (name: string): string => SECRETS[name] ?? ''

/** A value as text may carry it: plain, in an address, in hex, and in base64 wherever in a longer text it begins. */
const formsOf = (value: string): string[] => {
  const bytes = Buffer.from(value)
  const cores = [0, 1, 2].map(offset => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    return shifted.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })
  const hex = bytes.toString('hex')
  const safe = cores.map(core => core.replaceAll('+', '-').replaceAll('/', '_'))
  return [...new Set([value, encodeURIComponent(value), hex, hex.toUpperCase(), ...cores, ...safe])]
}
const told = (value: string): string =>
  [value, encodeURIComponent(value), Buffer.from(value).toString('hex'), btoa(value), btoa(` ${value}`)].join(
    ' ; ',
  )

/** What a text gives away: the name of the secret, its form, and the words around it. */
const shownIn = (text: string): string[] =>
  Object.entries(SECRETS).flatMap(([name, value]) => {
    const form = formsOf(value).find(each => text.includes(each))
    const at = form === undefined ? -1 : text.indexOf(form)
    return form === undefined ? [] : [`${name} as ${form}: ${text.slice(Math.max(0, at - 80), at)}`]
  })

const CONFIG = (url: string, webhook: string): string =>
  [
    'feed: {kind: generated, seed: 6, interval: 1m}',
    'inspector: on',
    'log_level: debug',
    'logs: {console: all}',
    `alerts: {allow_local: ['${webhook}'], model_failures: 1, telegram_chat: '1'}`,
    'accounts:',
    ...['kept', 'env'].map(
      id =>
        `  - {id: ${id}, assets: [BTC], interval: 1m, strategy: {name: llm, confirmation_s: 0}, model: {name: stub/${id}, base_url: '${url}'}}`,
    ),
  ].join('\n')

/** Errors, an answer that is none, and a decision; each tells the key it was shown. */
const parrot: Behaviour = (response, _body, count, { authorization = '', 'x-gateway': gateway = '' }) => {
  const said = `${told(authorization.replace('Bearer ', ''))} ${told(String(gateway))}`
  if (count % 4 === 0) return json(response, 500, { error: { message: said } })
  if (count % 4 === 1) return sends(502, 'text/html', `<p>${said}</p>`)(response, {}, count, {})
  if (count % 4 === 2) return says(`no JSON, but ${said}`)(response, {}, count, {})
  const decision = { asset: 'BTC', action: 'buy', allocation_usd: 200, tp_price: null, sl_price: null }
  const rest = { exit_plan: said, rationale: said, leverage: null, close_fraction: null, confidence: 99 }
  const whole = { ...decision, ...rest, predicted_roi_pct: 2, exit_conditions: [] }
  return says(JSON.stringify({ reasoning: said, trade_decisions: [whole] }))(response, {}, count, {})
}

/** Nobody is asked outside of this machine, by any name. */
const OFFLINE = `data:text/javascript,${encodeURIComponent(
  `import dns from 'node:dns'; import { syncBuiltinESMExports } from 'node:module'
   const { lookup } = dns
   dns.lookup = (name, options, done) => name === 'localhost' || /^[\\d.:]+$/.test(name)
     ? lookup(name, options, done)
     : (done ?? options)(Object.assign(new Error('no ' + name), { code: 'ENOTFOUND' }))
   syncBuiltinESMExports()`,
)}`

type Socket = { path: string; text: string; close: () => void }
const listen = (url: string, path: string, token: string): Socket => {
  const ws = new WebSocket(`${url.replace('http', 'ws')}${path}`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  const heard: Socket = { path, text: '', close: () => ws.terminate() }
  ws.on('message', data => {
    heard.text += (data as Buffer).toString()
  })
  ws.on('error', error => {
    heard.text += String(error)
  })
  return heard
}

const filesUnder = (directory: string): Map<string, string> =>
  new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter(each => each.isFile())
      .map(each => join(each.parentPath, each.name))
      .map(file => {
        const bytes = readFileSync(file)
        return [file, (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')]
      }),
  )

/** A place for notices that refuses them, in words that name the place. */
const startWebhook = async () => {
  const notices: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', part => (text += String(part)))
    request.on('end', () => {
      notices.push(text)
      response.writeHead(notices.length % 2 === 0 ? 500 : 200).end(request.url)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { notices, at: `127.0.0.1:${port}`, close: () => server.close() }
}

type Run = {
  answers: Answers
  replies: string[]
  sockets: Socket[]
  notices: string[]
  said: string
  files: Map<string, string>
  commands: Outcome[]
  owner: string
  sent: ModelServer['requests']
}
let run: Run
let model: ModelServer
let postgres: PostgresServer | null = null
let hook: Awaited<ReturnType<typeof startWebhook>>
const engines: ReturnType<typeof startLatch>[] = []

const environment = (): NodeJS.ProcessEnv => ({
  LLM_API_KEY_env: of('model key, of the environment'),
  LLM_EXTRA_HEADERS: JSON.stringify({ 'x-gateway': of('header of the model') }),
  ALERT_WEBHOOK_URL: `http://${hook.at}/${of('address of the webhook')}`,
  ALERT_TELEGRAM_TOKEN: of('token of Telegram'),
  MASTER_KEY: of('master key'),
  API_TOKEN: of('token of the commands'),
  WS_HEARTBEAT_S: '1',
  HYPERLIQUID_PRIVATE_KEY: of('key of an exchange'),
  ...(postgres === null ? {} : { DATABASE_URL: postgres.url }),
})

const start = async (cwd: string) => {
  const engine = startLatch(
    cwd,
    environment(),
    ['--import', OFFLINE],
    ['--config', 'latch.yaml', '--speed', '300'],
  )
  engines.push(engine)
  const [, url = ''] = await engine.seen(/Listening on (http:\/\/127\.0\.0\.1:\d+)/)
  const owner = readFileSync(join(cwd, 'data', 'token'), 'utf8').trim()
  const ask = async (method: string, path: string, body?: object): Promise<string> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${owner}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return `${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`
  }
  return { engine, url, owner, ask }
}

const until = (holds: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(holds()).toBe(true), { timeout: 60_000, interval: 50 })

const stop = async (engine: ReturnType<typeof startLatch>): Promise<void> => {
  engine.child.kill('SIGINT')
  await engine.ended
}

/** People put things into fields where they do not belong. */
const slips = async (
  ask: (method: string, path: string, body?: object) => Promise<string>,
): Promise<string[]> => {
  const replies: string[] = []
  for (const value of Object.values(SECRETS)) {
    replies.push(
      await ask('POST', '/accounts/env/pause?wait=false', { reason: told(value).slice(0, 180) }),
      await ask('POST', '/accounts/env/resume?wait=false', { reason: value }),
      await ask('PUT', '/accounts/env', { label: value, reason: value }),
    )
  }
  return replies
}

beforeAll(async () => {
  const server = await startPostgres()
  if (!('missing' in server)) {
    postgres = server
    SECRETS['password of the database'] = decodeURIComponent(new URL(server.url).password)
  }
  model = await startModelServer(parrot)
  hook = await startWebhook()
  const cwd = folder()
  writeFileSync(join(cwd, 'latch.yaml'), CONFIG(model.url, hook.at))
  const first = await start(cwd)
  const replies = [
    await first.ask('PUT', '/accounts/kept/credentials', {
      model_api_key: of('model key, given over HTTP'),
      confirm: 'kept',
    }),
    await first.ask('GET', '/accounts/kept/credentials'),
  ]
  await stop(first.engine)

  const { engine, url, owner, ask } = await start(cwd)
  const sockets = ['/ws/trading-events', '/ws/market-data', '/ws/positions', '/ws/actors', '/inspect/ws'].map(
    path => listen(url, path, owner),
  )
  const bearers = () => new Set(model.requests.map(each => each.headers['authorization']))
  await until(
    () =>
      bearers().size === 2 &&
      model.requests.length > 16 &&
      hook.notices.length > 1 &&
      engine.said().includes('telegram was not told'),
  )
  replies.push(...(await slips(ask)))
  const names = { account_id: 'kept', model: 'stub/kept', asset: 'BTC', symbol: 'BTC' }
  const answers = await readEveryRoute(url, { authorization: `Bearer ${owner}` }, names)
  for (const file of ['app', 'errors', 'access'])
    replies.push(await ask('GET', `/logs?file=${file}&lines=1000`))
  await until(() => sockets.every(each => each.text.length > 500))
  await until(() => sockets[0]?.text.includes('"heartbeat"') === true)
  for (const each of sockets) each.close()
  await stop(engine)
  const env = environment()
  const commands = [
    await latch(['db', 'backup', 'store.jsonl.gz'], cwd, env),
    await latch(['config', 'show'], cwd, env),
    await latch(['logs', '--lines', '1000'], cwd, env),
    await latch(['doctor', '--json'], cwd, { ...env, API_PORT: '0' }),
  ]
  const said = engines.map(each => each.said()).join('\n')
  const { notices } = hook
  run = {
    answers,
    replies,
    sockets,
    notices,
    said,
    files: filesUnder(cwd),
    commands,
    owner,
    sent: model.requests,
  }
}, 300_000)

afterAll(async () => {
  for (const each of engines) each.child.kill('SIGKILL')
  hook.close()
  await Promise.all([model.close(), postgres?.stop()])
})

test('streams keep to the limits of the configuration', () => {
  expect(run.sockets[0]?.text).toContain('"interval_s":1}')
})

describe('a marked secret in each place that takes one', () => {
  test('was used: the model was shown each key, and the webhook was told', () => {
    const shown = new Set(run.sent.map(each => each.headers['authorization']))
    expect(shown).toEqual(
      new Set([
        `Bearer ${of('model key, given over HTTP')}`,
        `Bearer ${of('model key, of the environment')}`,
      ]),
    )
    expect(run.notices.length).toBeGreaterThan(1)
    expect(run.said).toContain('telegram was not told')
    expect(formsOf('canary-0123456789').length).toBeGreaterThan(5)
  })

  test('is in no answer, whatever was asked', () => {
    expect([...run.answers.values()].filter(each => each.status === 200).length).toBeGreaterThan(40)
    for (const [path, { text, headers, status }] of run.answers) {
      expect([path, shownIn(`${headers}${text}`)]).toEqual([path, []])
      expect(status, path).toBeLessThan(500)
    }
    for (const reply of run.replies) expect(shownIn(reply), reply.slice(0, 200)).toEqual([])
  })

  test('is in no message of a stream, the inspector’s included', () => {
    for (const { path, text } of run.sockets) {
      expect(text.length, path).toBeGreaterThan(500)
      expect([path, shownIn(text)]).toEqual([path, []])
    }
  })

  test('is in no notice, and in nothing on the terminal', () => {
    for (const notice of run.notices) expect(shownIn(notice)).toEqual([])
    expect(shownIn(run.said)).toEqual([])
    for (const { stdout, stderr } of run.commands) expect(shownIn(stdout + stderr)).toEqual([])
    expect(run.commands.slice(0, 3).map(each => each.code)).toEqual([0, 0, 0])
  })

  test('is in no file: journal, backup, diary, logs, audit, credentials', () => {
    const names = [...run.files.keys()].join('\n')
    for (const name of ['store.jsonl.gz', 'logs/app.log', 'logs/access.log', 'credentials.json'])
      expect(names, name).toContain(name)
    for (const [file, text] of run.files) expect([file, shownIn(text)]).toEqual([file, []])
  })

  test('the token of the owner is in its own file, and nowhere else', () => {
    const others = [...run.files].filter(([file]) => !file.endsWith('data/token'))
    const texts = [...others.map(([, text]) => text), run.said.split('\n').slice(40).join('\n')]
    const heard = run.sockets.map(each => each.text)
    const answered = [...run.answers.values()].map(each => each.text)
    for (const text of [...texts, ...heard, ...answered, ...run.replies]) {
      expect(formsOf(run.owner).some(form => text.includes(form))).toBe(false)
    }
  })
})
