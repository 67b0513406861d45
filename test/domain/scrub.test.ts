/** No live secret passes in any form, and text without one passes unchanged. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Scrubber } from '../../domain/scrub.ts'

const CANARY = 'c4n4ry+Secret/of "Zoë" & co'
const forms = (value: string): [string, string][] => [
  ['itself', value],
  ['URL-encoded', encodeURIComponent(value)],
  ['base64', Buffer.from(value).toString('base64')],
  ['base64url', Buffer.from(value).toString('base64url')],
  ['hex', Buffer.from(value).toString('hex')],
  ['HEX', Buffer.from(value).toString('hex').toUpperCase()],
  ['JSON', JSON.stringify(value)],
  ['a Basic password', Buffer.from(`user:${value}`).toString('base64')],
  ['base64 behind one more', Buffer.from(`us:${value}, and on`).toString('base64')],
]

const watching = (...values: string[]): Scrubber => {
  const scrubber = new Scrubber()
  for (const each of values) scrubber.watch(each)
  return scrubber
}

describe('a live secret', () => {
  test.each(forms(CANARY))('as %s is taken out', (_, form) => {
    const text = watching(CANARY).scrub(`before ${form} after`)
    expect(text).not.toContain(form.slice(4, -4))
    expect(text).toMatch(/^before .*\*\*\*.* after$/s)
  })

  test('is taken out of any text, however often, whatever is around it', () => {
    const value = fc.string({ unit: 'grapheme-ascii', minLength: 10, maxLength: 40 })
    fc.assert(
      fc.property(value, fc.string(), fc.string(), fc.nat(8), (secret, before, after, form) => {
        const shown = forms(secret)[form]?.[1] ?? secret
        const clean = watching(secret).scrub(`${before}${shown}${after}${shown}`)
        expect(clean.split(shown)).toHaveLength(1)
      }),
      { numRuns: 1_000 },
    )
  })

  test('that holds another is taken out whole', () => {
    const scrubber = watching('inner-secret', 'outer-inner-secret-outer', 'outer-in')
    expect(scrubber.scrub('x outer-inner-secret-outer y inner-secret')).toBe('x *** y ***')
  })

  test('too short to be one is left alone', () => {
    expect(watching('latch', '').scrub('latch latch')).toBe('latch latch')
  })

  test('is taken out of every text of a value, and keys stay', () => {
    const value = { a: [`x ${CANARY}`, 1, null], b: { c: CANARY, d: true } }
    expect(watching(CANARY).scrubValue(value)).toEqual({ a: ['x ***', 1, null], b: { c: '***', d: true } })
    expect(value.b.c).toBe(CANARY)
  })
})

describe('text that looks like a secret', () => {
  const plain = new Scrubber()
  test.each([
    ['key sk-or-v1-0123456789abcdef01234 sent', 'key *** sent'],
    [`token latch_${'aB3-_'.repeat(8)}xyz here`, 'token *** here'],
    ['Authorization: Bearer abc123def456ghi', 'Authorization: Bearer ***'],
    ['/order?symbol=BTC&signature=0a1b2c3d4e5f&x=1', '/order?symbol=BTC&signature=***&x=1'],
    ['postgresql://me:hunter2@db:5432/x failed', 'postgresql://me:***@db:5432/x failed'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', '***'],
  ])('%s', (text, clean) => {
    expect(plain.scrub(text)).toBe(clean)
  })

  test.each([
    'Send the header Authorization: Bearer <token>.',
    'the basic strategies and bearer instruments of this risk-per-trade',
    'https://openrouter.ai/api/v1?x=1@2',
    'main-BTC-1-entry sk-short a task-force-of-many-people',
    '',
  ])('and text that does not, stays: %s', text => {
    expect(plain.scrub(text)).toBe(text)
  })

  test.each([
    'a',
    'a.',
    'key a-',
    'sk-aaaaaaa.',
    'sk-',
    'Bearer ',
    'Bearer  x',
    'api_key=',
    '-----BEGIN ',
    '-----END ',
    'a://b:',
    'a://@',
  ])('1 MiB of %j is looked through in time that grows with its length alone', part => {
    const text = `token ://${part.repeat(Math.ceil(1_048_576 / part.length))}`
    expect(plain.scrub(text).length).toBeLessThanOrEqual(text.length)
  })

  test('a password in an address is seen behind any scheme', () => {
    expect(plain.scrub(`${'x'.repeat(50)}+tcp://me:hunter2@db`)).toMatch(/:\/\/me:\*\*\*@db$/)
  })

  test('values without any come back as they are, not as copies', () => {
    const value = { a: ['b', { c: 1 }] }
    expect(plain.scrubValue(value)).toBe(value)
  })
})
