/** Where a model may be (R10): https to the outside, this machine, and what ALLOW_LOCAL_LLM names. */
import { describe, expect, test } from 'vitest'
import { load, problemsOf } from './given.ts'

const env = (url: string, allowed = '') => ({
  STRATEGY: 'llm',
  LLM_MODEL: 'some/model',
  LLM_API_KEY: 'key-of-the-test',
  API_HOST: '127.0.0.1',
  LLM_BASE_URL: url,
  ...(allowed === '' ? {} : { ALLOW_LOCAL_LLM: allowed }),
})
const modelAt = (url: string, allowed?: string) =>
  load({ env: env(url, allowed) }).settings.accounts[0]?.model

describe('an address of a model', () => {
  test.each([
    'https://api.example/v1',
    'https://api.example:443/v1',
    'http://localhost:11434/v1',
    'http://127.0.0.1:8080/v1',
    'https://127.8.9.1:8443/v1',
    'http://[::1]:8080/v1',
  ])('%s may be asked', url => {
    expect(modelAt(url)).toMatchObject({ baseUrl: url })
    expect(modelAt(url)).not.toHaveProperty('mayBeLocal')
  })

  test.each([
    ['http://api.example/v1', 'it is not https', 'api.example:80'],
    ['https://api.example:8443/v1', 'its port is not 443', 'api.example:8443'],
    ['http://192.168.1.5:11434/v1', 'it is not https', '192.168.1.5:11434'],
    ['https://10.0.0.9/v1', 'of this machine or network', '10.0.0.9:443'],
    ['https://169.254.169.254/v1', 'of this machine or network', '169.254.169.254:443'],
    ['https://[::ffff:10.0.0.1]/v1', 'of this machine or network', '[::ffff:a00:1]:443'],
    ['https://[64:ff9b::a00:1]/v1', 'of this machine or network', '[64:ff9b::a00:1]:443'],
    ['https://[2002:a00:1::]/v1', 'of this machine or network', '[2002:a00:1::]:443'],
    ['http://ollama:11434/v1', 'it is not https', 'ollama:11434'],
    ['http://localhost.example/v1', 'it is not https', 'localhost.example:80'],
  ])('%s is refused, and may be when it is named', (url, why, place) => {
    const problems = problemsOf({ env: env(url) })
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain(why)
    expect(problems[0]?.remedy).toContain(`ALLOW_LOCAL_LLM=${place}`)
    expect(modelAt(url, `other:1 ${place}`)).toMatchObject({ baseUrl: url, mayBeLocal: true })
    expect(problemsOf({ env: env(url, 'other:1') })).toHaveLength(1)
  })

  test('is not looked at where nobody is asked', () => {
    const url = 'http://10.0.0.9/v1'
    expect(modelAt(url, '10.0.0.9:80')).toBeDefined()
    expect(load({ env: { ...env(url), LLM_MODEL: 'scripted/trend' } }).settings.accounts).toHaveLength(1)
    expect(load({ env: { ...env(url), STRATEGY: 'signals' } }).settings.accounts).toHaveLength(1)
  })

  test('with a user or a password in it is none, whatever is named', () => {
    const problems = problemsOf({ env: env('https://me:canary@api.example/v1', 'api.example:443') })
    expect(JSON.stringify(problems)).not.toContain('canary')
    expect(problems.length).toBeGreaterThan(0)
  })

  test('what is named is a list of host:port', () => {
    const problems = problemsOf({ env: env('https://api.example/v1', '192.168.1.5') })
    expect(problems[0]?.message).toContain('expected host:port')
  })
})
