/** What an endpoint says is shown without keys and addresses, and is looked through in time that its length allows. */
import { describe, expect, test } from 'vitest'
import { messageText, redactor } from '../../../adapters/model/redact.ts'
import { Secret } from '../../../domain/secret.ts'

const MEBIBYTE = 1_048_576
const KEY = 'the-key-of-the-model'
const redact = redactor({ apiKey: new Secret(KEY), headers: {} })
const filled = (part: string): string => part.repeat(Math.ceil(MEBIBYTE / part.length)).slice(0, MEBIBYTE)

describe('a message', () => {
  test('is told on one line without keys and addresses', () => {
    const text = `no\nroute to https://me:${KEY}@a.example/v1?x=1, key ${KEY}`
    expect(messageText(redact, text)).toBe('no route to <address> key ***')
  })

  test('tells no address whose scheme is long', () => {
    expect(messageText(redact, `${'a'.repeat(40)}://host.example/x`)).not.toContain('host.example')
  })

  test('keeps no part of a key that lies where it is cut', () => {
    for (let before = 380; before < 405; before += 1)
      expect(messageText(redact, 'x '.repeat(before / 2) + KEY)).not.toContain(KEY.slice(0, 6))
    const shrinking = `https://${'a'.repeat(4_080)} ${KEY}`
    expect(messageText(redact, shrinking)).not.toContain(KEY.slice(0, 6))
  })

  // Each of these took minutes once: every letter was tried as the beginning of an address.
  test.each(['a', 'a.', 'a-', 'sk-aaaaaaa.', 'a://', ' '])('of 1 MiB of %j is cut at once', part => {
    expect(messageText(redact, filled(part)).length).toBeLessThanOrEqual(401)
  })
})
