/**
 * One engine per data folder. The lock is the file `engine.lock`, made by the operating system for one process only.
 *
 * It is taken over when the process named in it is gone, never because it is old: an engine may sleep for hours. A process
 * id alone proves nothing, since ids are used again, so the time the process started is recorded with it. A lock of
 * another machine (a shared folder, a container by another name) cannot be judged from here and is never taken over.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { isRunning, startOf } from './process-start.ts'
import { DataFolderLocked } from './store-error.ts'

export type Lock = { release: () => Promise<void> }

type Owner = { pid: number; startedAt: string | null; host: string; token: string }

/** Of several starts at once each may find the file gone or replaced meanwhile, but not this often. */
const ATTEMPTS_MAX = 5

/** Locks the folder, which is made if missing. Throws `DataFolderLocked`. */
export const acquireLock = async (dataDir: string): Promise<Lock> => {
  const folder = resolve(dataDir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { pid } = process
  const mine: Owner = { pid, startedAt: await startOf(pid), host: hostname(), token: randomUUID() }
  return take(folder, join(folder, 'engine.lock'), JSON.stringify(mine))
}

/**
 * Only the holder of `<file>.takeover` may remove the lock of a dead owner, so nobody removes by mistake the lock that
 * another has just put in its place. Should that holder die, its own lock is taken over in the same way.
 */
const take = async (folder: string, file: string, text: string): Promise<Lock> => {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await create(file, text)) return { release: () => removeIf(file, text) }
    const found = await read(file)
    // Released meanwhile, or about to be filled by its maker.
    if (found === null || found === '') continue
    const owner = parse(found)
    if (owner === null || (await holds(owner))) throw refusal(folder, file, owner)
    const takeover = await take(folder, `${file}.takeover`, text)
    await removeIf(file, found)
    await takeover.release()
  }
  throw refusal(folder, file, null)
}

/** False when the file is there already. Written through to the disk, so that a power cut leaves no empty lock. */
const create = async (file: string, text: string): Promise<boolean> => {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const read = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null)

const removeIf = async (file: string, text: string): Promise<void> => {
  if ((await read(file)) === text) await rm(file, { force: true })
}

const holds = async (owner: Owner): Promise<boolean> =>
  owner.host !== hostname() || (await isRunning(owner.pid, owner.startedAt))

const parse = (text: string): Owner | null => {
  try {
    const { pid, startedAt, host, token } = JSON.parse(text) as Record<string, unknown>
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || typeof host !== 'string') return null
    if (typeof token !== 'string' || (startedAt !== null && typeof startedAt !== 'string')) return null
    return { pid, startedAt, host, token }
  } catch {
    return null
  }
}

const refusal = (folder: string, file: string, owner: Owner | null): DataFolderLocked => {
  if (owner === null)
    return new DataFolderLocked(
      folder,
      null,
      `The data folder ${folder} is locked, and its lock ${file} does not say by which process. ` +
        'If no engine uses this folder, delete that file and start again.',
    )
  const elsewhere = owner.host !== hostname()
  return new DataFolderLocked(
    folder,
    owner.pid,
    `The data folder ${folder} is in use by process ${owner.pid}${elsewhere ? ` on ${owner.host}` : ''}. ` +
      `Stop that engine first, or name another folder for this one.` +
      (elsewhere ? ` If ${owner.host} is gone for good, delete ${file} and start again.` : ''),
  )
}
