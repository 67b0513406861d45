/** `latch accounts add|set|remove|start`: other accounts for a running engine; the configuration file stays as it is. */
import { Command } from 'commander'
import { readYaml } from '../adapters/config/yaml-document.ts'
import { ask, type ClientOptions, withClientOptions } from './engine-client.ts'
import { EXIT, UsageError } from './exit.ts'

type Options = ClientOptions & { reason?: string; close?: boolean; keep?: boolean; json?: boolean }
type Answer = { account_id: string; change: string; done: boolean; remaining: string[] }

/** The engine answers within two minutes and a bit, whatever has come true by then. */
const ANSWER_MS = 150_000

type Words = { [key: string]: unknown }

/** `risk.heat_pct_max=3`, `assets=[BTC, ETH]`, `label=null`: a path and a value as in the configuration file. */
export const readWords = (pairs: readonly string[]): Words => {
  const words: Words = {}
  for (const pair of pairs) {
    const [, path, text] = /^([a-z_][a-z0-9_.]*)=(.*)$/s.exec(pair) ?? []
    if (path === undefined || text === undefined) {
      throw new UsageError(`'${pair}' is no setting: write it as risk.heat_pct_max=3 or assets=[BTC, ETH]`)
    }
    const { value, problems } = readYaml(text === '' ? '""' : text, path, {})
    const [problem] = problems
    if (problem !== undefined) throw new UsageError(`${path}: ${problem.message}`)
    const keys = path.split('.')
    let group = words
    for (const key of keys.slice(0, -1)) {
      const below = group[key]
      group = (typeof below === 'object' && below !== null ? below : (group[key] = {})) as Words
    }
    group[keys.at(-1) as string] = value
  }
  return words
}

const say = async (
  options: Options,
  path: string,
  body: Words,
  request: { method?: 'PUT' | 'DELETE'; parameters?: Record<string, string> } = {},
): Promise<void> => {
  const { reason } = options
  const said = reason === undefined ? body : { ...body, reason }
  const answer = await ask<Answer>(options, { path, body: said, timeoutMs: ANSWER_MS, ...request })
  if (!answer.done) process.exitCode = EXIT.failed
  const rest = answer.remaining.length === 0 ? '' : `; still open: ${answer.remaining.join('; ')}`
  const text = `${answer.account_id} ${answer.done ? answer.change : `not ${answer.change} yet`}${rest}`
  process.stdout.write(`${options.json === true ? JSON.stringify(answer, null, 2) : text}\n`)
}

const pathOf = (id: string): string => `/accounts/${encodeURIComponent(id)}`

const remove = (id: string, options: Options): Promise<void> => {
  if ((options.close === true) === (options.keep === true)) {
    throw new UsageError(
      'Say what becomes of open positions: --close closes them, --keep leaves them behind their stops',
    )
  }
  const parameters: Record<string, string> =
    options.close === true ? { close_positions: 'true' } : { close_positions: 'false', confirm: id }
  return say({ ...options }, pathOf(id), {}, { method: 'DELETE', parameters })
}

const SETTINGS = 'settings as in the configuration file, e.g. assets=[BTC, ETH] risk.heat_pct_max=3'

export const accountCommands = (): Command[] => {
  const command = (name: string, about: string) =>
    withClientOptions(new Command(name).description(about).argument('<id>', 'the account'))
  const withReason = (each: Command) => each.option('--reason <text>', 'why; kept in the journal')
  // The options of the list, given before the name of the command, are those of the command too.
  const merged = (given: Command): Options => given.optsWithGlobals()
  return [
    withReason(command('add', 'add an account to a running engine'))
      .argument('[settings...]', SETTINGS)
      .action((id: string, pairs: string[], _options: Options, given: Command) =>
        say(merged(given), '/accounts', { id, ...readWords(pairs) }),
      ),
    withReason(command('set', 'change settings of an account while it trades; null takes one back'))
      .argument('<settings...>', SETTINGS)
      .action((id: string, pairs: string[], _options: Options, given: Command) =>
        say(merged(given), pathOf(id), readWords(pairs), { method: 'PUT' }),
      ),
    command('remove', 'remove an account; what was written down of it stays readable')
      .option('--close', 'close its positions first')
      .option('--keep', 'leave its positions at the venue, behind their stops')
      .action((id: string, _options: Options, given: Command) => remove(id, merged(given))),
    withReason(command('start', 'start an account that was stopped; one that is paused goes on')).action(
      (id: string, _options: Options, given: Command) => say(merged(given), `${pathOf(id)}/start`, {}),
    ),
  ]
}
