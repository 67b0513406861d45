/** The audit rows of a data folder: lines of JSON, only ever added to, by the engine and by commands alike. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditLog, AuditRow } from './audit.ts'

const NAME = 'audit.jsonl'
/** Older rows are in files beside it, `audit-<time of their end>.jsonl`, which are never removed here. */
const OLDER = /^audit-\d+\.jsonl$/
const BYTES_MAX = 2 * 1024 * 1024
/** Files a reader looks through, newest first: some 20,000 rows. */
const FILES_READ = 4

/** A line cut off by a crash is no row. */
const rowsIn = (text: string): AuditRow[] =>
  text.split('\n').flatMap(line => {
    if (line === '') return []
    try {
      return [JSON.parse(line) as AuditRow]
    } catch {
      return []
    }
  })

export const openAuditFile = (dataDir: string): AuditLog => {
  const path = join(dataDir, NAME)
  const isFull = (): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= BYTES_MAX
  return {
    append(row) {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 })
      if (isFull()) renameSync(path, join(dataDir, `audit-${row.at}.jsonl`))
      appendFileSync(path, `${JSON.stringify(row)}\n`, { mode: 0o600 })
    },
    rows() {
      const names = readdirSync(dataDir).filter(name => OLDER.test(name))
      const files = names.toSorted((a, b) => timeOf(b) - timeOf(a)).slice(0, FILES_READ - 1)
      const current = statSync(path, { throwIfNoEntry: false }) === undefined ? [] : [NAME]
      return [...current, ...files]
        .flatMap(name => rowsIn(readFileSync(join(dataDir, name), 'utf8')).toReversed())
        .toSorted((a, b) => b.at - a.at)
    },
  }
}

const timeOf = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0)
