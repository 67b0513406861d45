/** API_TOKEN of the engine's environment: a token that its owner chose (R3, X-23). */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hashToken } from '../../http/auth.ts'
import { faultOfOwnToken, withOwnToken } from '../../http/own-token.ts'
import { openTokenStore } from '../../http/token-store.ts'

const OWN = '9f3c1b0a77d24e5c8a6f0d1e2b3c4d5e'
const NOW = Date.UTC(2026, 0, 2)
const open = (own: string | null = OWN) => {
  const { store, created } = openTokenStore(mkdtempSync(join(tmpdir(), 'latch-own-')), () => NOW)
  return { files: store, created: created ?? '', tokens: withOwnToken(store, own, () => NOW) }
}

describe('a token of one’s own', () => {
  test('may do everything, and the others may what they could', () => {
    const { tokens, created } = open()
    expect(tokens.verify(OWN)).toEqual({ id: 'environment', scopes: ['admin'], accounts: '*' })
    expect(tokens.current(hashToken(OWN))?.id).toBe('environment')
    expect(tokens.verify(created)?.id).toBe('owner')
    for (const wrong of ['', OWN.slice(1), `${OWN}0`, hashToken(OWN)]) expect(tokens.verify(wrong)).toBeNull()
    expect(tokens.current('none')).toBeNull()
  })

  test('is listed with its last use, and never shown', () => {
    const { tokens } = open()
    expect(tokens.list().at(-1)).toMatchObject({ id: 'environment', lastUsedAt: null, isExpired: false })
    tokens.verify(OWN)
    expect(tokens.list().at(-1)?.lastUsedAt).toBe('2026-01-02T00:00:00.000Z')
    expect(JSON.stringify(tokens.list())).not.toContain(OWN)
    expect(JSON.stringify(tokens.list())).not.toContain(hashToken(OWN))
  })

  test('is revoked by taking it away, and its name is its own', () => {
    const { tokens } = open()
    expect(() => tokens.revoke('environment')).toThrow(/take it out of the engine's environment/)
    expect(() => tokens.create('environment', { scopes: ['read'], accounts: '*' })).toThrow(/names the token/)
  })

  test('that the engine made is what the file says of it: to read, or revoked', () => {
    const { files } = open(null)
    const reader = files.create('reader', { scopes: ['read'], accounts: ['main'] }).token
    const tokens = withOwnToken(files, reader, () => NOW)
    expect(tokens.verify(reader)).toEqual({ id: 'reader', scopes: ['read'], accounts: ['main'] })
    files.revoke('reader')
    expect(tokens.verify(reader)).toBeNull()
    expect(tokens.list().map(each => each.id)).toEqual(['owner'])
  })
})

describe('API_TOKEN', () => {
  test.each([
    ['short', 'shorter than 32'],
    ['x'.repeat(40), 'a pattern'],
    ['0123456'.repeat(6), 'a pattern'],
    ['0123456789abcdef0123456789abcdef', 'a pattern'],
    ['supersecretpasswordadminpassword1234', 'made of words'],
    ['please-change-me-please-change-me-please', 'a placeholder'],
    ['your-own-token-goes-here-0123456789abcdef', 'a placeholder'],
    ['<paste a random text of 32 characters here>', 'other characters'],
    ['<paste-a-random-text-of-32-characters-here>', 'a placeholder'],
  ])('%s is refused: %s', (token, why) => {
    expect(faultOfOwnToken(token)).toContain(why)
  })

  test.each([OWN, 'dGhpcyBpcyBub3QgYSByYW5kb20gb25lIQ==', `latch_${'a'.repeat(43)}`])(
    '%s is taken',
    token => {
      expect(faultOfOwnToken(token)).toBeNull()
    },
  )
})
