/** Credentials at rest: what is written opens only with its key, for its account, field, host and version. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seal, unseal } from '../../../adapters/secrets/cipher.ts'
import { CredentialSafe } from '../../../adapters/secrets/credential-safe.ts'
import { checkMasterKeys, openMasterKeys } from '../../../adapters/secrets/master-key.ts'
import { rotateKeys } from '../../../adapters/secrets/rotate.ts'
import { Secret } from '../../../domain/secret.ts'

const CANARY = 'sk-canary-at-rest-0123456789'
const HEX = 'b1946ac92492d2347c6235b4d2611184a1b2c3d4e5f60718293a4b5c6d7e8f90'
const OTHER = '5d41402abc4b2a76b9719d911017c5927c0f6e3a8b94d1e2f50a6b7c8d9e1f23'
const master = Buffer.from(HEX, 'hex')
const label = { accountId: 'main', field: 'model_api_key', keyVersion: 1, host: 'a.example' }

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latch-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const safeWith = (env: Record<string, string> = {}) =>
  new CredentialSafe(
    folder,
    () => openMasterKeys(folder, env),
    () => 1_000,
  )
const everything = () =>
  readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'latin1'))
    .join('\n')

describe('a box', () => {
  test('opens to what was put in, and no two are the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        const plain = text.toWellFormed()
        const [one, two] = [seal(master, label, plain), seal(master, label, plain)]
        expect(unseal(master, label, one)).toBe(plain)
        expect(one.nonce).not.toBe(two.nonce)
        expect(Buffer.from(one.nonce, 'base64')).toHaveLength(12)
        expect(one.box).not.toBe(two.box)
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ['another account', { ...label, accountId: 'other' }],
    ['another field', { ...label, field: 'secret' }],
    ['another host', { ...label, host: 'b.example' }],
    ['another version', { ...label, keyVersion: 2 }],
  ])('does not open for %s', (_, wrong) => {
    expect(() => unseal(master, wrong, seal(master, label, CANARY))).toThrow(/cannot be decrypted/)
  })

  test('does not open with another key, nor after any bit of it was changed', () => {
    const box = seal(master, label, CANARY)
    expect(() => unseal(Buffer.from(OTHER, 'hex'), label, box)).toThrow(/cannot be decrypted/)
    const bytes = Buffer.from(box.box, 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => unseal(master, label, { ...box, box: changed.toString('base64') })).toThrow()
    }
    for (const cut of ['', 'AA==', box.box.slice(0, 8)]) {
      expect(() => unseal(master, label, { ...box, box: cut })).toThrow(/cannot be decrypted/)
    }
  })
})

describe('the master key', () => {
  test('is made when it is first needed, for the owner only, and stays', () => {
    const made = openMasterKeys(folder, {})
    expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600)
    expect(openMasterKeys(folder, {}).byVersion).toEqual(made.byVersion)
  })

  test('comes from the environment or a named file, as hex or base64', () => {
    const base64 = master.toString('base64')
    writeFileSync(join(folder, 'given'), `${base64}\n`)
    const keys = [
      openMasterKeys(folder, { MASTER_KEY: HEX }),
      openMasterKeys(folder, { MASTER_KEY: base64 }),
      openMasterKeys(folder, { MASTER_KEY_FILE: join(folder, 'given') }),
    ]
    for (const each of keys) expect(each.byVersion.get(1)).toEqual(master)
    expect(readdirSync(folder)).toEqual(['given'])
  })

  test.each([
    [{ MASTER_KEY: 'changeme' }, /not 32 bytes/],
    [{ MASTER_KEY: HEX.slice(2) }, /not 32 bytes/],
    [{ MASTER_KEY: '0'.repeat(64) }, /not random/],
    [{ MASTER_KEY: 'deadbeef'.repeat(8) }, /not random/],
    [{ MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('hex') }, /not random/],
    [{ MASTER_KEY: '0123456789abcdef'.repeat(4) }, /not random/],
    [{ MASTER_KEY: Buffer.from('a long sentence that was typed..').toString('base64') }, /not random/],
    [{ MASTER_KEY: `1:${HEX},1:${OTHER}` }, /different versions/],
    [{ MASTER_KEY: HEX, MASTER_KEY_FILE: '/x' }, /both set/],
    [{ MASTER_KEY_FILE: '/nowhere/key' }, /cannot be read/],
  ])('%j is refused, and no other is taken in its place', (env, what) => {
    expect(() => openMasterKeys(folder, env)).toThrow(what)
    expect(() => checkMasterKeys(folder, env), 'at the start').toThrow(what)
    expect(readdirSync(folder)).toEqual([])
    const key = 'MASTER_KEY' in env ? env.MASTER_KEY : ''
    try {
      openMasterKeys(folder, env)
    } catch (error) {
      if (key.length > 20) expect(String(error)).not.toContain(key.slice(0, 20))
    }
  })
})

describe('the safe', () => {
  test('keeps a key that is nowhere to be read, and gives it to its host alone', () => {
    const safe = safeWith()
    expect(safe.put('main', 'model_api_key', new Secret(CANARY), 'a.example')).toEqual({
      field: 'model_api_key',
      hasKey: true,
      last4: '6789',
      host: 'a.example',
      updatedAt: 1_000,
      keyVersion: 1,
    })
    for (const form of [CANARY, Buffer.from(CANARY).toString('base64'), Buffer.from(CANARY).toString('hex')])
      expect(everything()).not.toContain(form)
    expect(statSync(join(folder, 'credentials.json')).mode & 0o777).toBe(0o600)
    const again = safeWith()
    expect(again.reveal('main', 'model_api_key', 'a.example')?.reveal()).toBe(CANARY)
    expect(again.reveal('main', 'model_api_key', 'b.example')).toBeNull()
    expect(again.reveal('other', 'model_api_key', 'a.example')).toBeNull()
    expect(JSON.stringify(again.reveal('main', 'model_api_key', 'a.example'))).toBe('"***"')
  })

  test('tells nothing of the end of a short one, and forgets one that is removed', () => {
    const safe = safeWith()
    expect(safe.put('main', 'model_api_key', new Secret('short-key'), 'a.example').last4).toBeNull()
    expect(safe.remove('main', 'model_api_key')).toBe(true)
    expect(safe.remove('main', 'model_api_key')).toBe(false)
    expect(safeWith().describe('main')).toMatchObject([{ hasKey: false, last4: null }])
  })

  test('writes nothing when it cannot encrypt', () => {
    const safe = safeWith({ MASTER_KEY: 'broken' })
    expect(() => safe.put('main', 'model_api_key', new Secret(CANARY), 'a.example')).toThrow(/32 bytes/)
    expect(readdirSync(folder)).toEqual([])
    expect(safe.describe('main')).toMatchObject([{ hasKey: false }])
  })

  test('with another key throws rather than saying there is none', () => {
    safeWith({ MASTER_KEY: HEX }).put('main', 'model_api_key', new Secret(CANARY), 'a.example')
    const reveal = (key: string) => safeWith({ MASTER_KEY: key }).reveal('main', 'model_api_key', 'a.example')
    expect(() => reveal(OTHER)).toThrow(/cannot be decrypted/)
    expect(() => reveal(`2:${OTHER}`)).toThrow(/version 1, which is not given/)
  })

  test('a box moved to another account in the file does not open', () => {
    safeWith().put('main', 'model_api_key', new Secret(CANARY), 'a.example')
    const file = join(folder, 'credentials.json')
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"main"', '"other"'))
    expect(() => safeWith().reveal('other', 'model_api_key', 'a.example')).toThrow(/cannot be decrypted/)
  })

  test('a broken file is said to be, with the remedy', () => {
    writeFileSync(join(folder, 'credentials.json'), '[{}]')
    expect(() => safeWith()).toThrow(/cannot be read. Restore/)
  })
})

describe('rotation', () => {
  test('makes a new key, encrypts everything with it, and forgets the old one', () => {
    const safe = safeWith()
    safe.put('main', 'model_api_key', new Secret(CANARY), 'a.example')
    safe.put('b', 'model_api_key', new Secret(`${CANARY}b`), 'a.example')
    const before = openMasterKeys(folder, {})
    expect(rotateKeys(safe, before)).toEqual({ version: 2, credentials: 2 })
    const after = openMasterKeys(folder, {})
    expect([...after.byVersion.keys()]).toEqual([2])
    expect(after.byVersion.get(2)).not.toEqual(before.byVersion.get(1))
    expect(safeWith().reveal('main', 'model_api_key', 'a.example')?.reveal()).toBe(CANARY)
    expect(safeWith().describe('b')).toMatchObject([{ keyVersion: 2, updatedAt: 1_000 }])
  })

  test('of a key in the environment moves to its highest version', () => {
    safeWith({ MASTER_KEY: HEX }).put('main', 'model_api_key', new Secret(CANARY), 'a.example')
    const both = { MASTER_KEY: `2:${OTHER},1:${HEX}` }
    expect(rotateKeys(safeWith(both), openMasterKeys(folder, both)).version).toBe(2)
    const reveal = () => safeWith({ MASTER_KEY: `2:${OTHER}` }).reveal('main', 'model_api_key', 'a.example')
    expect(reveal()?.reveal()).toBe(CANARY)
    expect(readdirSync(folder)).toEqual(['credentials.json'])
  })

  test('that fails half way loses nothing', () => {
    const safe = safeWith()
    safe.put('main', 'model_api_key', new Secret(CANARY), 'a.example')
    const file = join(folder, 'credentials.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"host": "a.example"', '"host": "b.example"'))
    expect(() => rotateKeys(safeWith(), openMasterKeys(folder, {}))).toThrow(/cannot be decrypted/)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"host": "b.example"', '"host": "a.example"'))
    expect(safeWith().reveal('main', 'model_api_key', 'a.example')?.reveal()).toBe(CANARY)
  })
})
