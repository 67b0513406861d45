/** Who used the scopes trade and admin, for what, and how it ended. */
import { z } from '@hono/zod-openapi'
import type { AuditRow } from '../audit.ts'
import { SCOPES } from '../auth.ts'
import { choice, count, iso, moment, text } from './shape.ts'

const state = (description: string) => z.unknown().openapi({ description })

export const AuditEntry = z
  .strictObject({
    at: moment('When the request came, by the wall clock.'),
    request_id: text('Finds the request in the log.'),
    by: text('Who: `token:<id>`, `cli:<user>` for a command on the machine of the engine, `signal:<name>`.'),
    peer: text('Address it came from; `null` for a command on the machine.').nullable(),
    action: text('Method and path, or the command.'),
    scope: choice(SCOPES, 'Scope that was used; `null` when it was refused before.').nullable(),
    account_ids: z.array(z.string()).openapi({ description: 'Accounts it was about.' }),
    status: count('HTTP status of the answer.'),
    code: text('Code of the refusal; `null` when it was not refused.').nullable(),
    duration_ms: count('Until it was answered.'),
    before: state('How it was, where that is cheap to tell; else `null`.'),
    after: state('How it was after; else `null`.'),
  })
  .openapi('AuditEntry')
export type AuditEntry = z.infer<typeof AuditEntry>

export const presentAudit = (row: AuditRow): AuditEntry => ({
  at: iso(row.at),
  request_id: row.id,
  by: row.by,
  peer: row.peer,
  action: row.action,
  scope: row.scope,
  account_ids: [...row.accounts],
  status: row.status,
  code: row.code,
  duration_ms: Math.round(row.durationMs),
  before: row.before ?? null,
  after: row.after ?? null,
})

export const auditExample: AuditEntry = {
  at: '2026-01-02T03:00:00.000Z',
  request_id: '5f0c2b1e-9a34-4f0e-8f43-0d9a6c1f2b77',
  by: 'token:desk',
  peer: '192.168.1.20',
  action: 'POST /accounts/default/pause',
  scope: 'trade',
  account_ids: ['default'],
  status: 200,
  code: null,
  duration_ms: 3,
  before: { default: 'idle' },
  after: { default: 'paused' },
}
