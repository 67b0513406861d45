/** Options of the command line that set a value of the configuration, as the parser hands them over. */

import type { Assignment } from './environment.ts'
import { splitList } from './fields.ts'

export type Flags = {
  mode?: string | undefined
  assets?: string[] | string | undefined
  interval?: string | undefined
  strategy?: string | undefined
  deposit?: string | undefined
  /** Name of the model of every account that asks one. */
  model?: string | undefined
  /** File of recorded answers, relative to the working folder. */
  cassette?: string | undefined
  cassetteOnly?: boolean | undefined
  speed?: string | number | undefined
  seed?: string | number | undefined
  /** Folder of stored candles; replaces the feed of the file. */
  data?: string | undefined
  from?: string | undefined
  to?: string | undefined
  /** `false` for `--no-api`. */
  api?: boolean | undefined
  host?: string | undefined
  port?: string | number | undefined
  dataDir?: string | undefined
  databaseUrl?: string | undefined
  inspector?: boolean | undefined
  logLevel?: string | undefined
  /** `--multi-account`: accounts come from the file or the environment, and must be named there. */
  multiAccount?: boolean | undefined
}

type Option = { flag: string; scope: 'account' | 'engine'; assignment: Assignment }

const NUMBER = /^[-+]?\d+(\.\d+)?$/
const numeric = (value: string | number): unknown =>
  typeof value === 'string' && NUMBER.test(value) ? Number(value) : value

/** What the given options set; options not given set nothing. */
export const flagOptions = (flags: Flags): Option[] => {
  const options: Option[] = []
  const add = <Value>(
    scope: Option['scope'],
    flag: string,
    path: string,
    value: Value | undefined,
    read: (value: Value) => unknown = given => given,
  ): void => {
    if (value === undefined) return
    options.push({ flag, scope, assignment: { path: path.split('.'), value: read(value) } })
  }
  add('engine', '--mode', 'mode', flags.mode)
  add('engine', '--speed', 'speed', flags.speed, numeric)
  add('engine', '--data', 'feed', flags.data, directory => ({ kind: 'candles', directory }))
  add('engine', '--from', 'feed.from', flags.from)
  add('engine', '--to', 'feed.to', flags.to)
  add('engine', '--seed', 'feed.seed', flags.seed, numeric)
  add('engine', flags.api === false ? '--no-api' : '--api', 'api.enabled', flags.api)
  add('engine', '--host', 'api.host', flags.host)
  add('engine', '--port', 'api.port', flags.port, numeric)
  add('engine', '--data-dir', 'data_dir', flags.dataDir)
  add('engine', '--database-url', 'database_url', flags.databaseUrl)
  add('engine', '--inspector', 'inspector', flags.inspector, isOn => (isOn ? 'on' : 'off'))
  add('engine', '--log-level', 'log_level', flags.logLevel)
  add('account', '--assets', 'assets', flags.assets, value => splitList([value].flat().join(' ')))
  add('account', '--interval', 'interval', flags.interval)
  add('account', '--strategy', 'strategy.name', flags.strategy)
  add('account', '--deposit', 'deposit', flags.deposit)
  add('account', '--model', 'model.name', flags.model)
  add('account', '--cassette', 'model.cassette', flags.cassette)
  add('account', '--cassette-only', 'model.cassette_only', flags.cassetteOnly)
  return options
}
