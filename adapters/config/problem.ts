/** What is wrong with a configuration, said so that the reader can put it right without a manual. */

import { visible } from '../../domain/text.ts'

/** `store`: said while the engine ran, and kept in its database. */
export type SettingSource = 'flag' | 'env' | 'file' | 'store' | 'default'

/** Where a value came from: a line of a file, a variable, an option of the command, or the built-in defaults. */
export type Origin = {
  source: SettingSource
  /** File name, variable name or option; `default` for a default. */
  name: string
  /** From 1; `null` when the value is not from a text with lines. */
  line: number | null
  column: number | null
  /** The text of the file when variables were put into it: shown in place of the value, which may be a secret. */
  written?: string
  /** The value is a secret, kept elsewhere: only whether there is one is told. */
  isSet?: boolean
  /** Path in the file where it differs from the setting's own: a value of `defaults:` serves many accounts. */
  path?: string
}

export type Problem = {
  /** Dotted path in the configuration, e.g. `accounts[0].risk.heat_pct_max`; empty for the whole text. */
  path: string
  /** File name, variable or option at fault. */
  origin: string
  line: number | null
  column: number | null
  /** The offending value, shortened, never a secret; `null` when there is none to show. */
  value: string | null
  message: string
  /** What to do about it. */
  remedy: string
}

const EXIT_CONFIG = 3
const EXIT_REFUSED = 4
const VALUE_LENGTH_MAX = 60

/** `profiles/a.yaml:12:5` or `env ASSETS`. */
export const placeText = (place: { origin: string; line: number | null; column: number | null }): string =>
  place.line === null ? place.origin : `${place.origin}:${place.line}:${place.column ?? 1}`

const problemText = (problem: Problem): string => {
  const subject = problem.path === '' ? '' : ` ${problem.path}`
  const got = problem.value === null ? '' : ` (got ${problem.value})`
  const text = `${placeText(problem)}${subject}: ${problem.message}${got}`
  return `  ${visible(text)}\n      ${visible(problem.remedy)}`
}

/** The configuration cannot be used. Carries every problem found, in the order of the text. Exit code 3. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly exitCode = EXIT_CONFIG
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
    super([`${count} in the configuration:`, ...problems.map(problemText)].join('\n'))
    this.problems = problems
  }
}

/** The request was understood and refused for safety. Exit code 4. */
export class SafetyRefusal extends Error {
  override readonly name = 'SafetyRefusal'
  readonly exitCode = EXIT_REFUSED
}

/** A value as it may be shown: JSON on one line, shortened, control characters escaped. */
export const valueText = (value: unknown): string | null => {
  if (value === undefined) return null
  const text = JSON.stringify(value)
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text
}

/** Text order: by file, then line, then column; what has no line comes last. */
export const byPlace = (a: Problem, b: Problem): number =>
  (a.line ?? Number.MAX_SAFE_INTEGER) - (b.line ?? Number.MAX_SAFE_INTEGER) ||
  (a.column ?? 0) - (b.column ?? 0)
