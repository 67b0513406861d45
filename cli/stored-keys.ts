/** Model keys that were given over HTTP, for accounts whose configuration has none; and every live secret made known. */
import { credentialFile, CredentialSafe } from '../adapters/secrets/credential-safe.ts'
import { existsSync } from 'node:fs'
import { openMasterKeys } from '../adapters/secrets/master-key.ts'
import type { ModelSecrets } from '../domain/model/settings.ts'
import type { Secret } from '../domain/secret.ts'
import { watchSecret } from '../domain/scrub.ts'
import type { EngineSettings } from '../domain/settings.ts'
import { wall } from './wall.ts'

/** Say who is asking, and are meant to be seen. */
const PUBLIC_HEADERS = new Set(['http-referer', 'x-title', 'x-openrouter-title'])

export const openSafe = (dataDir: string): CredentialSafe =>
  new CredentialSafe(dataDir, () => openMasterKeys(dataDir, process.env), wall.now)

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '')

/** Whether a key for this address is kept in the data folder. Nothing is decrypted, and no file is made. */
export const hasStoredKey = (dataDir: string, accountId: string, baseUrl: string): boolean =>
  existsSync(credentialFile(dataDir)) && openSafe(dataDir).has(accountId, 'model_api_key', hostOf(baseUrl))

/** Keys of accounts that came with a request and are kept nowhere yet. */
export type GivenKeys = ReadonlyMap<string, Secret>

/** The secrets of models with the given and the kept keys where the configuration has none. @throws SecretError. */
export const withStoredKeys = (
  { accounts, modelSecrets, dataDir }: Pick<EngineSettings, 'accounts' | 'modelSecrets' | 'dataDir'>,
  given: GivenKeys = new Map(),
): Record<string, ModelSecrets> => {
  const all: Record<string, ModelSecrets> = { ...modelSecrets }
  const safe = existsSync(credentialFile(dataDir)) ? openSafe(dataDir) : null
  if (safe === null && given.size === 0) return all
  for (const { id, model } of accounts) {
    const own = Object.hasOwn(all, id) ? all[id] : undefined
    if (model === null || model.kind !== 'openai' || (own?.apiKey ?? null) !== null) continue
    const apiKey = given.get(id) ?? safe?.reveal(id, 'model_api_key', hostOf(model.baseUrl)) ?? null
    if (apiKey !== null) all[id] = { headers: {}, ...own, apiKey }
  }
  return all
}

/** A variable that is a secret by its name, whoever reads it: a key of another program is no less one. */
const SECRET_NAME = /(?:^|_)(?:key|keys|secret|token|password|passphrase|mnemonic)(?:_|$)/i
const PLACE_NAME = /_(?:file|path|dir|url|id)$/i
/** Shorter ones are choices and names. */
const SECRET_LENGTH_MIN = 16

const secretVariables = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env).flatMap(([name, value = '']) =>
    SECRET_NAME.test(name) && !PLACE_NAME.test(name)
      ? [value, ...value.split(/[\s,:]+/)].filter(each => each.length >= SECRET_LENGTH_MIN)
      : [],
  )

/** From now on none of these shows in a log, a fact or an error. */
export const watchSecrets = ({
  modelSecrets,
  databaseUrl,
}: Pick<EngineSettings, 'modelSecrets' | 'databaseUrl'>): void => {
  for (const { apiKey, headers } of Object.values(modelSecrets)) {
    if (apiKey !== null) watchSecret(apiKey.reveal())
    for (const [name, value] of Object.entries(headers)) {
      if (PUBLIC_HEADERS.has(name.toLowerCase())) continue
      for (const part of value.reveal().split(/\s+/)) watchSecret(part)
    }
  }
  for (const value of secretVariables(process.env)) watchSecret(value)
  if (databaseUrl !== null && URL.canParse(databaseUrl)) {
    const { password } = new URL(databaseUrl)
    watchSecret(password)
    watchSecret(decodeURIComponent(password))
  }
}
