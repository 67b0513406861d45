/** `latch doctor`: looks at everything a run needs, and says what is wrong and what to do. Fails when anything does. */
import { Command } from 'commander'
import { notifiersOf } from '../adapters/notify/notifiers.ts'
import type { LoadedSettings } from '../adapters/config/load.ts'
import { scrub } from '../domain/scrub.ts'
import { visible } from '../domain/text.ts'
import { accountModels } from './account-models.ts'
import { type Finding, failed, ok, textOf } from './doctor/check.ts'
import { checkClock, checkDisk, checkRuntime } from './doctor/machine.ts'
import { checkDatabase, checkExchange, checkModels, checkMonitoring } from './doctor/outside.ts'
import { EXIT } from './exit.ts'
import { openFeed } from './feed.ts'
import { loadConfig } from './load-config.ts'
import { paint, type Style, terminalOf } from './output/terminal.ts'

type Options = {
  config?: string
  profile?: string
  dataDir?: string
  databaseUrl?: string
  models?: boolean
  notify?: boolean
  json?: boolean
}

const STYLES: Record<Finding['verdict'], Style> = { ok: 'green', warning: 'yellow', failed: 'red' }

const configuration = (options: Options): { loaded: LoadedSettings | null; finding: Finding } => {
  const { config, profile, dataDir, databaseUrl } = options
  try {
    const loaded = loadConfig({ config, profile }, { dataDir, databaseUrl })
    const count = loaded.settings.accounts.length
    return { loaded, finding: ok('configuration', `${count} accounts, mode ${loaded.settings.mode}`) }
  } catch (error) {
    const remedy = 'Correct it; latch config check tells more.'
    return { loaded: null, finding: failed('configuration', textOf(error), remedy) }
  }
}

const models = async ({ settings }: LoadedSettings): Promise<Finding[]> => {
  try {
    return await checkModels(accountModels(settings), settings)
  } catch (error) {
    return [failed('model', textOf(error), 'Correct the model of that account.')]
  }
}

const examine = async (options: Options): Promise<Finding[]> => {
  const { loaded, finding } = configuration(options)
  const findings = [checkRuntime(), finding]
  if (loaded === null) return [...findings, await checkClock()]
  const { settings, operations } = loaded
  findings.push(await checkDatabase(settings))
  if (options.models !== false) findings.push(...(await models(loaded)))
  findings.push(await checkExchange(settings, each => openFeed(each, { allowGaps: true })))
  findings.push(checkDisk(settings.dataDir, operations.alerts.thresholds.diskFreeBytes))
  findings.push(await checkClock())
  const ways = notifiersOf(operations.alerts)
  findings.push(...(await checkMonitoring(settings, ways, options.notify === true)))
  return findings
}

const lineOf = (finding: Finding): string => {
  const terminal = terminalOf(process.stdout, process.env)
  const verdict = paint(terminal, STYLES[finding.verdict], finding.verdict.padEnd(7))
  const found = scrub(visible(finding.found))
  const remedy = finding.remedy === null ? '' : `\n        ${finding.remedy}`
  return `${verdict}  ${finding.name}: ${found}${remedy}\n`
}

const doctor = async (options: Options): Promise<void> => {
  const findings = await examine(options)
  const text =
    options.json === true ? `${scrub(JSON.stringify(findings, null, 2))}\n` : findings.map(lineOf).join('')
  process.stdout.write(text)
  if (findings.some(each => each.verdict === 'failed')) process.exitCode = EXIT.failed
}

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description(
      'look at everything a run needs: runtime, configuration, database, models, venue, disk, clock, alerts',
    )
    .option('-c, --config <file>', 'configuration file')
    .option('--profile <name>', 'ready configuration by name')
    .option('--data-dir <folder>', 'data folder of the engine')
    .option('--database-url <url>', 'PostgreSQL instead of the embedded database')
    .option('--no-models', 'ask no model')
    .option('--notify', 'send a test notice to everyone who is told of alerts')
    .option('--json', 'print JSON')
    .action(doctor)
