/**
 * The tokens of a data folder while they change: made and revoked over HTTP and by `latch token`, in one file.
 *
 * The file is the authority. It is looked at again whenever it has changed, so that what the command line revokes is
 * refused by a running engine at once. A file that has become unreadable lets nobody in: guessing what it meant would let
 * in who was just locked out.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { allows, type Authenticator, createAuthenticator, hashToken, hasExpired } from './auth.ts'
import { mintToken, type StoredToken, type TokenOrder } from './auth.ts'
import { openTokens, parseTokens, readIfThere, TOKEN_ID, tokenFilePath, tokensText } from './token-file.ts'

/** A token as it may be shown: everything but its hash. */
export type ListedToken = Omit<StoredToken, 'hash' | 'expiresAt'> & {
  expiresAt: string | null
  lastUsedAt: string | null
  isExpired: boolean
}

export type TokenRefusal = 'taken' | 'unknown' | 'last' | 'busy' | 'name'

/** Why the list of tokens was not changed; `message` says what to do. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly why: TokenRefusal
  constructor(why: TokenRefusal, message: string) {
    super(message)
    this.why = why
  }
}

export interface TokenStore extends Authenticator {
  list(): ListedToken[]
  /** The token itself is in this answer and nowhere else. @throws TokenRefused. */
  create(id: string, order: TokenOrder): { token: string; made: ListedToken }
  /** Ends it, and the sessions that were opened with it. @throws TokenRefused. */
  revoke(id: string): ListedToken
}

const USES_EVERY_MS = 60_000
const LOCK_TRIES = 25
const LOCK_WAIT_MS = 10
/** A change takes milliseconds; a lock this old was left behind. */
const LOCK_STALE_MS = 10_000

const usesPath = (dataDir: string): string => join(dataDir, 'token-uses.json')

/** When each token was last used, by its hash. Lost without harm, so that nothing about it is an error. */
const readUses = (dataDir: string): Map<string, number> => {
  try {
    const uses = JSON.parse(readFileSync(usesPath(dataDir), 'utf8')) as Record<string, unknown>
    return new Map(Object.entries(uses).flatMap(([hash, at]) => (typeof at === 'number' ? [[hash, at]] : [])))
  } catch {
    return new Map()
  }
}

const writeWhole = (path: string, text: string): void => {
  const next = `${path}.next`
  writeFileSync(next, text, { mode: 0o600 })
  renameSync(next, path)
}

/** Runs `change` while nobody else changes the file, in this process or another. @throws TokenRefused `busy`. */
const locked = <Result>(path: string, now: () => number, change: () => Result): Result => {
  const lock = `${path}.lock`
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  for (let tries = 1; ; tries += 1) {
    try {
      closeSync(openSync(lock, 'wx', 0o600))
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const madeAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? null
      if (madeAt !== null && now() - madeAt > LOCK_STALE_MS) rmSync(lock, { force: true })
      else if (tries >= LOCK_TRIES) {
        throw new TokenRefused('busy', `Another process is changing the tokens (${lock}). Try again.`)
      } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_WAIT_MS)
    }
  }
  try {
    return change()
  } finally {
    rmSync(lock, { force: true })
  }
}

const withoutOneAdmin = (tokens: readonly StoredToken[], at: number): boolean =>
  !tokens.some(each => allows({ ...each }, 'admin') && each.accounts === '*' && !hasExpired(each, at))

/** Opens the tokens of a data folder, which must have been made by `openTokens` or are made here. */
export const openTokenStore = (
  dataDir: string,
  now: () => number,
  onError: (error: unknown) => void = () => {},
): { store: TokenStore; created: string | null } => {
  const path = tokenFilePath(dataDir)
  const opened = openTokens(dataDir, now)
  let tokens: readonly StoredToken[] = opened.tokens
  let seen = versionOf(path)
  const uses = readUses(dataDir)
  let usesWrittenAt = 0

  const read = (): readonly StoredToken[] => {
    const version = versionOf(path)
    if (version === seen) return tokens
    seen = version
    tokens = []
    try {
      const text = readIfThere(path)
      if (text === null) throw new Error(`The token file ${path} is gone; nobody is let in. Start again.`)
      tokens = parseTokens(path, text)
    } catch (error) {
      onError(error)
    }
    return tokens
  }

  const used = (hash: string): void => {
    const at = now()
    uses.set(hash, at)
    if (at - usesWrittenAt < USES_EVERY_MS) return
    usesWrittenAt = at
    try {
      const known = new Set(tokens.map(each => each.hash))
      for (const each of uses.keys()) if (!known.has(each)) uses.delete(each)
      writeWhole(usesPath(dataDir), `${JSON.stringify(Object.fromEntries(uses))}\n`)
    } catch (error) {
      onError(error)
    }
  }

  const shown = ({ hash, expiresAt = null, ...rest }: StoredToken): ListedToken => {
    const at = uses.get(hash) ?? null
    return {
      ...rest,
      expiresAt,
      lastUsedAt: at === null ? null : new Date(at).toISOString(),
      isExpired: hasExpired({ expiresAt }, now()),
    }
  }

  const change = <Result>(make: (now_: StoredToken[]) => { next: StoredToken[]; result: Result }): Result =>
    locked(path, now, () => {
      const text = readIfThere(path)
      const { next, result } = make(text === null ? [] : parseTokens(path, text))
      writeWhole(path, tokensText(next))
      return result
    })

  const auth = createAuthenticator(read, now)
  const noting = (hash: string, grant: ReturnType<Authenticator['verify']>) => {
    if (grant !== null) used(hash)
    return grant
  }

  const store: TokenStore = {
    verify: token => noting(hashToken(token), auth.verify(token)),
    current: hash => noting(hash, auth.current(hash)),
    list: () => read().map(shown),
    create: (id, order) => {
      if (!TOKEN_ID.test(id)) {
        const must = 'up to 64 letters, digits, dots, - or _, and begins with a letter or digit'
        throw new TokenRefused('name', `'${id.slice(0, 80)}' cannot name a token: a name has ${must}.`)
      }
      return change(known => {
        if (known.some(each => each.id === id)) {
          throw new TokenRefused(
            'taken',
            `There is a token '${id}' already. Revoke it, or take another name.`,
          )
        }
        const { token, stored } = mintToken(id, order, now())
        return { next: [...known, stored], result: { token, made: shown(stored) } }
      })
    },
    revoke: id =>
      change(known => {
        const gone = known.find(each => each.id === id)
        if (gone === undefined) {
          throw new TokenRefused('unknown', `There is no token '${id.slice(0, 80)}'. GET /tokens lists them.`)
        }
        const next = known.filter(each => each !== gone)
        if (withoutOneAdmin(next, now())) {
          const remedy = 'Make another with scope admin for every account first.'
          throw new TokenRefused('last', `'${id}' is the last token that may do everything. ${remedy}`)
        }
        return { next, result: shown(gone) }
      }),
  }
  return { store, created: opened.created }
}

/** A rename gives a new inode, so that two changes within one tick of the clock are told apart. */
const versionOf = (path: string): string => {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stats === undefined ? 'gone' : `${stats.ino} ${stats.mtimeNs} ${stats.size}`
}
