/** The health check of the container, against an engine that speaks HTTP, one that speaks HTTPS, and none. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startServer } from '../../http/server.ts'
import { selfSigned } from '../http/self-signed.ts'
import { createTestApp } from '../http/setup.ts'

const PROBE = join(import.meta.dirname, '../../cli/probe.ts')

const probe = (url: string, variables: Record<string, string> = {}): Promise<number> =>
  new Promise(resolve => {
    const env = { PATH: process.env['PATH'] ?? '', API_PORT: new URL(url).port, ...variables }
    const child = execFile(process.execPath, [PROBE], { env }, () => resolve(child.exitCode ?? -1))
  })

const answered = async (
  tls: { cert: string; key: string } | null,
  variables: Record<string, string> = {},
  isFailing = false,
) => {
  const { app, engine } = createTestApp()
  engine.failing = isFailing
  const server = await startServer({ app, host: '127.0.0.1', port: 0, ...(tls === null ? {} : { tls }) })
  try {
    return await probe(server.url, variables)
  } finally {
    await server.close()
  }
}

test('an engine that is well is healthy over HTTP, and over HTTPS whoever has configured it', async () => {
  const pair = selfSigned()
  expect(await answered(null)).toBe(0)
  expect(await answered(pair, { API_TLS_CERT: '/certificate.pem' })).toBe(0)
  expect(await answered(pair)).toBe(0)
})

test('an engine that fails, or that does not answer, is not', async () => {
  expect(await answered(null, {}, true)).toBe(1)
  const { app } = createTestApp()
  const server = await startServer({ app, host: '127.0.0.1', port: 0 })
  await server.close()
  expect(await probe(server.url)).toBe(1)
})
