/** The token file keeps hashes only, and says what to do when it is broken. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { allows, createAuthenticator, hashToken, mintToken } from '../../http/auth.ts'
import { openTokens } from '../../http/token-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latch-tokens-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const now = () => Date.UTC(2026, 0, 2)
const path = () => join(folder, 'data', 'tokens.json')
const open = () => openTokens(join(folder, 'data'), now)

describe('the first start', () => {
  test('makes a token of 256 bits and stores its hash, for the owner only', () => {
    const { created, tokens } = open()
    expect(created).toMatch(/^latch_[\w-]{43}$/)
    const text = readFileSync(path(), 'utf8')
    expect(text).not.toContain(created)
    expect(text).toContain(hashToken(created ?? ''))
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(tokens).toMatchObject([
      { id: 'owner', scopes: ['admin'], accounts: '*', createdAt: '2026-01-02T00:00:00.000Z' },
    ])
    expect(readdirSync(join(folder, 'data'))).toEqual(['tokens.json'])
  })

  test('no two tokens are the same', () => {
    const grant = { scopes: ['read' as const], accounts: '*' as const }
    expect(new Set(Array.from({ length: 100 }, () => mintToken('x', grant, 0).token)).size).toBe(100)
  })
})

describe('later starts', () => {
  test('know the token and make no other', () => {
    const { created } = open()
    const again = open()
    expect(again.created).toBeNull()
    const auth = createAuthenticator(again.tokens)
    expect(auth.verify(created ?? '')).toEqual({ id: 'owner', scopes: ['admin'], accounts: '*' })
    expect(auth.verify(`${created}x`)).toBeNull()
  })

  test('take rights away that a copy has given', () => {
    open()
    const text = readFileSync(path())
    rmSync(path())
    writeFileSync(path(), text, { mode: 0o644 })
    open()
    expect(statSync(path()).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['no JSON', '{', /is not JSON/],
    ['no token', '[]', /holds no token/],
    [
      'a hash that is none',
      '[{"id":"a","hash":"x","scopes":["read"],"accounts":"*","createdAt":"2026-01-02T00:00:00Z"}]',
      /0\.hash must be a SHA-256/,
    ],
    [
      'an empty list of accounts',
      `[{"id":"a","hash":"${'0'.repeat(64)}","scopes":["read"],"accounts":[],"createdAt":"2026-01-02T00:00:00Z"}]`,
      /0\.accounts/,
    ],
  ])('refuse %s, with the file and the remedy', (_, text, what) => {
    open()
    writeFileSync(path(), text)
    expect(open).toThrow(what)
    expect(open).toThrow(path())
    expect(open).toThrow(/delete it/)
  })
})

test('a scope includes the lesser ones', () => {
  const grant = (scope: 'read' | 'trade' | 'admin') => ({
    id: 'me',
    scopes: [scope],
    accounts: '*' as const,
  })
  expect([
    allows(grant('read'), 'read'),
    allows(grant('trade'), 'read'),
    allows(grant('admin'), 'trade'),
  ]).toEqual([true, true, true])
  expect([allows(grant('read'), 'trade'), allows(grant('trade'), 'admin')]).toEqual([false, false])
})
