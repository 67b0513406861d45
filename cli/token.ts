/** The first token, kept for the commands of the same user on the same machine: readable by its owner only. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const TOKEN_FILE = 'token'

export const keepToken = (dataDir: string, token: string): void =>
  writeFileSync(join(dataDir, TOKEN_FILE), `${token}\n`, { mode: 0o600 })
