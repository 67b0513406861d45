/** `latch health`: how a running engine is; `latch health monitor` looks again and again, and mends what it can. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { INTERVAL_MS, isInterval } from '../domain/interval.ts'
import { visible } from '../domain/text.ts'
import { ask, askAll, type ClientOptions, withClientOptions } from './engine-client.ts'
import { EXIT } from './exit.ts'

export type HealthRow = {
  status: string
  score: number
  data_age_s: number | null
  alerts: { level: string; code: string; account_id: string | null; message: string }[]
  dependencies: {
    kind: string
    name: string
    account_id: string | null
    condition: string
    detail: string | null
  }[]
  jobs: { name: string; last_error: string | null }[]
}
export type AccountRow = {
  account_id: string
  status: string
  state: string
  interval: string
  last_decision_at: string | null
}

/** `accountId`: who is mended by a comparison with its venue; `null`: nothing that can be done from here. */
export type Trouble = { what: string; accountId: string | null }

type Options = ClientOptions & { once?: boolean; every?: number; json?: boolean }
type Report = {
  at: string
  status: string
  score: number
  troubles: (Trouble & { mended: boolean | null })[]
}

/** States that go on by themselves and decide at each candle. */
const DECIDING = ['idle', 'protected', 'analysing', 'deciding', 'ordering']
/** A decision may be late by a candle, and one more while its answer is awaited. */
const LATE_INTERVALS = 3
/** The engine answers a comparison within ten seconds for each account, or says that it goes on. */
const ANSWER_MS = 60_000

const isStuck = ({ status, state, interval, last_decision_at: last }: AccountRow, now: number): boolean =>
  status === 'active' &&
  DECIDING.includes(state.split('.')[0] ?? '') &&
  last !== null &&
  isInterval(interval) &&
  now - Date.parse(last) > LATE_INTERVALS * INTERVAL_MS[interval]

/** What is wrong, and whose comparison with its venue may mend it. Every account is named once for that. */
export const troublesOf = (health: HealthRow, accounts: readonly AccountRow[], now: number): Trouble[] => {
  const stuck = accounts.filter(each => isStuck(each, now))
  const degraded = accounts.filter(each => each.status === 'degraded')
  const named = new Set([...stuck, ...degraded].map(each => each.account_id))
  const isOwn = (accountId: string | null): boolean => accountId !== null && named.has(accountId)
  const outside = health.dependencies.filter(each => each.condition !== 'ok' && !isOwn(each.account_id))
  return [
    ...stuck.map(({ account_id: id, state, last_decision_at: last }) => ({
      what: `${id} is ${state} and has decided nothing since ${last}`,
      accountId: id,
    })),
    ...degraded.map(({ account_id: id }) => ({ what: `${id} is degraded`, accountId: id })),
    ...outside.map(({ kind, name, condition, detail, account_id: id }) => ({
      what: `${kind} ${name} is ${condition}${detail === null ? '' : `: ${detail}`}`,
      accountId: kind === 'exchange' ? id : null,
    })),
    ...health.alerts
      .filter(each => !isOwn(each.account_id))
      .map(({ level, code, message }) => ({ what: `${level} ${code}: ${message}`, accountId: null })),
    ...health.jobs
      .filter(each => each.last_error !== null)
      .map(({ name, last_error: error }) => ({ what: `job ${name} failed: ${error}`, accountId: null })),
  ]
}

const mend = async (options: Options, accountIds: readonly string[]): Promise<Set<string>> => {
  if (accountIds.length === 0) return new Set()
  const { items } = await ask<{ items: { account_id: string; done: boolean }[] }>(options, {
    path: '/reconcile',
    body: { account_id: accountIds },
    timeoutMs: ANSWER_MS,
  })
  return new Set(items.filter(each => each.done).map(each => each.account_id))
}

const look = async (options: Options, mends: boolean): Promise<Report> => {
  const [health, status, accounts] = await Promise.all([
    ask<HealthRow>(options, { path: '/health' }),
    ask<{ now: string }>(options, { path: '/status' }),
    askAll<AccountRow>(options, { path: '/accounts' }),
  ])
  const troubles = troublesOf(health, accounts.items, Date.parse(status.now))
  const named = [...new Set(troubles.flatMap(each => each.accountId ?? []))]
  const mended = mends ? await mend(options, named) : null
  return {
    at: status.now,
    status: health.status,
    score: health.score,
    troubles: troubles.map(each => ({
      ...each,
      mended: mended === null || each.accountId === null ? null : mended.has(each.accountId),
    })),
  }
}

const textOf = ({ at, status, score, troubles }: Report): string => {
  const lines = troubles.map(({ what, mended }) => {
    const end =
      mended === null
        ? ''
        : mended
          ? ' (compared with its venue now: agreed)'
          : ' (compared with its venue: not agreed yet)'
    return `  ${visible(what)}${end}\n`
  })
  return `${at}  ${status}, score ${score}\n${lines.join('')}`
}

const write = (report: Report, { json }: Options): void =>
  void process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : textOf(report))

const show = async (options: Options): Promise<void> => {
  const report = await look(options, false)
  if (report.troubles.length > 0) process.exitCode = EXIT.failed
  write(report, options)
}

const monitor = async (options: Options): Promise<void> => {
  const { once, every = 60 } = options
  if (once === true) {
    const report = await look(options, true)
    if (report.troubles.some(each => each.mended !== true)) process.exitCode = EXIT.failed
    return write(report, options)
  }
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  while (!stopping.signal.aborted) {
    try {
      write(await look(options, true), options)
    } catch (error) {
      // An engine that is away now may be back at the next look.
      process.stderr.write(`latch: ${visible(error instanceof Error ? error.message : String(error))}\n`)
    }
    await sleep(every * 1000, undefined, { signal: stopping.signal }).catch(() => undefined)
  }
}

const seconds = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('it is a whole number of seconds from 1')
  return Number(text)
}

export const healthCommand = (): Command =>
  withClientOptions(
    new Command('health').description(
      'how a running engine is, and what is wrong; exit code 1 when anything is',
    ),
  )
    .action(show)
    .addCommand(
      withClientOptions(
        new Command('monitor')
          .description(
            'look again and again; accounts that are stuck or degraded are compared with their venue',
          )
          .option('--once', 'look once; exit code 1 when something is wrong and could not be mended')
          .option('--every <seconds>', 'time between two looks', seconds, 60),
      ).action((_options: Options, given: Command) => monitor(given.optsWithGlobals())),
    )
