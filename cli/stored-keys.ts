/** Model keys that were given over HTTP, for accounts whose configuration has none; and every live secret made known. */
import { credentialFile, CredentialSafe } from '../adapters/secrets/credential-safe.ts'
import { existsSync } from 'node:fs'
import { openMasterKeys } from '../adapters/secrets/master-key.ts'
import type { ModelSecrets } from '../domain/model/settings.ts'
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

/** The secrets of models with the kept keys where the configuration has none. @throws SecretError. */
export const withStoredKeys = ({
  accounts,
  modelSecrets,
  dataDir,
}: Pick<EngineSettings, 'accounts' | 'modelSecrets' | 'dataDir'>): Record<string, ModelSecrets> => {
  const all: Record<string, ModelSecrets> = { ...modelSecrets }
  if (!existsSync(credentialFile(dataDir))) return all
  const safe = openSafe(dataDir)
  for (const { id, model } of accounts) {
    const own = Object.hasOwn(all, id) ? all[id] : undefined
    if (model === null || model.kind !== 'openai' || (own?.apiKey ?? null) !== null) continue
    const apiKey = safe.reveal(id, 'model_api_key', hostOf(model.baseUrl))
    if (apiKey !== null) all[id] = { headers: {}, ...own, apiKey }
  }
  return all
}

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
  if (databaseUrl !== null && URL.canParse(databaseUrl)) {
    const { password } = new URL(databaseUrl)
    watchSecret(password)
    watchSecret(decodeURIComponent(password))
  }
}
