/**
 * The log: one line of JSON per event, to the standard error and to files that rotate. Whatever a line holds, every secret
 * that is known is taken out of it on its way, and nothing in it can look like a second line.
 */
import { join } from 'node:path'
import pino from 'pino'
import type { LogFile, LogLevel, Scrub } from '../../domain/logs.ts'
import type { LogSettings } from '../../domain/operations.ts'
import { escaped } from '../../domain/text.ts'
import { RotatingFile } from './rotating-file.ts'

export type Logger = pino.Logger
/** Level of the settings, as pino names them. */
export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

const NAMES: Record<string, LogLevel> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
}
const ERRORS: readonly LogLevel[] = ['ERROR', 'CRITICAL']

export type LogSink = { write(line: string): void }

export type LoggerOptions = {
  /** Folder of the data; files lie in its `logs`. `null`: no files. */
  dataDir: string | null
  settings: LogSettings
  level: Level
  scrub: Scrub
  /** Where lines go beside the files: the standard error, for those who collect it. `null`: nowhere. */
  console: LogSink | null
  now: () => number
}

export type Log = {
  /** Lines of `app`; those that failed stand in `errors` too. */
  logger: Logger
  /** Lines of `access`: one per request, in its file alone. */
  access: Logger
  close(): void
}

/** File of a log within a data folder. */
export const logPath = (dataDir: string, name: LogFile): string => join(dataDir, 'logs', `${name}.log`)

const isError = (line: string): boolean => ERRORS.some(level => line.startsWith(`{"level":"${level}"`))

const pinoWith = ({ level, now }: Pick<LoggerOptions, 'level' | 'now'>, sink: LogSink): Logger =>
  pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: label => ({ level: NAMES[label] ?? label }) },
      serializers: { err: pino.stdSerializers.errWithCause },
    },
    sink,
  )

export const createLog = (options: LoggerOptions): Log => {
  const { dataDir, settings, scrub: without, console } = options
  // A pattern may take the end of a line along with a secret; the next line still begins on its own.
  const scrub: Scrub = line => `${escaped(without(line).trimEnd())}\n`
  const open = (name: LogFile): RotatingFile | null =>
    dataDir === null ? null : new RotatingFile({ file: logPath(dataDir, name), ...settings })
  const [app, errors, access] = [open('app'), open('errors'), open('access')]
  const toApp = (line: string): void => {
    const clean = scrub(line)
    console?.write(clean)
    app?.write(clean)
    if (isError(clean)) errors?.write(clean)
  }
  return {
    logger: pinoWith(options, { write: toApp }),
    access: pinoWith(options, { write: line => access?.write(scrub(line)) }),
    close() {
      for (const file of [app, errors, access]) file?.close()
    },
  }
}
