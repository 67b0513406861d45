import { expect, test } from 'vitest'
import { paint, shorten, terminalOf } from '../../cli/output/terminal.ts'

const tty = { isTTY: true, columns: 120 }

test.each([
  ['a terminal', tty, {}, true],
  ['a pipe', {}, {}, false],
  ['a terminal with NO_COLOR', tty, { NO_COLOR: '1' }, false],
  ['a terminal with an empty NO_COLOR', tty, { NO_COLOR: '' }, true],
  ['a dumb terminal', tty, { TERM: 'dumb' }, false],
])('%s: colour %j', (_, stream, env, colour) => {
  expect(terminalOf(stream, env, 'linux').colour).toBe(colour)
})

test.each([
  [{ LANG: 'en_GB.UTF-8' }, 'linux', true],
  [{ LANG: 'C' }, 'linux', false],
  [{}, 'linux', false],
  [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, 'linux', false],
  [{ LC_ALL: '', LANG: 'de_DE.utf8' }, 'linux', true],
  [{}, 'darwin', true],
  [{ WT_SESSION: 'x' }, 'win32', true],
])('%j on %s: unicode %j', (env, platform, unicode) => {
  expect(terminalOf(tty, env, platform).unicode).toBe(unicode)
})

test('a stream without a width has one all the same', () => {
  expect(terminalOf({}, {}, 'linux').columns).toBe(100)
})

test('paint leaves text alone without colour or style', () => {
  const terminal = terminalOf(tty, {}, 'linux')
  expect(paint(terminal, null, 'x')).toBe('x')
  expect(paint({ ...terminal, colour: false }, 'red', 'x')).toBe('x')
  expect(paint(terminal, 'red', 'x')).toBe('\u001b[31mx\u001b[39m')
})

test('shortened text says so and fits', () => {
  const terminal = terminalOf(tty, { LANG: 'C' }, 'linux')
  expect(shorten('abcdef', 4, terminal)).toBe('abc~')
  expect(shorten('abcd', 4, { ...terminal, unicode: true })).toBe('abcd')
})
