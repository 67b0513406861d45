/** Text from outside: what is stored, shown and used as a name. */
import { describe, expect, test } from 'vitest'
import { escaped, isName, isStorable, visible } from '../../domain/text.ts'

const TURNED = 'a\u202Eb\u2066c\u200Fd'

test('control and direction characters are shown as escapes', () => {
  expect(visible(`${TURNED}\u001b`)).toBe('a\\u{202e}b\\u{2066}c\\u{200f}d\\u{1b}')
})

test('a line of JSON says the same with them escaped, and holds none of them', () => {
  const line = JSON.stringify({ message: `${TURNED}\u{E0041}` })
  expect(escaped(line)).toMatch(/^[\x20-\x7e]+$/)
  expect(JSON.parse(escaped(line))).toEqual(JSON.parse(line))
})

test.each([
  ['plain', true],
  ['emoji 😀', true],
  ['nul\0', false],
  ['half \ud83d', false],
])('%j can be stored: %s', (text, can) => {
  expect(isStorable(text)).toBe(can)
})

describe('a name', () => {
  test.each(['BTC Scalper', 'Zoë 😀', '名前', 'x'.repeat(64), '😀'.repeat(64)])('can be %s', name => {
    expect(isName(name)).toBe(true)
  })

  test.each(['', '   ', 'x'.repeat(65), TURNED, 'a\nb', 'a\0', '\ud83d'])('cannot be %j', name => {
    expect(isName(name)).toBe(false)
  })
})
