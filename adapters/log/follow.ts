/** Follows a log as it grows, from one file into the next when it is rotated. */
import { type FileHandle, open, stat } from 'node:fs/promises'

const CHUNK_BYTES = 65_536

export type FollowOptions = { wait: () => Promise<unknown>; signal: AbortSignal; fromStart?: boolean }

/**
 * Gives what is added to the file from this call on, whole lines only. It looks again after each `wait`, and ends with
 * `signal`. A file that is not there yet is waited for.
 */
export const followLines = async (
  file: string,
  { fromStart = false, ...options }: FollowOptions,
): Promise<AsyncGenerator<string>> => {
  const handle = await open(file, 'r').catch(() => null)
  const position = handle === null || fromStart ? 0 : (await handle.stat()).size
  return linesFrom(file, handle, position, options)
}

async function* linesFrom(
  file: string,
  start: FileHandle | null,
  from: number,
  { wait, signal }: FollowOptions,
): AsyncGenerator<string> {
  let handle = start
  let position = from
  let rest = ''
  try {
    while (!signal.aborted) {
      handle ??= await open(file, 'r').catch(() => null)
      if (handle !== null) {
        const added = await readFrom(handle, position)
        position += added.length
        const lines = (rest + added.toString('utf8')).split('\n')
        rest = lines.pop() ?? ''
        yield* lines
        if (added.length === 0 && (await isReplaced(handle, file))) {
          await handle.close()
          handle = null
          position = 0
          continue
        }
        if (added.length > 0) continue
      }
      await wait()
    }
  } finally {
    await handle?.close()
  }
}

/** Up to the last whole line end or the end of what is there. */
const readFrom = async (handle: FileHandle, position: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(CHUNK_BYTES)
  const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position)
  const added = buffer.subarray(0, bytesRead)
  const end = added.lastIndexOf(10)
  // A character may be cut at the end of a chunk, a line end is not.
  return bytesRead === CHUNK_BYTES && end >= 0 ? added.subarray(0, end + 1) : added
}

const isReplaced = async (handle: FileHandle, file: string): Promise<boolean> => {
  const now = await stat(file).catch(() => null)
  return now !== null && now.ino !== (await handle.stat()).ino
}
