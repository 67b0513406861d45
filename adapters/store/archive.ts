/** Files that rows go to before they leave the store, as gzipped lines of JSON. Members one after the other are one file. */
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const zipped = promisify(gzip)

type Appendable = Pick<FileHandle, 'stat' | 'write' | 'truncate' | 'sync'>

/**
 * Adds all of the bytes, however few the disk takes at once. Durable when it resolves; when it rejects, the file is as it
 * was, since nothing after half a member can be read.
 */
export const appendWhole = async (file: Appendable, bytes: Uint8Array): Promise<void> => {
  const { size } = await file.stat()
  try {
    for (let sent = 0; sent < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, sent)
      if (bytesWritten === 0) throw new Error(`the disk took ${sent} of ${bytes.length} bytes`)
      sent += bytesWritten
    }
    await file.sync()
  } catch (error) {
    await file.truncate(size)
    throw error
  }
}

/** Off the thread that trades: prompts of many calls are long. @throws Error when they are not all in the file. */
export const archive = async (path: string, lines: readonly string[]): Promise<void> => {
  const bytes = await zipped(lines.map(line => `${line}\n`).join(''))
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await using file = await open(path, 'a', 0o600)
    await appendWhole(file, bytes)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const what = `${lines.length} old rows cannot be archived in ${path}: ${why}`
    throw new Error(`${what}. They stay in the store; make room on the disk or let the file be written`, {
      cause,
    })
  }
}
