/** Reads a configuration file from disk; a file that cannot be read is a problem with a remedy. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Report } from './report.ts'

const BYTES_MAX = 4_000_000

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'this file may not be read',
}

/** The text of the file; `null` after reporting why not. */
export const readSource = (file: string, cwd: string, report: Report): string | null => {
  const origin = { source: 'file', name: file, line: null, column: null } as const
  try {
    const bytes = readFileSync(resolve(cwd, file))
    if (bytes.length <= BYTES_MAX) return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    report.problem([], origin, undefined, 'this file is larger than 4 MB', 'Name a configuration file.')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = REASONS[code ?? ''] ?? `this file cannot be read: ${message}`
    report.problem([], origin, undefined, reason, `Check the path; it was looked up from ${cwd}.`)
  }
  return null
}
