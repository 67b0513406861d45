/**
 * A model behind a real endpoint, asked by a real process: it decides, and the engine trades, protects and closes by it. A
 * marked secret in every key, header and variable comes out nowhere but in the headers that the endpoint was sent (P9).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readStream } from '../http/sse.ts'
import {
  type Behaviour,
  fails,
  type ModelServer,
  type RequestBody,
  says,
  startModelServer,
} from '../model-server.ts'
import { type Answers, readEveryRoute } from './every-route.ts'
import { folder, latch, type Outcome, startLatch } from './latch.ts'

const CANARY = 'canary'
const KEY = `${CANARY}-key-4711`
const HEADER = `${CANARY}-header-0815`
const ENV = {
  LLM_MODEL: 'test/model',
  LLM_API_KEY: KEY,
  LLM_EXTRA_HEADERS: JSON.stringify({ 'x-gateway': HEADER }),
  OPENROUTER_API_KEY: `${CANARY}-router-2342`,
  HYPERLIQUID_PRIVATE_KEY: `0x${CANARY}-private`,
  ASTER_API_SECRET: `${CANARY}-aster`,
  MNEMONIC: `${CANARY} abandon ability able about above absent absorb abstract absurd abuse access`,
  AWS_SECRET_ACCESS_KEY: `${CANARY}-aws`,
}
/** Answered with 200 by every engine; others may want a parameter, or a right that the token has not. */
const PATHS = [
  '/accounts',
  '/accounts/agent',
  '/accounts/agent/status',
  '/actors',
  '/decisions',
  '/diary',
  '/health',
  '/llm/decisions',
  '/llm/interactions',
  '/models',
  '/orders',
  '/performance',
  '/performance/leaderboard',
  '/performance/predictions',
  '/positions',
  '/risk',
  '/status',
  '/trades',
]
/** Asked so often about an open position, it closes it. */
const PATIENCE = 2

type Message = { role: string; content: string | null }
type Asked = { asset: string; actions: string[] }

const textOf = (body: RequestBody): string =>
  (body['messages'] as Message[]).map(each => each.content ?? '').join('\n')

/** What there is to decide, as the context in the prompt says it. */
const askedIn = (body: RequestBody): Asked[] => {
  const found = /<context>\n(\{.*?\})\n<\/context>/s.exec(textOf(body))?.[1]
  return (JSON.parse(found ?? '{"decide":[]}') as { decide: Asked[] }).decide
}

/** What newer models of OpenAI say to the older name of the token limit. */
const RENAMED = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."

/** First it asks for a figure; then it enters what is flat, and closes BTC when it has been open for a while. */
const player = (): Behaviour => {
  let open = 0
  return (response, body, count, headers) => {
    const isFirst = count === 0
    // Some endpoints repeat the request in their errors.
    if (isFirst) return void response.writeHead(500).end(JSON.stringify({ error: { message: headers } }))
    if (body['max_tokens'] !== undefined) return fails(400, RENAMED)(response, body, count, headers)
    if (body['tools'] !== undefined) {
      const hasFigure = (body['messages'] as Message[]).some(each => each.role === 'tool')
      const parameters = { asset: 'BTC', name: 'rsi', timeframe: '5m', length: 14 }
      const call = {
        id: 'c1',
        type: 'function',
        function: { name: 'indicator', arguments: JSON.stringify(parameters) },
      }
      const choice = { finish_reason: 'tool_calls', message: { content: null, tool_calls: [call] } }
      return says(null, {}, hasFigure ? { message: { content: 'That is enough.' } } : choice)(
        response,
        body,
        count,
        headers,
      )
    }
    const trade_decisions = askedIn(body).map(({ asset, actions }) => {
      if (asset === 'BTC' && actions.includes('close')) open += 1
      const leaves = asset === 'BTC' && actions.includes('close') && open > PATIENCE
      const action = leaves ? 'close' : actions.includes('buy') && !actions.includes('close') ? 'buy' : 'hold'
      return {
        asset,
        action,
        allocation_usd: action === 'buy' ? 1_000 : 0,
        tp_price: null,
        sl_price: null,
        exit_plan: 'Leave when the model says so.',
        rationale: `For the test, and the key is ${headers.authorization ?? ''}.`,
        leverage: null,
        close_fraction: null,
        confidence: 99,
        predicted_roi_pct: 2,
        exit_conditions: [],
      }
    })
    says(JSON.stringify({ reasoning: 'by script', trade_decisions }), {
      usage: { prompt_tokens: 3_000, completion_tokens: 200, total_tokens: 3_200, cost: 0.01 },
    })(response, body, count, headers)
  }
}

type Row = Record<string, unknown>
type List = { items: Row[] }
type Run = {
  prompts: string
  sent: ModelServer['requests']
  said: string
  code: number | null
  events: string
  answers: Answers
  /** The store as it is backed up, and the recording made of it. */
  files: Map<string, string>
  commands: Outcome[]
}
let run: Run

const rowsOf = (path: string): Row[] => (JSON.parse(run.answers.get(path)?.text ?? '') as List).items

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

let server: ModelServer
let engine: ReturnType<typeof startLatch> | null = null

beforeAll(async () => {
  server = await startModelServer(player())
  const cwd = folder()
  const env = { ...ENV, LLM_BASE_URL: server.url }
  engine = startLatch(cwd, env, [], ['--profile', 'agent', '--speed', '1200'])
  const [, url = ''] = await engine.seen(/Listening on (\S+)/)
  const headers = { authorization: `Bearer ${readFileSync(join(cwd, 'data/token'), 'utf8').trim()}` }
  const stream = readStream(await fetch(`${url}/events`, { headers }))
  const events: unknown[] = []
  const running = engine
  const until = async (type: string): Promise<void> => {
    for (;;) {
      const message = await stream.next()
      if (message === null) throw new Error(`the stream ended before ${type}: ${running.said()}`)
      events.push(message)
      if (JSON.stringify(message.data).includes(`"${type}"`)) return
    }
  }
  await until('trade.closed')
  // What is open by then is asked about again, which shows that the next cycle is a normal one.
  await until('decision.recorded')
  const answers = await readEveryRoute(url, headers, {
    account_id: 'agent',
    model: 'test/model',
    asset: 'BTC',
    symbol: 'BTC',
  })
  await stream.leave()
  engine.child.kill('SIGINT')
  const code = await engine.ended
  const commands = [
    await latch(['db', 'backup', 'store.jsonl.gz'], cwd, env),
    await latch(['models', 'cassette', '--out', 'tape.jsonl'], cwd, env),
    await latch(['config', 'show'], cwd, { ...env, STRATEGY: 'llm' }),
    await latch(['prompt', 'test', '--profile', 'agent'], cwd, env),
    await latch(['prompt', 'test', '--profile', 'agent'], cwd, {
      ...env,
      LLM_BASE_URL: 'http://127.0.0.1:1/v1',
    }),
    await latch(['db', 'status'], cwd, { ...env, DATABASE_URL: `postgres://u:${CANARY}-db@127.0.0.1:1/x` }),
  ]
  run = {
    prompts: JSON.stringify(server.requests.map(each => each.body)),
    sent: [...server.requests],
    said: engine.said(),
    code,
    events: JSON.stringify(events),
    answers,
    files: filesUnder(cwd),
    commands,
  }
}, 240_000)

afterAll(async () => {
  engine?.child.kill('SIGKILL')
  await server.close()
})

describe('latch run with LLM_BASE_URL at an endpoint', () => {
  test('asks it with the key, the schema and the tools, and hears what the tools said', () => {
    expect(run.code, run.said).toBe(0)
    for (const { headers, path, body } of run.sent.slice(0, 20)) {
      expect(headers['authorization']).toBe(`Bearer ${KEY}`)
      expect(headers['x-gateway']).toBe(HEADER)
      expect(path).toMatch(/\/chat\/completions$/)
      expect(body['model']).toBe('test/model')
    }
    expect(run.prompts).toContain('"strict":true')
    expect(run.prompts).toMatch(/What you asked for, as JSON/)
  })

  test('trades, protects and closes by its answers, and goes on after the one that failed', () => {
    const text = run.said
    expect(text).toMatch(/BTC long [\d.]+ at/)
    expect(text).toMatch(/BTC stop [\d.]+, target [\d.]+ confirmed after/)
    expect(text).toMatch(/BTC long closed by signal at/)
    const trade = rowsOf('/trades').find(each => each['asset'] === 'BTC' || each['symbol'] === 'BTC')
    expect(trade).toBeDefined()
    const decisions = JSON.stringify(rowsOf('/decisions'))
    expect(decisions).toContain('"approved"')
    expect(decisions).toContain('"closing"')
    expect(decisions, 'the first question failed, and was held').toContain('model_unavailable')
  })

  test('books what it cost and logs what was said', () => {
    const calls = rowsOf('/llm/interactions')
    expect(calls.some(each => each['outcome'] === 'accepted' && each['cost_usd'] === '0.01')).toBe(true)
    expect(run.answers.get('/models')?.text).toContain('test/model')
  })

  test('answers every route, those on models and trades with what is there', () => {
    const of = (path: string) => run.answers.get(path)?.status
    // The engine goes on meanwhile: the newest call of the list is not always the one that was asked about.
    const one = [...run.answers.keys()].filter(path => path.startsWith('/llm/interactions/'))
    expect(one.length).toBe(1)
    for (const path of [...PATHS, ...one]) {
      expect([path, of(path)]).toEqual([path, 200])
    }
    for (const [path, { status }] of run.answers) expect(status, path).toBeLessThan(500)
  })
})

describe('a marked secret in every key, header and variable', () => {
  test('is in no prompt', () => {
    expect(run.prompts.length).toBeGreaterThan(10_000)
    expect(run.prompts).not.toContain(CANARY)
  })

  test('is in no header but those it was given for', () => {
    for (const { headers } of run.sent) {
      const { authorization, 'x-gateway': gateway, ...others } = headers
      expect([authorization, gateway]).toEqual([`Bearer ${KEY}`, HEADER])
      expect(JSON.stringify(others)).not.toContain(CANARY)
    }
  })

  test('is in no answer of the interface, and in no event', () => {
    for (const [path, { text }] of run.answers) expect(text, path).not.toContain(CANARY)
    expect(run.events.length).toBeGreaterThan(10_000)
    expect(run.events).not.toContain(CANARY)
  })

  test('is in nothing the process says, however a command ends', () => {
    expect(run.said).not.toContain(CANARY)
    for (const { stdout, stderr } of run.commands) expect(stdout + stderr).not.toContain(CANARY)
    expect(run.commands.map(each => each.code === 0)).toEqual([true, true, true, true, false, false])
  })

  test('is in no file: the database, its backup, the cassette, what endpoints can do', () => {
    const names = [...run.files.keys()].join('\n')
    for (const name of ['store.jsonl.gz', 'tape.jsonl', 'data/db/PG_VERSION', 'data/model-capabilities.json'])
      expect(names.includes(name), name).toBe(true)
    for (const [file, text] of run.files) expect(text.includes(CANARY), file).toBe(false)
    const backup = [...run.files].find(([file]) => file.endsWith('.gz'))?.[1] ?? ''
    expect(/the key is (Bearer )?\*\*\*/.test(backup), 'the echo is there, and masked').toBe(true)
  })
})
