/** Every route there is, walked: by nobody, by readers, by holders of another account, from other sites, and by chance. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PUBLIC_PATHS } from '../../http/guard.ts'
import { createTestApp, jsonOf } from './setup.ts'

type Route = { method: string; path: string }
type Description = { paths: Record<string, Record<string, { responses: object }>> }

const { app, tokens, engine, clock, credentials, store } = createTestApp({}, { ratePerMinute: null })
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const routes: Route[] = [
  ...new Map(
    app.routes
      .filter(({ method, path }) => METHODS.includes(method) && path !== '*' && path !== '/*')
      .map(({ method, path }) => [`${method} ${path}`, { method, path }]),
  ).values(),
]

/** Fills the variable parts: `values` by name, anything else with `fallback`. */
const filled = (path: string, values: Record<string, string>, fallback: string): string =>
  path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) => values[name] ?? fallback)

const OWN = { account_id: 'main', position_id: 'main-BTC-1', id: 'main', model: 'main' }
const FOREIGN = {
  account_id: 'other',
  position_id: 'other-BTC-1',
  id: 'other/position:BTC',
  model: 'other',
  call_id: 'other-mjwpr1c0-1',
  token_id: 'owner',
}
const changes = ({ method }: Route): boolean => method !== 'GET'
const isLogin = ({ method, path }: Route): boolean => method === 'POST' && path === '/session'
const isPublic = (route: Route): boolean => route.method === 'GET' && PUBLIC_PATHS.includes(route.path)
/** A reader ends its own session and asks for a ticket to read by; that is all a reader may change. */
const isOfReaders = ({ path }: Route): boolean => ['/session', '/ws/ticket'].includes(path)
const named = (list: Route[]): [string, Route][] => list.map(each => [`${each.method} ${each.path}`, each])

const ask = (route: Route, path: string, headers: Record<string, string>, body?: string) =>
  app.request(path, { method: route.method, headers, ...(body === undefined ? {} : { body }) })
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` })

test('the walk sees every kind of route', () => {
  expect(routes.length).toBeGreaterThan(40)
  expect(new Set(routes.map(each => each.method)).size).toBeGreaterThanOrEqual(4)
})

describe.each(named(routes.filter(each => !isPublic(each))))('%s', (_, route) => {
  test('is 401 without a token, whatever the body', async () => {
    for (const body of changes(route) ? [undefined, '{}', '{"token":"latch_wrong"}', 'x'] : [undefined]) {
      const path = filled(route.path, OWN, 'x')
      const response = await ask(route, path, {}, body)
      // A session is opened with a token in the body, so that its body is read first.
      const allowed = isLogin(route) ? [401, 422, 429] : [401]
      expect(allowed, body ?? 'no body').toContain(response.status)
      expect(response.headers.get('set-cookie')).toBeNull()
    }
  })

  test('is 403 from a page of another site, token or not', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
      const response = await ask(route, filled(route.path, OWN, 'x'), {
        ...bearer(tokens.owner),
        Origin: origin,
        Host: 'localhost',
      })
      expect(response.status, origin).toBe(403)
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('is 403 under a name that is not ours, as DNS rebinding would ask', async () => {
    const headers = { ...bearer(tokens.owner), Host: 'rebound.example', Origin: 'http://rebound.example' }
    expect((await ask(route, filled(route.path, OWN, 'x'), headers)).status).toBe(403)
  })
})

test.each(named(routes.filter(each => changes(each) && !isOfReaders(each))))(
  '%s is 403 for the scope read',
  async (_, route) => {
    const before = engine.said.length
    const response = await ask(route, filled(route.path, OWN, 'x'), bearer(tokens.reader))
    expect(response.status).toBe(403)
    expect((await jsonOf(response)).code).toBe('scope_missing')
    expect(engine.said).toHaveLength(before)
  },
)

const aboutOne = routes.filter(({ path }) => /:(account_id|position_id|call_id|id|model)\b/.test(path))
test.each(named(aboutOne))('%s is 404 for another account', async (_, route) => {
  const { token } = mintLimitedAdmin()
  const before = engine.said.length
  const body = changes(route) ? '{}' : undefined
  const response = await ask(route, filled(route.path, FOREIGN, 'other'), bearer(token), body)
  expect(response.status).toBe(404)
  expect(engine.said).toHaveLength(before)
  expect(credentials.kept.has('other')).toBe(false)
})

const queried = routes.filter(({ method, path }) => method === 'GET' && !path.includes(':'))
test.each(named(queried))('%s does not answer for another account', async (_, route) => {
  const response = await ask(route, `${route.path}?account_id=other`, bearer(mintLimitedAdmin().token))
  // 404 where accounts are asked for; a path that takes no such parameter says so.
  expect([302, 404, 422, 200]).toContain(response.status)
  if (response.status === 200) expect(await response.text()).not.toMatch(/"other\b/)
})

describe('chance', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      '..',
      '%00',
      '%ff',
      '../../etc/passwd',
      '-1',
      '1e999',
      'NaN',
      '[]',
      '{}',
      '__proto__',
      '🦄',
    ),
  )
  const json = fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ maxLength: 60 }))
  const commonFields = fc.record(
    {
      reason: fc.anything({ maxDepth: 1 }),
      fraction: fc.anything({ maxDepth: 1 }),
      account_id: fc.anything({ maxDepth: 1 }),
      id: fc.anything({ maxDepth: 1 }),
      scopes: fc.anything({ maxDepth: 1 }),
      accounts: fc.anything({ maxDepth: 1 }),
      model_api_key: fc.anything({ maxDepth: 1 }),
      token: fc.anything({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  )
  const body = fc.oneof(
    json,
    commonFields.map(fields => {
      try {
        return JSON.stringify(fields)
      } catch {
        return '{}'
      }
    }),
  )

  const describedBy = (paths: Description['paths'], { method, path }: Route): string[] | null => {
    const item = paths[path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')]?.[method.toLowerCase()]
    return item === undefined ? null : Object.keys(item.responses)
  }

  test('no route answers 500, shows a stack, or answers what it does not describe, to any parameter or body', async () => {
    const { token } = mintLimitedAdmin('*')
    const { paths } = (await jsonOf(
      app.request('/openapi.json', { headers: bearer(token) }),
    )) as unknown as Description
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes.filter(each => !each.path.startsWith('/events'))),
        fc.array(text, { minLength: 3, maxLength: 3 }),
        fc.array(
          fc.tuple(fc.constantFrom('limit', 'cursor', 'account_id', 'from', 'to', 'status', 'x'), text),
          {
            maxLength: 3,
          },
        ),
        body,
        async (route, parts, query, content) => {
          let index = 0
          const path = route.path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, () => {
            index += 1
            return encodeURIComponent((parts[index % parts.length] ?? 'x').toWellFormed()) || 'x'
          })
          const search = query
            .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
            .join('&')
          clock.now += 1_000
          const url = `${path}${search === '' ? '' : `?${search}`}`
          const response = await ask(route, url, bearer(token), changes(route) ? content : undefined)
          expect(response.status, `${route.method} ${url} ${content}`).not.toBe(500)
          // A part of `.` or `..` asks for another path.
          const isOther = new URL(url, 'http://localhost').pathname !== path
          const described = isOther ? null : describedBy(paths, route)
          if (described !== null)
            expect(described, `${route.method} ${url} ${content}`).toContain(String(response.status))
          if (response.status >= 400) {
            expect(response.headers.get('content-type')).toBe('application/problem+json')
            expect(await response.text()).not.toMatch(/\.ts:\d+|at \w+ \(/)
          }
        },
      ),
      { numRuns: 1_500, seed: 20_261_120 },
    )
  }, 60_000)
})

let minted = 0
/** An admin of one account, or of all: chance may end any other token. */
function mintLimitedAdmin(accounts: '*' | string[] = ['main']): { token: string } {
  minted += 1
  return store.create(`walker-${minted}`, { scopes: ['admin'], accounts })
}
