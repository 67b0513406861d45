/** Collects problems and warnings while a configuration is read. */
import { byPlace, ConfigError, type Origin, type Problem, valueText } from './problem.ts'
import { type Path, pathText } from './tree.ts'

const SECRET_PATHS = new Set(['database_url'])
const SECRET_NAMES = new Set(['env DATABASE_URL', 'env ACCOUNTS_JSON'])
/** Keys of models, as variables with and without an account, and as settings by whatever name somebody gave them. */
const SECRET_VARIABLE = /^env (OPENROUTER_API_KEY|LLM_API_KEY|LLM_EXTRA_HEADERS)(_|$)/
const SECRET_SETTING = /(^|\.)headers(\.|$)|base_url$|(api[_-]?key|token|secret|password)$/i

/** The value as it may be shown: variables as they are written, secrets not at all. */
const shownValue = (path: string, origin: Origin | null, value: unknown): string | null => {
  if (SECRET_VARIABLE.test(origin?.name ?? '') || SECRET_SETTING.test(path)) return null
  if (SECRET_PATHS.has(path) || SECRET_NAMES.has(origin?.name ?? '')) return null
  return origin?.written ?? valueText(value)
}

export class Report {
  readonly problems: Problem[] = []
  readonly warnings: string[] = []

  problem(path: Path, origin: Origin | null, value: unknown, message: string, remedy: string): void {
    const text = origin?.path ?? pathText(path)
    const [line, name] = [origin?.line ?? null, origin?.name ?? 'configuration']
    // A value of `defaults:` is checked once per account and told once.
    const told = this.problems.some(
      each => each.origin === name && each.line === line && each.path === text && each.message === message,
    )
    if (told) return
    this.problems.push({
      path: text,
      origin: name,
      line,
      column: origin?.column ?? null,
      value: shownValue(text, origin, value),
      message,
      remedy,
    })
  }

  /** A fault at this path was reported, so that the next check need not repeat it. */
  has(path: Path): boolean {
    const text = pathText(path)
    return this.problems.some(problem => problem.path === text)
  }

  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text)
  }

  throwIfAny(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems.toSorted(byPlace))
  }
}
