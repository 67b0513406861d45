/** The description tells the truth: every answer fits its own schema, and every path says what it is. */
import { describe, expect, test } from 'vitest'
import { SECRETS } from './fake-rows.ts'
import { faultOf } from './json-schema.ts'
import { createTestApp, EXAMPLE_PATHS, jsonOf } from './setup.ts'

type Media = { schema: object; example?: unknown }
type Operation = {
  summary?: string
  tags?: string[]
  security?: unknown[]
  parameters?: { name: string; description?: string; schema: object }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content: Record<string, Media> }>
}
type Description = {
  paths: Record<string, { get?: Operation; post?: Operation }>
  components: { schemas: Record<string, object> }
}

const { app, engine, get, tokens } = createTestApp()
const description = (await jsonOf(get('/openapi.json'))) as unknown as Description
const operations = Object.entries(description.paths).flatMap(([path, { get: operation }]) =>
  operation === undefined ? [] : [{ path, operation }],
)
/** Paths of access read and change, each by its method. */
const ACCESS = ['/session', '/tokens', '/ws/ticket']
const commands = Object.entries(description.paths).flatMap(([path, { post: operation }]) =>
  operation === undefined || ACCESS.includes(path) ? [] : [{ path, operation }],
)
const pathOf = (path: string) => EXAMPLE_PATHS[path] ?? path
const jsonPaths = operations.filter(({ operation }) => operation.responses[200]?.content['application/json'])
const faultIn = (media: Media | undefined, value: unknown) =>
  faultOf(description.components.schemas, media?.schema ?? {}, value)

const ACCOUNT_COMMANDS = [
  'pause',
  'resume',
  'stop-entries',
  'allow-entries',
  'drain',
  'close-all',
  'panic',
  'rearm',
  'stop',
]

describe('the description', () => {
  test('has every path of this version', () => {
    expect(Object.keys(description.paths).sort()).toEqual(
      [
        '/accounts',
        '/accounts/{account_id}',
        '/accounts/{account_id}/credentials',
        '/accounts/{account_id}/status',
        '/audit',
        '/session',
        '/tokens',
        '/tokens/{token_id}',
        ...ACCOUNT_COMMANDS.map(each => `/accounts/{account_id}/${each}`),
        '/positions/{position_id}/close',
        '/emergency-stop',
        '/emergency-stop/reset',
        '/actors',
        '/actors/{id}',
        '/bots',
        '/bots/{id}',
        '/bots/{id}/start',
        '/bots/{id}/stop',
        '/bots/{id}/confirmation-status',
        '/bot-evaluation/{id}/evaluate',
        '/bot-evaluation/test/{id}',
        '/bot-temperatures',
        '/bot-temperatures/dashboard',
        '/bot-temperatures/{id}',
        '/activity',
        '/accounts/{account_id}/start',
        '/accounts/sync-balances',
        '/cycle',
        '/cycle/last',
        '/dashboard/stats',
        '/errors',
        '/llm/decision',
        '/llm/execute-decision',
        '/market-data',
        '/market-data/history',
        '/cache/stats',
        '/rate-limits',
        '/prices/sync',
        '/stream/start',
        '/stream/status',
        '/stream/stop',
        '/market/accounts',
        '/market/candles/{symbol}',
        '/market/products',
        '/market/ticker/{symbol}',
        '/models/sync-balances',
        '/price/history',
        '/price/latest',
        '/prices/latest',
        '/reconcile',
        '/schema/{name}',
        '/decisions',
        '/diary',
        '/docs',
        '/events',
        '/health',
        '/inspect',
        '/inspect/ws',
        '/machines',
        '/machines/{id}',
        '/moves',
        '/llm/decisions',
        '/llm/interactions',
        '/llm/interactions/{call_id}',
        '/openapi.json',
        '/orders',
        '/orders/{id}',
        '/performance',
        '/alerts',
        '/logs',
        '/metrics',
        '/models',
        '/models/{model}',
        '/performance/leaderboard',
        '/performance/predictions',
        '/positions',
        '/risk',
        '/status',
        '/trades',
        '/agents',
        '/performance/history',
        '/performance/signals',
        '/redoc',
        '/signals',
        '/ws/actors',
        '/ws/market-data',
        '/ws/positions',
        '/ws/ticket',
        '/ws/trading-events',
      ].sort(),
    )
  })

  test('has no path that reads by POST or changes by GET', () => {
    // Lists that something can be added to, and what was found beside what is looked for now.
    for (const { path } of commands.filter(
      each => !['/accounts', '/bots', '/orders', '/reconcile'].includes(each.path),
    ))
      expect(
        operations.some(each => each.path === path),
        path,
      ).toBe(false)
  })

  test.each(commands)('$path has a body, and examples that fit their schemas', ({ operation }) => {
    const body = operation.requestBody?.content['application/json']
    expect(body?.example).toBeDefined()
    expect(faultIn(body, body?.example)).toBeNull()
    for (const status of [200, 202]) {
      const media = operation.responses[status]?.content['application/json']
      expect(faultIn(media, media?.example)).toBeNull()
    }
    expect(operation.security).toEqual([{ bearer: [expect.stringMatching(/^(trade|admin)$/)] }])
  })

  test.each([...operations, ...commands])(
    '$path has a summary, a tag, an access rule, a schema and an example',
    ({ operation }) => {
      expect(operation.summary).toMatch(/\w/)
      expect(operation.tags).toHaveLength(1)
      expect(operation.security).toBeDefined()
      for (const media of Object.values(operation.responses[200]?.content ?? {})) {
        expect(media.schema).toBeDefined()
        expect(media.example).toBeDefined()
      }
    },
  )

  test.each([...operations, ...commands])('$path describes each of its parameters', ({ operation }) => {
    for (const each of operation.parameters ?? []) {
      const schema = each.schema as { description?: string }
      expect(each.description ?? schema.description, each.name).toMatch(/\w/)
    }
  })

  test.each(jsonPaths)('the example of $path fits its schema', ({ operation }) => {
    const media = operation.responses[200]?.content['application/json']
    expect(faultIn(media, media?.example)).toBeNull()
  })

  test.each(jsonPaths)('the answer of $path fits its schema', async ({ path, operation }) => {
    const response = await get(pathOf(path))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(faultIn(operation.responses[200]?.content['application/json'], await response.json())).toBeNull()
  })

  test('closed positions fit the schema of open ones', async () => {
    const media = description.paths['/positions']?.get?.responses[200]?.content['application/json']
    const answer = await jsonOf(get('/positions?status=all'))
    expect(faultIn(media, answer)).toBeNull()
    expect(new Set((answer.items as { status: string }[]).map(each => each.status))).toEqual(
      new Set(['open', 'closed']),
    )
  })

  test('a refusal fits the schema of refusals', async () => {
    const media = description.paths['/orders']?.get?.responses[422]?.content['application/problem+json']
    expect(faultIn(media, await jsonOf(get('/orders?limit=abc')))).toBeNull()
  })

  test('the validator of these tests finds faults', () => {
    const media = description.paths['/accounts']?.get?.responses[200]?.content['application/json']
    expect(faultIn(media, { items: [], total: 0 })).toMatch(/next is missing/)
    expect(faultIn(media, { items: [{}], total: 0, next: null })).toMatch(/is missing/)
    expect(faultIn(media, { items: [], total: 0, next: null, extra: 1 })).toMatch(/extra is not described/)
    expect(faultIn(media, { items: [], total: 'x', next: null })).toMatch(/string is not integer/)
  })
})

describe('every path', () => {
  // What is left of a limit is less after each request.
  const changing = ['/events', '/docs', '/redoc', '/inspect', '/rate-limits']
  test.each(operations.filter(({ path }) => !changing.includes(path)))(
    '$path answers the same under /api/v1, with and without a slash at the end',
    async ({ path }) => {
      const texts = await Promise.all(
        ['', '/api/v1'].flatMap(prefix =>
          ['', '/'].map(async end => (await get(prefix + pathOf(path).replace(/(?=\?|$)/, end))).text()),
        ),
      )
      expect(new Set(texts).size).toBe(1)
    },
  )

  test.each(operations.filter(({ path }) => path !== '/events'))(
    '$path tells no secret',
    async ({ path }) => {
      const text = await (await get(pathOf(path))).text()
      for (const secret of [...Object.values(SECRETS), ...Object.values(tokens)])
        expect(text).not.toContain(secret)
    },
  )

  test('a failing engine tells no secret and no stack', async () => {
    engine.failing = true
    const answers = await Promise.all(['/status', '/health', '/performance'].map(async path => get(path)))
    engine.failing = false
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(500)
      const text = await answer.text()
      expect(text).not.toContain(SECRETS.database)
      expect(text).not.toMatch(/\.ts|at .*\(/)
    }
  })

  test.each(operations)('$path refuses a method it does not have, with Allow', async ({ path }) => {
    const response = await app.request(pathOf(path), {
      method: 'PROPFIND',
      headers: { Authorization: `Bearer ${tokens.owner}` },
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toContain('GET')
    expect((await jsonOf(response)).code).toBe('method_not_allowed')
  })
})
