/** Exit codes, and what a person is told of an error. */
import { StrategyUnusable } from '../actors/load-strategy.ts'
import { PromptUnusable } from '../actors/model/template.ts'
import { ConfigError, SafetyRefusal } from '../adapters/config/problem.ts'
import { DataError } from '../adapters/market/data-error.ts'
import { SecretError } from '../adapters/secrets/secret-error.ts'
import { RestoreRefused } from '../adapters/store/backup.ts'
import { DataFolderLocked } from '../adapters/store/store-error.ts'
import { scrub } from '../domain/scrub.ts'
import { visible } from '../domain/text.ts'

export const EXIT = { ok: 0, failed: 1, usage: 2, config: 3, refused: 4 } as const

/** The command was used in a way it cannot serve. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const codeOf = (error: unknown): number => {
  if (error instanceof UsageError) return EXIT.usage
  const isConfig = [ConfigError, StrategyUnusable, PromptUnusable, SecretError].some(
    kind => error instanceof kind,
  )
  if (isConfig) return EXIT.config
  if (error instanceof SafetyRefusal || error instanceof DataFolderLocked || error instanceof RestoreRefused)
    return EXIT.refused
  if (error instanceof DataError) return EXIT.failed
  return EXIT.failed
}

/** Expected errors speak for themselves; an unexpected one also shows where it was thrown. */
const isExpected = (error: Error): boolean => error.name !== 'Error' && error.name !== 'TypeError'

export const explain = (error: unknown): { message: string; code: number } => {
  if (!(error instanceof Error)) return { message: scrub(visible(String(error))), code: EXIT.failed }
  const lines = error.message.split('\n').map(visible).join('\n')
  const cause = error.cause instanceof Error ? `\n  because: ${visible(error.cause.message)}` : ''
  const trace = isExpected(error) || process.env['LOG_LEVEL'] !== 'debug' ? '' : `\n${error.stack ?? ''}`
  return { message: scrub(`${lines}${cause}${trace}`), code: codeOf(error) }
}
