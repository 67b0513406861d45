/** The `latch` command: reads its words, does the work elsewhere, and turns what goes wrong into a message and a code. */
import { Command, CommanderError } from 'commander'
import { accountModel } from './account-model.ts'
import { auditCommand } from './audit-command.ts'
import { backtestCommand } from './backtest-command.ts'
import { botsCommand } from './bots-command.ts'
import { compareCommands } from './compare-commands.ts'
import { configCommand } from './config-command.ts'
import { controlCommands } from './control-command.ts'
import { dataCommand } from './data-command.ts'
import { dbCommand } from './db-command.ts'
import { decisionsReplayCommand } from './decisions-replay-command.ts'
import { doctorCommand } from './doctor-command.ts'
import { EXIT, explain } from './exit.ts'
import { openFeed } from './feed.ts'
import { healthCommand } from './health-command.ts'
import { keysCommand } from './keys-command.ts'
import { loadConfig } from './load-config.ts'
import { logsCommand } from './logs-command.ts'
import { modelsCommand } from './models-command.ts'
import { promptCommand } from './prompt-command.ts'
import { readCommands } from './read-commands.ts'
import { retentionCommand } from './retention-command.ts'
import { runCommand } from './run-command.ts'
import { simulateCommand } from './simulate-command.ts'
import { tokenCommand } from './token-command.ts'

const program = new Command('latch')
  .enablePositionalOptions()
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
for (const command of [logsCommand(), retentionCommand(), doctorCommand()]) program.addCommand(command)
program.addCommand(tokenCommand())
program.addCommand(keysCommand())
program.addCommand(auditCommand())
program.addCommand(botsCommand())
program.addCommand(healthCommand())
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
for (const command of [...readCommands(), ...compareCommands(), ...controlCommands()]) {
  // What follows `replay` is its own, although the list of decisions has options of the same names.
  if (command.name() === 'decisions') command.enablePositionalOptions().addCommand(decisionsReplayCommand())
  program.addCommand(command)
}

/** Every command throws on wrong usage instead of exiting, so that there is one place for exit codes. */
const throwing = (command: Command): void => {
  command.exitOverride().showHelpAfterError('(add --help for usage)')
  for (const sub of command.commands) throwing(sub)
}
throwing(program)

// Whoever read our output has seen enough, as in `latch decisions | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  throw error
})

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
