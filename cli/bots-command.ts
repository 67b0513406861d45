/** `latch bots list|import`: the bots of a running engine, and ready ones of a file. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { readYaml } from '../adapters/config/yaml-document.ts'
import { ask, askAll, type ClientOptions, withClientOptions } from './engine-client.ts'
import { EXIT, UsageError } from './exit.ts'
import { printRows } from './read-commands.ts'

type Options = ClientOptions & { json?: boolean }
type Words = { [key: string]: unknown }
type Made = { id: string; done: boolean; remaining: string[] }
type Import = Made & { name: string; error: string | null }

/** The engine answers within two minutes and a bit, whatever has come true by then. */
const ANSWER_MS = 150_000

const KEYS = [
  'id',
  'name',
  'pair',
  'status',
  'state',
  'score',
  'temperature',
  'price',
  'last_evaluated_at',
  'blocked_reason',
]

const isGroup = (value: unknown): value is Words =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`${file} cannot be read (${code ?? 'unknown error'}); give the path of a bot's file`)
  }
}

/**
 * The bots of a file: one, or a list of them, in the words that POST /bots takes.
 *
 * @throws UsageError for a file that cannot be read, is no YAML, or has something else in it.
 */
export const botsOf = (file: string): Words[] => {
  const { value, problems } = readYaml(textOf(file), file, {})
  const [problem] = problems
  if (problem !== undefined) throw new UsageError(`${file}: ${problem.message}`)
  const bots = Array.isArray(value) ? (value as unknown[]) : [value]
  if (bots.length > 0 && bots.every(isGroup)) return bots
  throw new UsageError(`${file} has no bot in it: write name and pair, as in examples/btc-scalper.yaml`)
}

/** What one bot came to: a refusal does not keep the others from being made. */
const importOne = async (options: Options, body: Words): Promise<Import> => {
  const name = typeof body['name'] === 'string' ? body['name'] : 'a bot without a name'
  try {
    const made = await ask<Made>(options, { path: '/bots', body, timeoutMs: ANSWER_MS })
    return { ...made, name, error: null }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { id: '', done: false, remaining: [], name, error: message }
  }
}

const lineOf = ({ id, name, done, remaining, error }: Import): string => {
  if (error !== null) return `${name}: not imported. ${error}\n`
  const rest = remaining.length === 0 ? '' : `; still open: ${remaining.join('; ')}`
  return `${name}: ${done ? 'imported' : 'not imported yet'} as ${id}${rest}\n`
}

const importAll = async (files: readonly string[], options: Options): Promise<void> => {
  // Every file is read before the first bot is made: a slip in the last one makes none.
  const bots = files.flatMap(botsOf)
  const told: Import[] = []
  for (const bot of bots) told.push(await importOne(options, bot))
  if (told.some(each => !each.done)) process.exitCode = EXIT.failed
  process.stdout.write(
    options.json === true ? `${JSON.stringify(told, null, 2)}\n` : told.map(lineOf).join(''),
  )
}

const list = async (options: Options): Promise<void> =>
  printRows(options, await askAll<Words>(options, { path: '/bots' }), { keys: KEYS, name: 'bots' })

export const botsCommand = (): Command =>
  new Command('bots')
    .description('accounts that trade one pair by signals')
    .addCommand(
      withClientOptions(
        new Command('list').description('bots with score and temperature (of a running engine)'),
      ).action(list),
    )
    .addCommand(
      withClientOptions(
        new Command('import')
          .description('make the bots of these files in a running engine')
          .argument('<files...>', 'YAML files such as examples/btc-scalper.yaml'),
      ).action(importAll),
    )
