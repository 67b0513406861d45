/** The server over a real socket: it starts, says why when it cannot, and lets go within a second. */
import { afterEach, describe, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../http/server.ts'
import { createTestApp } from './setup.ts'
import { readStream } from './sse.ts'

const running: RunningServer[] = []
const start = async (test: ReturnType<typeof createTestApp>, port = 0) => {
  const server = await startServer({ app: test.app, host: '127.0.0.1', port })
  running.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(running.splice(0).map(each => each.close()))
})
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

describe('the server', () => {
  test('answers at its url, and knows the address of who asks', async () => {
    const test = createTestApp()
    const { url } = await start(test)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect((await fetch(`${url}/status`, bearer(test.tokens.owner))).status).toBe(200)
    expect((await fetch(`${url}/actors/main%2Fposition%3ABTC`, bearer(test.tokens.owner))).status).toBe(200)
    expect((await fetch(`${url}/status`, bearer('wrong'))).status).toBe(401)
    expect(test.logged.at(-1)?.fields).toMatchObject({ peer: '127.0.0.1' })
  })

  test('names the port and API_PORT when the port is taken', async () => {
    const { url } = await start(createTestApp())
    const port = Number(new URL(url).port)
    await expect(startServer({ app: createTestApp().app, host: '127.0.0.1', port })).rejects.toThrow(
      `The API cannot listen on 127.0.0.1:${port}: another program listens there. Stop it, or set API_PORT to a free port.`,
    )
  })

  test('names API_HOST when the address is not of this machine', async () => {
    await expect(startServer({ app: createTestApp().app, host: '192.0.2.1', port: 0 })).rejects.toThrow(
      /API_HOST/,
    )
  })

  test('ends open streams within a second when it closes, cleanly', async () => {
    const test = createTestApp()
    const { url, close } = await start(test)
    const stream = readStream(await fetch(`${url}/events`, bearer(test.tokens.owner)))
    await stream.take(1)
    const before = performance.now()
    const closing = close()
    expect(await stream.next()).toBeNull()
    await closing
    expect(performance.now() - before).toBeLessThan(600)
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    await close()
  })

  test('frees the place of a client that hangs up', async () => {
    const test = createTestApp({ clientsMax: 1, heartbeatMs: 20 })
    const { url } = await start(test)
    const hangUp = new AbortController()
    const response = await fetch(`${url}/events`, { ...bearer(test.tokens.owner), signal: hangUp.signal })
    await readStream(response).take(1)
    hangUp.abort()
    await expect
      .poll(async () => {
        const next = await fetch(`${url}/events`, bearer(test.tokens.owner))
        await next.body?.cancel()
        return next.status
      })
      .toBe(200)
  })
})
