/** HTTPS by itself: with its own certificate, and never plain HTTP in its place. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from '../../http/server.ts'
import { tlsOf } from '../../http/tls.ts'
import { selfSigned } from './self-signed.ts'
import { createTestApp } from './setup.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latch-tls-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const pair = selfSigned()

type Answer = { status: number; headers: Record<string, unknown> }
const post = (url: string, path: string, body: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { method: 'POST', ca: pair.cert }, answer => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
    })
    asked.on('error', reject)
    asked.end(body)
  })

test('it speaks HTTPS: sessions are secure, and browsers are told to stay', async () => {
  const tls = tlsOf({ tlsCert: written('c.pem', pair.cert), tlsKey: written('k.pem', pair.key) })
  const { app, tokens } = createTestApp()
  const server = await startServer({ app, host: '127.0.0.1', port: 0, tls })
  try {
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const answer = await post(server.url, '/session', JSON.stringify({ token: tokens.reader }))
    expect(answer.status).toBe(200)
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-latch_session=.*; Secure$/)
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=/)
    await expect(fetch(server.url.replace('https', 'http'))).rejects.toThrow()
  } finally {
    await server.close()
  }
})

test('files that are no pair, or not there, are refused', () => {
  const key = written('k.pem', pair.key)
  const cert = written('c.pem', pair.cert)
  const other = written('o.pem', selfSigned().key)
  expect(() => tlsOf({ tlsCert: cert, tlsKey: other })).toThrow(/no certificate and its key/)
  expect(() => tlsOf({ tlsCert: key, tlsKey: key })).toThrow(/no certificate and its key/)
  expect(() => tlsOf({ tlsCert: join(folder, 'absent'), tlsKey: key })).toThrow(/API_TLS_CERT names .*absent/)
  expect(tlsOf({ tlsCert: null, tlsKey: null })).toBeNull()
})
