/** Tokens change while the engine runs: made, used, expired and revoked, by this process or another. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashToken } from '../../http/auth.ts'
import { openTokenStore } from '../../http/token-store.ts'

let folder = ''
let at = Date.UTC(2026, 0, 2)
const errors: unknown[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latch-tokens-'))
  at = Date.UTC(2026, 0, 2)
  errors.length = 0
})
afterEach(() => rmSync(folder, { recursive: true }))
const open = () =>
  openTokenStore(
    folder,
    () => at,
    error => errors.push(error),
  )
const file = () => join(folder, 'tokens.json')
const reader = { scopes: ['read' as const], accounts: '*' as const }

describe('a token', () => {
  test('is answered once, kept as a hash, and grants what it was made for', () => {
    const { store } = open()
    const { token, made } = store.create('desk', { scopes: ['trade'], accounts: ['main'] })
    expect(readFileSync(file(), 'utf8')).not.toContain(token)
    expect(JSON.stringify([made, store.list()])).not.toContain(hashToken(token))
    expect(store.verify(token)).toEqual({ id: 'desk', scopes: ['trade'], accounts: ['main'] })
    expect(store.current(hashToken(token))).toEqual(store.verify(token))
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).toSorted()).toEqual(['token-uses.json', 'tokens.json'])
  })

  test('ends at its time, to the millisecond', () => {
    const { store } = open()
    const { token } = store.create('short', { ...reader, expiresAt: new Date(at + 1_000).toISOString() })
    at += 999
    expect(store.verify(token)).not.toBeNull()
    at += 1
    expect(store.verify(token)).toBeNull()
    expect(store.list().find(each => each.id === 'short')?.isExpired).toBe(true)
  })

  test('has a name that fits a path, and no other has it', () => {
    const { store } = open()
    store.create('a.b-c_1', reader)
    expect(() => store.create('a.b-c_1', reader)).toThrow(/already/)
    for (const id of ['', '../x', 'a b', '-a', 'x'.repeat(65)]) {
      expect(() => store.create(id, reader), id).toThrow(/cannot name a token/)
    }
  })

  test('tells when it was last used, to other processes within a minute', () => {
    const { store } = open()
    const { token } = store.create('desk', reader)
    expect(store.list().find(each => each.id === 'desk')?.lastUsedAt).toBeNull()
    store.verify(token)
    at += 30_000
    store.verify(token)
    const used = (list: ReturnType<typeof store.list>) => list.find(each => each.id === 'desk')?.lastUsedAt
    expect(used(store.list())).toBe('2026-01-02T00:00:30.000Z')
    expect(used(open().store.list())).toBe('2026-01-02T00:00:00.000Z')
    at += 30_000
    store.verify(token)
    expect(used(open().store.list())).toBe('2026-01-02T00:01:00.000Z')
  })
})

describe('a running engine', () => {
  test('lets in and refuses what another process made and revoked, at once', () => {
    const engine = open().store
    const command = open().store
    const { token } = command.create('desk', reader)
    expect(engine.verify(token)?.id).toBe('desk')
    command.revoke('desk')
    expect(engine.verify(token)).toBeNull()
    expect(engine.current(hashToken(token))).toBeNull()
  })

  test('loses no change when both make one', () => {
    const [engine, command] = [open().store, open().store]
    for (let index = 0; index < 10; index += 1) {
      engine.create(`engine-${index}`, reader)
      command.create(`command-${index}`, reader)
    }
    expect(engine.list()).toHaveLength(21)
    expect(command.list()).toEqual(engine.list())
  })

  test('lets nobody in while the file is broken or gone, says so, and goes on when it is whole', () => {
    const { store } = open()
    const { token } = store.create('desk', reader)
    const text = readFileSync(file(), 'utf8')
    writeFileSync(file(), '{')
    expect(store.verify(token)).toBeNull()
    expect(String(errors[0])).toMatch(/is not JSON/)
    rmSync(file())
    expect(store.verify(token)).toBeNull()
    expect(String(errors[1])).toMatch(/is gone/)
    writeFileSync(file(), text)
    expect(store.verify(token)?.id).toBe('desk')
    expect(errors).toHaveLength(2)
  })

  test('waits for a lock a little, then says who has it; takes over one that was left behind', () => {
    const { store } = open()
    const lock = `${file()}.lock`
    writeFileSync(lock, '')
    const madeAt = (ms: number) => utimesSync(lock, ms / 1000, ms / 1000)
    madeAt(at)
    expect(() => store.create('desk', reader)).toThrow(/Another process/)
    madeAt(at - 11_000)
    expect(store.create('desk', reader).made.id).toBe('desk')
    expect(readdirSync(folder)).not.toContain('tokens.json.lock')
  })
})

describe('the owner', () => {
  test('cannot be locked out: the last token that may do everything stays', () => {
    const { store } = open()
    store.create('limited', { scopes: ['admin'], accounts: ['main'] })
    store.create('over', { scopes: ['admin'], accounts: '*', expiresAt: new Date(at + 1).toISOString() })
    at += 1
    expect(() => store.revoke('owner')).toThrow(/last token/)
    store.create('second', { scopes: ['admin'], accounts: '*' })
    expect(store.revoke('owner').id).toBe('owner')
    expect(() => store.revoke('second')).toThrow(/last token/)
    expect(() => store.revoke('nobody')).toThrow(/no token 'nobody'/)
  })
})
