/** What holds for every operation of the description, whatever its method. */
import { describe, expect, test } from 'vitest'
import { PROBLEM_CODES } from '../../http/problem.ts'
import { faultOf } from './json-schema.ts'
import { createTestApp, EXAMPLE_PATHS, jsonOf } from './setup.ts'

type Media = { schema: object; example?: unknown }
type Answer = { description: string; content?: Record<string, Media> }
type Parameter = { name: string; in: string; example?: unknown; schema: { example?: unknown } }
type Operation = {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, Answer>
}
type Description = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

const { app, get, tokens } = createTestApp()
const description = (await jsonOf(get('/openapi.json'))) as unknown as Description
const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    operation,
  })),
)
const faultIn = (media: Media, value: unknown) => faultOf(description.components.schemas, media.schema, value)

const nodesOf = (value: unknown): Record<string, unknown>[] => {
  if (Array.isArray(value)) return value.flatMap(nodesOf)
  if (typeof value !== 'object' || value === null) return []
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(nodesOf)]
}

const PATHS: Record<string, string> = {
  ...EXAMPLE_PATHS,
  '/positions/{position_id}/close': '/positions/main-BTC-1/close',
  '/bots/{id}/start': '/bots/main/start',
  '/bots/{id}/stop': '/bots/main/stop',
  '/bot-evaluation/{id}/evaluate': '/bot-evaluation/main/evaluate',
}

describe('null', () => {
  test('is never asked to be something else as well', () => {
    const impossible = nodesOf(description).filter(
      node =>
        Array.isArray(node.allOf) &&
        nodesOf(node.allOf).some(
          each => [each.type].flat().includes('null') && each.properties === undefined,
        ),
    )
    expect(impossible).toEqual([])
  })

  test.each([
    ['/accounts/{account_id}', 'delete', 'account'],
    ['/bot-temperatures/dashboard', 'get', 'hottest'],
  ])('fits where %s says it may stand', (path, method, field) => {
    const media = description.paths[path]?.[method]?.responses[200]?.content?.['application/json'] as Media
    expect(faultIn(media, { ...(media.example as object), [field]: null })).toBeNull()
    expect(faultIn(media, { ...(media.example as object), [field]: {} })).toMatch(/is missing/)
  })

  test('the validator judges allOf and type together', () => {
    const schemas = { Named: { type: 'object' } }
    const named = { allOf: [{ $ref: '#/components/schemas/Named' }], type: ['object', 'null'] }
    expect(faultOf(schemas, named, null)).toMatch(/null is not object/)
    expect(faultOf(schemas, { ...named, type: 'string' }, {})).toMatch(/object is not string/)
    expect(faultOf(schemas, { $ref: '#/components/schemas/Named', required: ['a'] }, {})).toMatch(/missing/)
  })
})

describe('names', () => {
  test('every operation has one of its own, made of its method and path', () => {
    const ids = operations.map(each => each.operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^(get|post|put|patch|delete)[A-Z][A-Za-z0-9]*$/)
    const idOf = (path: string, method: string) => description.paths[path]?.[method]?.operationId
    expect(idOf('/positions', 'get')).toBe('getPositions')
    expect(idOf('/accounts/{account_id}/pause', 'post')).toBe('postAccountsByAccountIdPause')
    expect(idOf('/bot-evaluation/test/{id}', 'get')).toBe('getBotEvaluationTestById')
  })
})

describe('examples', () => {
  test.each(operations)('$name: each of them fits its schema', ({ operation }) => {
    const media = [
      ...Object.values(operation.requestBody?.content ?? {}),
      ...Object.values(operation.responses).flatMap(each => Object.values(each.content ?? {})),
    ]
    for (const each of media) {
      if (each.example !== undefined) expect(faultIn(each, each.example)).toBeNull()
    }
  })

  test.each(operations.filter(each => each.operation.requestBody !== undefined))(
    '$name shows a body',
    ({ operation }) => {
      expect(operation.requestBody?.content['application/json']?.example).toBeDefined()
    },
  )

  test.each(operations)('$name: each of its parameters fits its schema', ({ operation }) => {
    for (const each of operation.parameters ?? []) {
      const example = each.example ?? each.schema.example
      if (example !== undefined) expect(faultIn({ schema: each.schema }, example), each.name).toBeNull()
    }
  })

  const commands = operations.filter(({ path, operation }) => {
    const example = operation.responses[200]?.content?.['application/json']?.example
    return path !== '/llm/execute-decision' && JSON.stringify(example ?? null).includes('"command"')
  })
  const SAID: Record<string, string> = { 'emergency-stop': 'panic', reset: 'rearm' }

  test.each(commands)('$name tells its own command, done and on its way', ({ path, operation }) => {
    const word = path.split('/').at(-1) ?? ''
    for (const status of [200, 202]) {
      const example = operation.responses[status]?.content?.['application/json']?.example
      const [item] = (example as { items: { command: string; acknowledged: boolean }[] }).items
      expect(item?.command).toBe(SAID[word] ?? word.replace('-', '_'))
      expect(item?.acknowledged).toBe(status === 200)
    }
  })

  test.each([
    ['post', '/accounts', 'added'],
    ['put', '/accounts/{account_id}', 'changed'],
    ['delete', '/accounts/{account_id}', 'removed'],
    ['post', '/accounts/{account_id}/start', 'started'],
  ])('%s %s tells its own change: %s', (method, path, change) => {
    const responses = description.paths[path]?.[method]?.responses ?? {}
    for (const status of [200, 202]) {
      expect(responses[status]?.content?.['application/json']?.example).toMatchObject({ change })
    }
  })
})

describe('bodies', () => {
  const send = (method: string, path: string) =>
    app.request(PATHS[path] ?? path.replace('{account_id}', 'main'), {
      method,
      headers: { Authorization: `Bearer ${tokens.owner}` },
    })

  test.each(operations.filter(each => each.operation.requestBody !== undefined))(
    '$name is 422 without a body just when it says that it needs one',
    async ({ method, path, operation }) => {
      expect(typeof operation.requestBody?.required).toBe('boolean')
      const { status } = await send(method, path)
      expect(status === 422, String(status)).toBe(operation.requestBody?.required)
    },
  )
})

describe('refusals of bodies', () => {
  const ODD = [[], [''], [[]], '', '!', 'x'.repeat(5_000), {}, { x: 1 }, 5, -1, 1e30, true, null]
  const bodyOf = ({ requestBody }: Operation): Media =>
    requestBody?.content['application/json'] ?? { schema: {} }
  const posted = operations.filter(each => each.operation.requestBody !== undefined)

  test.each(posted)('$name: every field is refused in our own words', async ({ method, path, operation }) => {
    const { schema, example } = bodyOf(operation)
    const { app: fresh, tokens: own, clock } = createTestApp({}, { ratePerMinute: null })
    const place = PATHS[path] ?? path.replace('{account_id}', 'main')
    for (const field of [...Object.keys((schema as { properties?: object }).properties ?? {}), 'odd']) {
      for (const value of ODD) {
        clock.now += 60_000
        const body = JSON.stringify({ ...(example as object), [field]: value })
        const headers = { Authorization: `Bearer ${own.owner}` }
        const response = await fresh.request(place, { method, headers, body })
        expect(response.status, body.slice(0, 200)).toBeLessThan(500)
        if (response.status !== 422) continue
        const { detail, remedy, parameter } = await jsonOf(response)
        expect(detail, body.slice(0, 200)).not.toMatch(
          /expected|received|Invalid input|Too (small|big)|undefined/,
        )
        expect(remedy).toMatch(/\w/)
        // A confirmation is of the account that the example names.
        expect([field, 'confirm'], String(detail)).toContain(String(parameter).split(/[.[]/)[0])
      }
    }
  })
})

describe('refusals', () => {
  const described = (path: string, method: string, status: number) =>
    description.paths[path]?.[method]?.responses[status]?.description ?? ''

  test.each([
    ['/tokens', 'get', 503, 'tokens_busy'],
    ['/tokens', 'post', 409, 'token_taken'],
    ['/tokens', 'post', 503, 'tokens_busy'],
    ['/tokens/{token_id}', 'delete', 409, 'token_last'],
    ['/accounts/{account_id}/credentials', 'put', 409, 'credential_unusable'],
    ['/accounts/{account_id}/credentials', 'put', 503, 'credentials_unavailable'],
    ['/events', 'get', 503, 'streams_exceeded'],
    ['/ws/positions', 'get', 503, 'streams_exceeded'],
    ['/inspect/ws', 'get', 503, 'streams_exceeded'],
    ['/accounts', 'post', 413, 'body_too_large'],
  ] as const)('%s %s describes %i %s', (path, method, status, code) => {
    expect(PROBLEM_CODES).toContain(code)
    expect(described(path, method, status)).toContain(`\`${code}\``)
  })

  test.each(operations)('$name describes what the doors in front of it refuse', ({ method, operation }) => {
    const needed = ['401', '403', '429', '500', ...(method === 'GET' ? [] : ['413'])]
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(needed))
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (Number(status) >= 400 && status !== '503')
        expect(Object.keys(content ?? {}), status).toEqual(['application/problem+json'])
    }
  })
})

describe('figures', () => {
  const fields = Object.entries(description.components.schemas).flatMap(([schema, given]) => {
    const { properties = {} } = given as { properties?: Record<string, { type?: string | string[] }> }
    return Object.entries(properties).map(([field, { type }]) => ({ schema, field, types: [type].flat() }))
  })
  const LOOKED_AT =
    /^(Price|PricePoint|Ticker|SyncedPrice|MarketData|Bot|BotEvaluation|Candle|IndicatorPoint)$/
  const STANDS_AT = /^(return|drawdown|heat)_percent$/
  const OF_ACCOUNTS = /^(Account|AccountStatus|ModelAccount|Standing)$/

  test('money and prices are numbers in what is looked at, and decimal text everywhere else', () => {
    const money = fields.filter(
      ({ field, types }) =>
        /(^|_)(price|pnl|usd|equity|balance|deposit|fees|funding|quantity)$/.test(field) &&
        types.some(each => each === 'number' || each === 'string'),
    )
    expect(money.length).toBeGreaterThan(50)
    for (const { schema, field, types } of money)
      expect(types, `${schema}.${field}`).toContain(LOOKED_AT.test(schema) ? 'number' : 'string')
  })

  test('percentages are text where an account stands at them, and numbers where they are measured', () => {
    const percentages = fields.filter(
      ({ field, types }) => field.endsWith('_percent') && !types.includes('object'),
    )
    expect(percentages.length).toBeGreaterThan(20)
    for (const { schema, field, types } of percentages) {
      const isText = OF_ACCOUNTS.test(schema) && STANDS_AT.test(field)
      expect(types, `${schema}.${field}`).toContain(isText ? 'string' : 'number')
    }
  })
})
