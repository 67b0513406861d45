/** What somebody typed or copied is no secret; what is random always passes. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { guessable, isPattern } from '../../domain/guessable.ts'

describe('what could be guessed', () => {
  test.each([
    ['0'.repeat(64), 'a pattern'],
    ['0123456789abcdef0123456789abcdef', 'a pattern'],
    ['0123456789abcdefghijklmnopqrstuvwxyz', 'a pattern'],
    ['zyxwvutsrqponmlkjihgfedcba987654321', 'a pattern'],
    ['k3Jd8sQ1xZk3Jd8sQ1xZk3Jd8sQ1xZk3Jd', 'a pattern'],
    ['supersecretpasswordadminpassword1234', 'made of words'],
    ['PassWord-9f3c1b0a77d24e5c8a6f0d1e2b', 'made of words'],
    ['please-change-me-9f3c1b0a77d24e5c8a', 'a placeholder'],
  ])('%s is %s', (text, why) => {
    expect(guessable(text)).toContain(why)
  })

  test('random bytes are no pattern, as hex, as base64 and as they are', () => {
    for (let run = 0; run < 2_000; run += 1) {
      const bytes = randomBytes(32)
      for (const text of [bytes.toString('hex'), bytes.toString('base64url'), bytes.toString('latin1')])
        expect([text, isPattern(text)]).toEqual([text, false])
      expect(guessable(bytes.toString('hex'))).toBeNull()
    }
  })

  test('bytes that count are a pattern', () => {
    expect(isPattern(String.fromCharCode(...Array.from({ length: 32 }, (_, index) => index)))).toBe(true)
  })
})
