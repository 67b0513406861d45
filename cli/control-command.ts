/** `latch pause|resume|…|panic|rearm|close`: steers a running engine; the exit code tells whether it has come true. */
import { Command } from 'commander'
import { ask, askAll, type ClientOptions, withClientOptions } from './engine-client.ts'
import { EXIT, UsageError } from './exit.ts'
import { type Column, table } from './output/table.ts'
import { terminalOf } from './output/terminal.ts'

type Item = {
  account_id: string
  command: string
  acknowledged: boolean
  state: string
  remaining: string[]
}
type Answer = { acknowledged: boolean; items: Item[] }

type Options = ClientOptions & {
  account?: string
  all?: boolean
  position?: string
  fraction?: string
  reason?: string
  json?: boolean
}

/** The engine answers within two minutes and a bit, whatever has come true by then. */
const ANSWER_MS = 150_000

const ABOUT: Record<string, string> = {
  pause: 'make no decisions; positions stay protected',
  resume: 'end a pause or a drain',
  'stop-entries': 'refuse entries; exits go on, those of the strategy too',
  'allow-entries': 'take entries again',
  drain: 'refuse entries, let positions end by themselves, then pause',
  'close-all': 'close every position, and go on',
  panic: 'cancel entries, close everything, and halt until re-armed; every account unless one is named',
  rearm: 'end a halt, by hand or by a limit',
}

const COLUMNS: Column<Item>[] = [
  { title: 'account', value: row => row.account_id },
  { title: 'command', value: row => row.command },
  {
    title: 'done',
    value: row => (row.acknowledged ? 'yes' : 'no'),
    style: row => (row.acknowledged ? 'green' : 'red'),
  },
  { title: 'state', value: row => row.state },
  { title: 'remaining', value: row => row.remaining.join('; ') || null },
]

const say = (options: Options, path: string, body: object): Promise<Answer> =>
  ask<Answer>(options, {
    path,
    body: options.reason === undefined ? body : { ...body, reason: options.reason },
    timeoutMs: ANSWER_MS,
  })

const show = (answer: Answer, json: boolean | undefined): void => {
  if (!answer.acknowledged) process.exitCode = EXIT.failed
  process.stdout.write(
    json === true
      ? `${JSON.stringify(answer, null, 2)}\n`
      : `${table(COLUMNS, answer.items, terminalOf(process.stdout, process.env))}\n`,
  )
}

const accountsOf = async (name: string, options: Options): Promise<string[]> => {
  if (options.account !== undefined && options.all === true)
    throw new UsageError('Give --account or --all, not both')
  if (options.account !== undefined) return [options.account]
  if (options.all !== true && name !== 'panic') {
    throw new UsageError(`Name the account with --account <id>, or give --all: latch ${name} acts at once`)
  }
  const { items } = await askAll<{ account_id: string }>(options, { path: '/accounts' })
  return items.map(each => each.account_id)
}

const control = async (name: string, options: Options): Promise<void> => {
  // All of them in one request, so that none waits for the names of the others.
  if (name === 'panic' && options.account === undefined) {
    return show(await say(options, '/emergency-stop', { close_positions: true }), options.json)
  }
  const accountIds = await accountsOf(name, options)
  const answers = await Promise.all(
    accountIds.map(id => {
      // Who names an account here, or all of them, has said what it is about.
      const body = name === 'rearm' ? { confirm: id } : {}
      return say(options, `/accounts/${encodeURIComponent(id)}/${name}`, body)
    }),
  )
  const items = answers.flatMap(answer => answer.items)
  show({ acknowledged: items.every(each => each.acknowledged), items }, options.json)
}

const close = async (options: Options): Promise<void> => {
  const { position, fraction = '1' } = options
  if (position === undefined)
    throw new UsageError('Name the position with --position <id>; latch positions lists them')
  const part = Number(fraction)
  if (!(part > 0 && part <= 1))
    throw new UsageError(`--fraction is ${fraction}, but must be above 0 and at most 1`)
  show(
    await say(options, `/positions/${encodeURIComponent(position)}/close`, { fraction: part }),
    options.json,
  )
}

export const controlCommands = (): Command[] => [
  ...Object.entries(ABOUT).map(([name, about]) =>
    withClientOptions(
      new Command(name)
        .description(`${about} (of a running engine)`)
        .option('--account <id>', 'this account')
        .option('--all', 'every account')
        .option('--reason <text>', 'why; kept in the journal'),
    ).action((options: Options) => control(name, options)),
  ),
  withClientOptions(
    new Command('close')
      .description('close a position, or part of it (of a running engine)')
      .option('--position <id>', 'position, as latch positions --json names it')
      .option('--fraction <part>', 'part of it, above 0 and at most 1', '1')
      .option('--reason <text>', 'why; kept in the journal'),
  ).action(close),
]
