/** The `latch` command: reads its words, does the work elsewhere, and turns what goes wrong into a message and a code. */
import { Command, CommanderError } from 'commander'
import { accountModel } from './account-model.ts'
import { backtestCommand } from './backtest-command.ts'
import { compareCommands } from './compare-commands.ts'
import { configCommand } from './config-command.ts'
import { controlCommands } from './control-command.ts'
import { dataCommand } from './data-command.ts'
import { dbCommand } from './db-command.ts'
import { EXIT, explain } from './exit.ts'
import { openFeed } from './feed.ts'
import { loadConfig } from './load-config.ts'
import { modelsCommand } from './models-command.ts'
import { promptCommand } from './prompt-command.ts'
import { readCommands } from './read-commands.ts'
import { runCommand } from './run-command.ts'
import { simulateCommand } from './simulate-command.ts'

const program = new Command('latch')
  .description('Lets AI models and plain rules trade crypto perpetual futures, and keeps them on a leash.')
  .addHelpText(
    'after',
    '\nExit codes: 0 ok, 1 failed, 2 wrong usage, 3 configuration, 4 refused for safety.\nPaper money only: nothing here can reach a real venue.',
  )
  .addCommand(runCommand())
  .addCommand(backtestCommand())
  .addCommand(simulateCommand())
  .addCommand(dataCommand())
  .addCommand(
    configCommand({
      load: file => loadConfig({ config: file ?? undefined }, {}),
      write: text => process.stdout.write(text),
      note: text => process.stderr.write(text),
      setExitCode: code => {
        process.exitCode = code
      },
    }),
  )
program.addCommand(dbCommand())
program.addCommand(modelsCommand())
program.addCommand(
  promptCommand({
    load: ({ config, profile }) => loadConfig({ config, profile }, { api: false }),
    openFeed: settings => openFeed(settings, { allowGaps: true }),
    modelOf: (account, { settings }) => accountModel(account, settings.modelSecrets),
    write: text => process.stdout.write(text),
    note: text => process.stderr.write(text),
    setExitCode: code => {
      process.exitCode = code
    },
  }),
)
for (const command of [...readCommands(), ...compareCommands(), ...controlCommands()])
  program.addCommand(command)

/** Every command throws on wrong usage instead of exiting, so that there is one place for exit codes. */
const throwing = (command: Command): void => {
  command.exitOverride().showHelpAfterError('(add --help for usage)')
  for (const sub of command.commands) throwing(sub)
}
throwing(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  } else {
    const { message, code } = explain(error)
    process.stderr.write(`latch: ${message}\n`)
    process.exitCode = code
  }
}
