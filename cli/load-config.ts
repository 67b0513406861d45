/** Finds and loads the configuration: named file, `latch.yaml` in this folder, a profile, or built-in defaults. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Flags } from '../adapters/config/flags.ts'
import { type LoadedSettings, loadSettings } from '../adapters/config/load.ts'
import type { StoredAccounts } from '../domain/stored-accounts.ts'
import { UsageError } from './exit.ts'
import { type GivenKeys, hasStoredKey, watchSecrets, withStoredKeys } from './stored-keys.ts'

export type ConfigChoice = { config?: string | undefined; profile?: string | undefined }

const OWN_FILE = 'latch.yaml'
const PROFILES = fileURLToPath(new URL('../profiles/', import.meta.url))

const profileFile = (name: string): string => {
  const file = join(PROFILES, `${name}.yaml`)
  if (/^[\w-]+$/.test(name) && existsSync(file)) return file
  throw new UsageError(`There is no profile ${name}; profiles are the files of ${PROFILES}`)
}

/** The file that would be used; `null` for built-in defaults. */
export const configFile = (choice: ConfigChoice, fallback: string | null): string | null => {
  if (choice.config !== undefined && choice.profile !== undefined) {
    throw new UsageError('Give --config or --profile, not both')
  }
  if (choice.config !== undefined) return resolve(choice.config)
  if (choice.profile !== undefined) return profileFile(choice.profile)
  if (existsSync(OWN_FILE)) return resolve(OWN_FILE)
  return fallback === null ? null : profileFile(fallback)
}

export const loadConfig = (
  choice: ConfigChoice,
  flags: Flags,
  fallback: string | null = 'default',
  stored?: StoredAccounts,
  given: GivenKeys = new Map(),
): LoadedSettings => {
  // Variables already set win over the file, as everywhere.
  if (existsSync('.env')) process.loadEnvFile('.env')
  const loaded = loadSettings({
    file: configFile(choice, fallback),
    env: process.env,
    flags,
    cwd: process.cwd(),
    hasStoredKey: (dataDir, id, url) => given.has(id) || hasStoredKey(dataDir, id, url),
    ...(stored === undefined ? {} : { stored }),
  })
  const settings = { ...loaded.settings, modelSecrets: withStoredKeys(loaded.settings, given) }
  watchSecrets(settings)
  return { ...loaded, settings }
}
