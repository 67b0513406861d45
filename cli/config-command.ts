/** `latch config show|check|schema`. */
import { Command } from 'commander'
import type { LoadedSettings } from '../adapters/config/load.ts'
import { ConfigError } from '../adapters/config/problem.ts'
import { configJsonSchema } from '../adapters/config/schema.ts'
import { showSettings, showSettingsJson } from '../adapters/config/show.ts'
import { visible } from '../domain/text.ts'

export type ConfigContext = {
  /** Loads the named file, or the one that would be used; throws `ConfigError`. */
  load: (file: string | null) => LoadedSettings
  /** Results, to stdout. */
  write: (text: string) => void
  /** Remarks, to stderr. */
  note: (text: string) => void
  setExitCode: (code: number) => void
}

type Options = { config?: string; json?: boolean }

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const warn = (context: ConfigContext, loaded: LoadedSettings): void => {
  for (const warning of loaded.warnings) context.note(`warning: ${visible(warning)}\n`)
}

const show = (context: ConfigContext, options: Options): void => {
  const loaded = context.load(options.config ?? null)
  if (options.json) return context.write(json({ ...showSettingsJson(loaded), warnings: loaded.warnings }))
  warn(context, loaded)
  context.write(showSettings(loaded))
}

const checkJson = (context: ConfigContext, options: Options): void => {
  try {
    const { settings, warnings } = context.load(options.config ?? null)
    context.write(
      json({ ok: true, accounts: settings.accounts.map(each => each.id), warnings, problems: [] }),
    )
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    context.write(json({ ok: false, accounts: [], warnings: [], problems: error.problems }))
    context.setExitCode(error.exitCode)
  }
}

const check = (context: ConfigContext, options: Options): void => {
  if (options.json) return checkJson(context, options)
  const loaded = context.load(options.config ?? null)
  warn(context, loaded)
  const ids = loaded.settings.accounts.map(each => each.id).join(', ')
  context.write(`The configuration is good. Accounts: ${ids}.\n`)
}

/** Throws what `load` throws, except `check --json`, which prints the problems and sets the exit code. */
export const configCommand = (context: ConfigContext): Command => {
  const command = new Command('config').description('Show, check or describe the configuration')
  const withFile = (sub: Command): Command =>
    sub.option('-c, --config <file>', 'configuration file').option('--json', 'print JSON')
  withFile(command.command('show'))
    .description('print every setting in force and where it came from, secrets masked')
    .action((options: Options) => show(context, options))
  withFile(command.command('check'))
    .description('tell every problem of the configuration at once; exit code 3 if there are any')
    .action((options: Options) => check(context, options))
  command
    .command('schema')
    .description('print the JSON schema of the configuration file, for editors')
    .action(() => context.write(json(configJsonSchema())))
  return command
}
