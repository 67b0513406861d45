/** The logs as those who read them see them: named, never by path. */

/** Everything, what failed, and every request. */
export const LOG_FILES = ['app', 'errors', 'access'] as const
export type LogFile = (typeof LOG_FILES)[number]

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type LogQuery = {
  file: LogFile
  /** Newest lines that match. */
  lines: number
  /** This level and those above it. */
  level?: LogLevel
  /** Lines with this text, in any case. */
  text?: string
  /** Lines of these accounts only; lines of no account are not among them. */
  accounts?: readonly string[]
}

export interface LogReader {
  /** Lines of JSON, oldest first. */
  read(query: LogQuery): Promise<string[]>
}

/** Takes secrets out of what is about to leave, whatever it is. */
export type Scrub = (text: string) => string
