/** Reads the log from its end, through the rotated files, no further than it is asked. */
import { type FileHandle, open } from 'node:fs/promises'
import { LOG_LEVELS, type LogQuery, type LogReader } from '../../domain/logs.ts'
import { logPath } from './logger.ts'
import { rotatedName } from './rotating-file.ts'

const CHUNK_BYTES = 65_536
/** Of one question, so that one for rare words cannot read for minutes. */
const BYTES_MAX = 64 * 1_048_576
const NEWLINE = 10

/** Lines of a file from its end; the budget is shared by all files of a question. */
async function* linesFromEnd(handle: FileHandle, budget: { bytes: number }): AsyncGenerator<string> {
  let position = (await handle.stat()).size
  let rest = Buffer.alloc(0)
  while (position > 0 && budget.bytes > 0) {
    const length = Math.min(CHUNK_BYTES, position)
    position -= length
    budget.bytes -= length
    const chunk = Buffer.alloc(length)
    await handle.read(chunk, 0, length, position)
    const joined = Buffer.concat([chunk, rest])
    let end = joined.length
    for (let at = joined.lastIndexOf(NEWLINE, end - 1); at >= 0; ) {
      if (at + 1 < end) yield joined.toString('utf8', at + 1, end)
      end = at
      at = end === 0 ? -1 : joined.lastIndexOf(NEWLINE, end - 1)
    }
    rest = joined.subarray(0, end)
  }
  if (rest.length > 0 && position === 0) yield rest.toString('utf8')
}

const matcher = ({ level, text, accounts }: LogQuery): ((line: string) => boolean) => {
  const levels = level === undefined ? null : LOG_LEVELS.slice(LOG_LEVELS.indexOf(level))
  const wanted = text?.toLowerCase()
  return line => {
    if (wanted !== undefined && !line.toLowerCase().includes(wanted)) return false
    if (levels === null && accounts === undefined) return true
    const fields = fieldsOf(line)
    if (levels !== null && !levels.some(each => each === fields['level'])) return false
    const { account_id: accountId } = fields
    return accounts === undefined || (typeof accountId === 'string' && accounts.includes(accountId))
  }
}

const fieldsOf = (line: string): Record<string, unknown> => {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    // A line cut off by a crash has no fields.
    return {}
  }
}

const openOrNull = (file: string): Promise<FileHandle | null> => open(file, 'r').catch(() => null)

export const logFiles = (dataDir: string, filesKept: number): LogReader => ({
  async read(query) {
    const matches = matcher(query)
    const found: string[] = []
    const budget = { bytes: BYTES_MAX }
    for (let index = 0; index < filesKept && found.length < query.lines && budget.bytes > 0; index += 1) {
      const handle = await openOrNull(rotatedName(logPath(dataDir, query.file), index))
      if (handle === null) continue
      try {
        for await (const line of linesFromEnd(handle, budget)) {
          if (matches(line)) found.push(line)
          if (found.length >= query.lines) break
        }
      } finally {
        await handle.close()
      }
    }
    return found.toReversed()
  },
})
