/** How far the API reaches is said in the configuration, and what would open it to others is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SafetyRefusal } from '../../../adapters/config/problem.ts'
import { load, problemsOf } from './given.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latch-api-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('without tokens', () => {
  test.each(['127.0.0.1', '::1'])('is possible on %s, with a warning', host => {
    const { settings, warnings } = load({ env: { API_AUTH: 'none', API_HOST: host } })
    expect(settings.api.auth).toBe('none')
    expect(warnings.join(' ')).toMatch(/asks nobody for a token/)
  })

  test.each([
    '',
    '0.0.0.0',
    '::',
    '192.168.1.2',
    'latch.example',
    '127.0.0.1.evil.example',
    '127.0.0.999',
    'localhost',
  ])('is refused on %j (R1)', host => {
    expect(() => load({ env: { API_AUTH: 'none', API_HOST: host } })).toThrow(SafetyRefusal)
  })

  test('is nobody’s matter where the API is off', () => {
    expect(load({ env: { API_AUTH: 'none' }, flags: { api: false } }).settings.api.enabled).toBe(false)
  })
})

test('the defaults listen everywhere and let nobody in without a token (X-23, B-71)', () => {
  const { settings, warnings } = load()
  expect(settings.api).toMatchObject({ host: '0.0.0.0', auth: 'token', corsOrigins: [], trustedProxies: [] })
  expect(warnings.join(' ')).toMatch(/every address of this machine/)
})

describe('TLS', () => {
  test('takes two files, relative to the working folder or the file', () => {
    const [cert, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')]
    for (const file of [cert, key]) writeFileSync(file, 'x')
    const { api } = load({ env: { API_TLS_CERT: cert, API_TLS_KEY: key } }).settings
    expect([api.tlsCert, api.tlsKey]).toEqual([cert, key])
  })

  test('one without the other, or none there, is a problem that names the other', () => {
    const cert = join(folder, 'c.pem')
    writeFileSync(cert, 'x')
    expect(problemsOf({ env: { API_TLS_CERT: cert } })).toMatchObject([
      { message: 'tls_cert is of no use without tls_key', remedy: expect.stringMatching(/API_TLS_KEY/) },
    ])
    const absent = join(folder, 'absent.pem')
    expect(problemsOf({ env: { API_TLS_CERT: cert, API_TLS_KEY: absent } })).toMatchObject([
      { message: 'there is no such file' },
    ])
  })
})

describe('lists', () => {
  test.each([
    ['API_CORS_ORIGINS', '*', /origins.*\* is none/],
    ['API_CORS_ORIGINS', 'https://a.example/path', /origins/],
    ['API_CORS_ORIGINS', 'a.example', /origins/],
    ['TRUSTED_PROXIES', '0.0.0.0/0', /addresses or nets/],
    ['TRUSTED_PROXIES', 'proxy.example', /addresses or nets/],
    ['TRUSTED_PROXIES', '10.0.0.0/33', /addresses or nets/],
    ['API_HOSTS', 'https://a.example', /names/],
    ['API_RATE_PER_MINUTE', '0', /from 10 to/],
  ])('%s=%s is refused', (name, value, what) => {
    const problems = problemsOf({ env: { [name]: value } })
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(what)
  })

  test('several are parted by spaces or commas', () => {
    const env = {
      API_CORS_ORIGINS: 'https://a.example, http://b.example:8080',
      API_HOSTS: 'a.example b.example',
    }
    const { api } = load({ env }).settings
    expect(api.corsOrigins).toEqual(['https://a.example', 'http://b.example:8080'])
    expect(api.hosts).toEqual(['a.example', 'b.example'])
  })
})

describe('a model key that is kept elsewhere', () => {
  test('lets an account without one in its configuration start', () => {
    const asked: string[][] = []
    const env = { STRATEGY: 'llm', LLM_MODEL: 'openai/gpt-5', API_HOST: '127.0.0.1' }
    expect(problemsOf({ env })[0]?.message).toMatch(/no key/)
    const { settings } = load({
      env,
      hasStoredKey: (_dataDir, id, url) => {
        asked.push([id, url])
        return true
      },
    })
    expect(asked).toEqual([['default', 'https://openrouter.ai/api/v1']])
    expect(settings.modelSecrets['default']?.apiKey).toBeNull()
  })
})
