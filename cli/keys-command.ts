/** `latch keys rotate`: a new master key, and every stored credential encrypted anew with it. */
import { Command } from 'commander'
import { openMasterKeys } from '../adapters/secrets/master-key.ts'
import { rotateKeys } from '../adapters/secrets/rotate.ts'
import { acquireLock } from '../adapters/store/lock.ts'
import { loadConfig } from './load-config.ts'
import { openSafe } from './stored-keys.ts'
import { leaveAuditRow } from './token-command.ts'

const rotate = async (options: { dataDir?: string }): Promise<void> => {
  const { dataDir } = loadConfig({}, { dataDir: options.dataDir }).settings
  // A running engine writes credentials, too; it would go on with the old key.
  const lock = await acquireLock(dataDir)
  try {
    const keys = openMasterKeys(dataDir, process.env)
    const { version, credentials } = rotateKeys(openSafe(dataDir), keys)
    leaveAuditRow(dataDir, 'keys rotate', {
      before: { version: keys.current },
      after: { version, credentials },
    })
    const where = keys.file ?? 'MASTER_KEY'
    process.stdout.write(`${credentials} credentials are encrypted with version ${version} of ${where}.\n`)
    if (keys.file === null && keys.byVersion.size > 1)
      process.stdout.write(`Older versions can now be taken out of MASTER_KEY.\n`)
    else if (keys.file === null) {
      process.stdout.write(
        `For a new key, set MASTER_KEY to both, as ${version + 1}:<new>,${version}:<old>, and run this again.\n`,
      )
    }
  } finally {
    await lock.release()
  }
}

export const keysCommand = (): Command =>
  new Command('keys')
    .description('the master key that stored credentials are encrypted with')
    .addCommand(
      new Command('rotate')
        .description('make a new one and encrypt every credential anew; the engine must be stopped')
        .option('--data-dir <folder>', 'data folder of the engine')
        .action(rotate),
    )
