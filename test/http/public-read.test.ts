/** API_ALLOW_PUBLIC_READ: anybody reads how accounts and markets stand, and nothing of the engine itself. */
import { describe, expect, test } from 'vitest'
import { isPublicRead } from '../../http/public-read.ts'
import { createTestApp, EXAMPLE_PATHS, jsonOf } from './setup.ts'

/** What a token is asked for, with it as without. */
const CLOSED =
  /^\/(?:logs|audit|metrics|alerts|tokens|events|ws|inspect|llm|docs|openapi\.json|session|rate-limits|cache|stream|reconcile|emergency-stop)(?:\/|$)|\/credentials$/

type Paths = Record<string, Record<string, object>>
const routesOf = async (open: ReturnType<typeof createTestApp>): Promise<[string, string][]> => {
  const { paths } = (await jsonOf(open.get('/openapi.json'))) as { paths: Paths }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, string] => [
      method.toUpperCase(),
      EXAMPLE_PATHS[path] ?? path,
    ]),
  )
}
const filled = (path: string): string => path.replaceAll(/\{[a-z_]+\}/g, 'none')

describe('with api.allow_public_read', () => {
  test('every route either is a read of accounts and markets, or asks for a token', async () => {
    const open = createTestApp({}, { publicRead: true })
    const routes = (await routesOf(open)).filter(([, path]) => path !== '/health')
    expect(routes.length).toBeGreaterThan(80)
    const answered: string[] = []
    for (const [method, path] of routes) {
      const body = method === 'GET' ? {} : { body: '{}' }
      const { status } = await open.app.request(filled(path), { method, ...body })
      const isOpen = method === 'GET' && isPublicRead(method, path.split('?')[0] ?? '')
      expect([method, path, status === 401], path).toEqual([method, path, !isOpen])
      if (CLOSED.test(path)) expect([method, path, status]).toEqual([method, path, 401])
      if (isOpen) answered.push(path)
      // Nothing is half open: what is let in is allowed to be read.
      if (isOpen) expect([path, status === 403]).toEqual([path, false])
    }
    expect(answered.length).toBeGreaterThan(30)
  })

  test('all accounts are seen, and nothing can be told to them', async () => {
    const { app, engine } = createTestApp({}, { publicRead: true })
    const seen = await jsonOf(app.request('/accounts'))
    expect(seen.total).toBe(engine.accounts().length)
    for (const path of ['/accounts/main/pause', '/emergency-stop', '/accounts/main/close-all']) {
      expect((await app.request(path, { method: 'POST', body: '{}' })).status).toBe(401)
    }
    expect(engine.said).toEqual([])
  })

  test('a wrong token is refused as before: who shows one means to use it', async () => {
    const { get } = createTestApp({}, { publicRead: true })
    expect((await get('/accounts', 'latch_wrong')).status).toBe(401)
  })

  test('a page of another site or name is refused as before', async () => {
    const { app } = createTestApp({}, { publicRead: true })
    const from = (headers: Record<string, string>) => app.request('/accounts', { headers })
    expect((await from({ Origin: 'https://evil.example' })).status).toBe(403)
    expect((await from({ Host: 'evil.example' })).status).toBe(403)
  })

  test('who has no token has an allowance, too', async () => {
    const { app } = createTestApp({}, { publicRead: true, ratePerMinute: 10 })
    const codes: number[] = []
    for (let count = 0; count < 12; count += 1) codes.push((await app.request('/status')).status)
    expect(codes.slice(9)).toEqual([200, 429, 429])
  })
})

test('without it nothing is public', async () => {
  const { app } = createTestApp()
  expect((await app.request('/accounts')).status).toBe(401)
})
