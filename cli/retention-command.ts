/** `latch retention run`: archives and removes old rows of a stopped engine's store; a running one does it daily. */
import { Command } from 'commander'
import { acquireLock } from '../adapters/store/lock.ts'
import { openStore } from '../adapters/store/open-store.ts'
import { loadConfig } from './load-config.ts'
import { archiveFile, retentionOf } from './operations.ts'
import { withStored } from './stored-settings.ts'
import { leaveAuditRow } from './token-command.ts'
import { wall } from './wall.ts'

type Options = { config?: string; dataDir?: string; databaseUrl?: string; json?: boolean }

const run = async ({ config, dataDir, databaseUrl, json }: Options): Promise<void> => {
  const flags = { dataDir, databaseUrl, api: false }
  const loaded = loadConfig({ config }, flags)
  const { settings, operations } = loaded
  const lock = await acquireLock(settings.dataDir)
  try {
    const store = await openStore({ dataDir: settings.dataDir, databaseUrl: settings.databaseUrl })
    try {
      const { accounts } = (await withStored(store, loaded, { config }, flags)).settings
      // Ages are counted in the time of the store, which of a simulated market is its own.
      const [newest] = (await store.facts({ limit: 1 })).items
      const now = Math.min(wall.now(), newest?.at ?? wall.now())
      const pruned = await store.prune({
        settings: operations.retention,
        accounts: retentionOf(accounts),
        now,
        archiveFile: archiveFile(settings.dataDir, now),
      })
      const gone = pruned.filter(each => each.rows > 0)
      leaveAuditRow(settings.dataDir, 'retention run', { after: gone })
      const text = pruned.map(
        ({ table, rows, before, accountId }) =>
          `${table}: ${rows} rows${accountId === null ? '' : ` of ${accountId}`} from before ${before}\n`,
      )
      process.stdout.write(json === true ? `${JSON.stringify(pruned, null, 2)}\n` : text.join(''))
    } finally {
      await store.close()
    }
  } finally {
    await lock.release()
  }
}

export const retentionCommand = (): Command => {
  const command = new Command('retention').description('what is kept how long')
  command
    .command('run')
    .description('archive and remove rows that are older than they are kept, of a stopped engine')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <folder>', 'data folder of the engine')
    .option('--database-url <url>', 'PostgreSQL instead of the embedded database')
    .option('--json', 'print JSON')
    .action(run)
  return command
}
