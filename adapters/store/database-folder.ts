/**
 * The folder of the embedded database, before anything opens it.
 *
 * PGlite makes a new database wherever it finds no `PG_VERSION`, over whatever else lies there. So an existing folder is
 * looked at first, and a new database is made beside its place and moved there when complete: a process killed on the way
 * leaves a half-made folder under another name, which holds no data and is made afresh.
 */
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { restoreOrMove, StoreDamaged } from './store-error.ts'

/** PostgreSQL major version of the embedded database. */
const MAJOR_VERSION = '18'
const OWNER_ONLY = 0o700

export const databaseFolder = (dataDir: string): string => join(dataDir, 'db')

/** True when a database is there to be opened, false when there is none yet. Throws `StoreDamaged` for anything else. */
export const holdsDatabase = async (folder: string): Promise<boolean> => {
  const names = await namesIn(folder)
  if (names.length === 0) return false
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => null)
  if (version === null)
    throw new StoreDamaged(folder, 'it holds files but no PG_VERSION', restoreOrMove(folder))
  if (version.trim() !== MAJOR_VERSION)
    throw new StoreDamaged(folder, versionProblem(version.trim()), restoreOrMove(folder))
  return true
}

const versionProblem = (version: string): string =>
  /^\d{1,2}$/.test(version)
    ? `it was made by PostgreSQL ${version} and this engine has ${MAJOR_VERSION}`
    : 'its PG_VERSION is not a version number'

const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new StoreDamaged(folder, String(error), restoreOrMove(folder))
  }
}

/** Runs `create` on an empty folder of the owner only, then puts it in its place. */
export const makeFolder = async (
  folder: string,
  create: (temporary: string) => Promise<void>,
): Promise<void> => {
  const temporary = `${folder}.incomplete`
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true, mode: OWNER_ONLY })
  await create(temporary)
  // An empty folder may stand in its place already; one with content makes this fail.
  await rmdir(folder).catch(() => undefined)
  await rename(temporary, folder)
}
