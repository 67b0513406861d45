/** The audit file is only added to, by several processes, and what a crash cut off harms no other row. */
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuditRow } from '../../http/audit.ts'
import { openAuditFile } from '../../http/audit-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latch-audit-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const row = (at: number, action = 'POST /x'): AuditRow => ({
  at,
  id: `r${at}`,
  by: 'token:owner',
  peer: null,
  action,
  scope: 'admin',
  accounts: [],
  status: 200,
  code: null,
  durationMs: 1,
  before: null,
  after: { a: 1 },
})

test('rows of two writers come back newest first', () => {
  const [one, two] = [openAuditFile(folder), openAuditFile(folder)]
  one.append(row(1))
  two.append(row(3))
  one.append(row(2))
  expect(two.rows()).toEqual([row(3), row(2), row(1)])
  expect(statSync(join(folder, 'audit.jsonl')).mode & 0o777).toBe(0o600)
})

test('there are none before the first', () => {
  expect(openAuditFile(folder).rows()).toEqual([])
})

test('a line cut off is passed over, and those after it are not', () => {
  const log = openAuditFile(folder)
  log.append(row(1))
  appendFileSync(join(folder, 'audit.jsonl'), '{"at":2,"id\n')
  log.append(row(3))
  expect(log.rows().map(each => each.at)).toEqual([3, 1])
})

test('a full file is put aside and still read', () => {
  writeFileSync(join(folder, 'audit.jsonl'), `${JSON.stringify(row(1, 'x'.repeat(2_100_000)))}\n`)
  const log = openAuditFile(folder)
  log.append(row(5))
  expect(readdirSync(folder).toSorted()).toEqual(['audit-5.jsonl', 'audit.jsonl'])
  expect(log.rows().map(each => each.at)).toEqual([5, 1])
})
