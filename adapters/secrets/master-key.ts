/**
 * The master keys credentials are encrypted under, by version: from MASTER_KEY, from the file MASTER_KEY_FILE names, or
 * from `master.key` in the data folder, which is made when it is first needed and readable by its owner only.
 *
 * A text holds one key, or several as `<version>:<key>` parted by commas or lines; the highest version encrypts, the
 * others still decrypt until everything is encrypted anew.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { guessable, isPattern } from '../../domain/guessable.ts'
import { watchSecret } from '../../domain/scrub.ts'
import { SecretError } from './secret-error.ts'

export type MasterKeys = {
  /** Version that encrypts. */
  current: number
  byVersion: ReadonlyMap<number, Buffer>
  /** File the keys came from; `null`: the environment. */
  file: string | null
}

export type KeyEnvironment = Readonly<Record<string, string | undefined>>

const KEY_BYTES = 32
/** Of random bytes two thirds cannot be typed. */
const TYPED = /^[\x20-\x7e]*$/

const remedy = 'Give 32 random bytes as 64 hex digits or base64, e.g. from: openssl rand -hex 32.'

const bytesOf = (text: string, source: string): Buffer => {
  const bytes = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
      ? Buffer.from(text, 'base64')
      : null
  if (bytes === null || bytes.length !== KEY_BYTES) {
    throw new SecretError(`The master key of ${source} is not ${KEY_BYTES} bytes long. ${remedy}`)
  }
  // Zeros, a pattern, or typed text is an example somebody copied.
  const given = bytes.toString('latin1')
  if (new Set(bytes).size < 12 || isPattern(given) || TYPED.test(given) || guessable(text) !== null) {
    throw new SecretError(`The master key of ${source} is not random. ${remedy}`)
  }
  return bytes
}

const parse = (text: string, source: string, file: string | null): MasterKeys => {
  const parts = text.split(/[\s,]+/).filter(each => each !== '')
  const byVersion = new Map<number, Buffer>()
  for (const part of parts) {
    const [, digits, key] = /^(\d{1,6}):(.+)$/.exec(part) ?? [null, '1', part]
    const version = Number(digits)
    if (byVersion.has(version) || version < 1) {
      throw new SecretError(`The master keys of ${source} need different versions, as 1:<key> 2:<key>.`)
    }
    byVersion.set(version, bytesOf(key ?? '', source))
    watchSecret(key ?? '')
  }
  if (byVersion.size === 0) throw new SecretError(`There is no master key in ${source}. ${remedy}`)
  return { current: Math.max(...byVersion.keys()), byVersion, file }
}

const textOf = (byVersion: ReadonlyMap<number, Buffer>): string =>
  [...byVersion].map(([version, key]) => `${version}:${key.toString('hex')}\n`).join('')

const readKeyFile = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SecretError(`The master key file ${file} cannot be read. Check the path and who owns it.`, {
      cause: error,
    })
  }
}

/** Written whole or not at all, for the owner only. */
export const writeKeys = (file: string, byVersion: ReadonlyMap<number, Buffer>): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const next = `${file}.next`
  writeFileSync(next, textOf(byVersion), { mode: 0o600, flush: true })
  renameSync(next, file)
}

const setIn = (env: KeyEnvironment, name: string): string | null => {
  const text = env[name]?.trim() ?? ''
  return text === '' ? null : text
}

/** Refuses a master key of the environment that cannot be used before anything is kept under it. @throws SecretError. */
export const checkMasterKeys = (dataDir: string, env: KeyEnvironment): void => {
  if (setIn(env, 'MASTER_KEY') !== null || setIn(env, 'MASTER_KEY_FILE') !== null)
    openMasterKeys(dataDir, env)
}

/** @throws SecretError when a key is given that cannot be used; another one is never taken in its place. */
export const openMasterKeys = (dataDir: string, env: KeyEnvironment): MasterKeys => {
  const [given, named] = [setIn(env, 'MASTER_KEY'), setIn(env, 'MASTER_KEY_FILE')]
  if (given !== null && named !== null) {
    throw new SecretError('MASTER_KEY and MASTER_KEY_FILE are both set. Keep one of them.')
  }
  if (given !== null) return parse(given, 'MASTER_KEY', null)
  if (named !== null) return parse(readKeyFile(named), named, named)
  const own = join(dataDir, 'master.key')
  if (!existsSync(own)) writeKeys(own, new Map([[1, randomBytes(KEY_BYTES)]]))
  chmodSync(own, 0o600)
  return parse(readKeyFile(own), own, own)
}

/** The keys with a new one at their head. */
export const withNewKey = ({ byVersion, current, file }: MasterKeys): MasterKeys => ({
  current: current + 1,
  byVersion: new Map([...byVersion, [current + 1, randomBytes(KEY_BYTES)]]),
  file,
})
