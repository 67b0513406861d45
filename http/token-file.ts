/** The token file of a data folder: made at the first start, owner-readable only, hashes inside. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from '@hono/zod-openapi'
import { mintToken, SCOPES, type StoredToken } from './auth.ts'

/** Words that name a token in the journal and in paths. */
export const TOKEN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const TokenFile = z
  .array(
    z.strictObject({
      id: z.string().min(1),
      hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'),
      scopes: z.array(z.enum(SCOPES)).min(1),
      // An empty list would read as "no filter" further down, so it cannot be written.
      accounts: z.union([z.literal('*'), z.array(z.string().min(1)).min(1)]),
      createdAt: z.iso.datetime(),
      expiresAt: z.iso.datetime().nullable().default(null),
    }),
  )
  .min(1, 'holds no token')

export type OpenedTokens = {
  tokens: StoredToken[]
  /** The new token when this call made the file: print it once, it is stored nowhere. */
  created: string | null
}

export const tokenFilePath = (dataDir: string): string => join(dataDir, 'tokens.json')

/**
 * Reads `<dataDir>/tokens.json`, or makes it with one token that may do everything.
 *
 * @throws Error that names the file and the remedy when it cannot be read, is malformed or holds no token.
 */
export const openTokens = (dataDir: string, now: () => number): OpenedTokens => {
  const path = tokenFilePath(dataDir)
  const text = readIfThere(path)
  if (text === null) return createFile(dataDir, path, now())
  // Copies and restores lose modes; hashes are no secret, but who may add one is.
  chmodSync(path, 0o600)
  return { tokens: parseTokens(path, text), created: null }
}

/** @throws Error that names the file when it is there and cannot be read. */
export const readIfThere = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`Cannot read the token file ${path}. Check who owns it and its mode (0600).`, {
      cause: error,
    })
  }
}

export const tokensText = (tokens: readonly StoredToken[]): string => `${JSON.stringify(tokens, null, 2)}\n`

const createFile = (dataDir: string, path: string, at: number): OpenedTokens => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const { token, stored } = mintToken('owner', { scopes: ['admin'], accounts: '*' }, at)
  // `wx`: two first starts at once must not both believe that their token is the one.
  writeFileSync(path, tokensText([stored]), { mode: 0o600, flag: 'wx' })
  return { tokens: [stored], created: token }
}

/** @throws Error with the file, the field and the remedy. */
export const parseTokens = (path: string, text: string): StoredToken[] => {
  const remedy =
    'Restore it from a backup, or delete it: the next start makes a new token and prints it once.'
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`The token file ${path} is not JSON. ${remedy}`, { cause: error })
  }
  const parsed = TokenFile.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? 'The file' : issue.path.join('.')
  throw new Error(`The token file ${path} is not valid: ${where} ${issue?.message ?? ''}. ${remedy}`)
}
