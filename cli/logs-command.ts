/** `latch logs`: the log of the data folder, and what is added to it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { followLines } from '../adapters/log/follow.ts'
import { logFiles } from '../adapters/log/log-files.ts'
import { logPath } from '../adapters/log/logger.ts'
import { LOG_FILES, LOG_LEVELS, type LogFile, type LogLevel } from '../domain/logs.ts'
import { visible } from '../domain/text.ts'
import { loadConfig } from './load-config.ts'

type Options = {
  lines: number
  follow?: boolean
  level?: LogLevel
  grep?: string
  account?: string
  json?: boolean
  config?: string
  dataDir?: string
}

const LOOK_MS = 300

/** The engine is one process: what others keep per service is one log here. */
const ALIASES: Readonly<Record<string, LogFile>> = { all: 'app', backend: 'app' }

const oneOf =
  <Value extends string>(values: readonly Value[], change: (text: string) => string) =>
  (text: string): Value => {
    const found = values.find(each => each === change(text))
    if (found === undefined) throw new InvalidArgumentError(`it is one of ${values.join(', ')}`)
    return found
  }

const count = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('it is a whole number from 1')
  return Number(text)
}

/** `12:30:05 WARNING orders main  order unknown …  main-BTC-…`, or the line as it is. */
const shown = (line: string, isJson: boolean): string => {
  if (isJson) return visible(line)
  try {
    const fields = JSON.parse(line) as Record<string, unknown>
    const part = (name: string): string => (typeof fields[name] === 'string' ? visible(fields[name]) : '')
    const parts = ['level', 'component', 'account_id', 'message', 'correlation_id'].map(part)
    return [part('time').slice(0, 19).replace('T', ' '), ...parts].filter(each => each !== '').join('  ')
  } catch {
    return visible(line)
  }
}

const wants =
  ({ level, grep, account }: Options) =>
  (line: string): boolean => {
    if (grep !== undefined && !line.toLowerCase().includes(grep.toLowerCase())) return false
    if (account !== undefined && !line.includes(`"account_id":${JSON.stringify(account)}`)) return false
    if (level === undefined) return true
    return LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)).some(each => line.startsWith(`{"level":"${each}"`))
  }

/** Lines that came while the list was read stand at its end, and come first here. */
const listedIn = (found: readonly string[]): ((line: string) => boolean) => {
  let left: number | null = null
  return line => {
    const at = found.lastIndexOf(line)
    left ??= at === -1 ? 0 : found.length - at
    left -= 1
    return left >= 0
  }
}

const logs = async (file: LogFile, options: Options): Promise<void> => {
  const { config, dataDir, lines, level, grep, account, follow } = options
  const { settings, operations } = loadConfig({ config }, { dataDir, api: false })
  const stopping = new AbortController()
  const wait = () => sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
  // Before the list is read, so that no line falls between the two.
  const path = logPath(settings.dataDir, file)
  const added = follow === true ? await followLines(path, { wait, signal: stopping.signal }) : null
  const write = (line: string): void => void process.stdout.write(`${shown(line, options.json === true)}\n`)
  const found = await logFiles(settings.dataDir, operations.logs.filesKept).read({
    file,
    lines,
    ...(level === undefined ? {} : { level }),
    ...(grep === undefined ? {} : { text: grep }),
    ...(account === undefined ? {} : { accounts: [account] }),
  })
  for (const line of found) write(line)
  if (added === null) {
    if (found.length === 0) process.stderr.write(`No such lines in ${path}\n`)
    return
  }
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  const isWanted = wants(options)
  const isListed = listedIn(found)
  for await (const line of added) {
    if (isWanted(line) && !isListed(line)) write(line)
  }
}

export const logsCommand = (): Command =>
  new Command('logs')
    .description('lines of the log of the data folder on this machine, newest last')
    .argument(
      '[file]',
      'app (or all, backend): everything; errors: what failed; access: every request',
      oneOf(LOG_FILES, text => ALIASES[text] ?? text),
      'app',
    )
    .option('-f, --follow', 'go on with what is added, until Ctrl-C')
    .option('-n, --lines <count>', 'newest lines', count, 50)
    .option(
      '--level <level>',
      'this level and those above it',
      oneOf(LOG_LEVELS, text => text.toUpperCase()),
    )
    .option('--grep <text>', 'only lines with this text, such as an order id')
    .option('--account <id>', 'only this account')
    .option('--json', 'lines as they are in the file')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <folder>', 'data folder of the engine')
    .action(logs)
