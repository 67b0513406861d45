/**
 * Who used the scopes trade and admin: one row per request that changes something, refused ones too, and per look at
 * what only an admin may see. The facts `control.commanded` say what accounts were told; these rows say by what request,
 * from where, and how it ended.
 */
import type { MiddlewareHandler } from 'hono'
import type { Scope } from './auth.ts'
import { type HttpContext, type HttpEnv, type Log, peerOf } from './context.ts'
import { changes } from './guard.ts'
import { Problem } from './problem.ts'
import { requireScope } from './scope.ts'

export type AuditRow = {
  /** Epoch ms, wall clock. */
  at: number
  /** Request id; finds the request in the log. */
  id: string
  /** `token:owner`, `cli:me`, `signal:SIGUSR2`. */
  by: string
  /** Address; `null` on this machine's command line. */
  peer: string | null
  /** `POST /accounts/main/panic`, `latch token create`. */
  action: string
  /** Scope that was used; `null` when none was, because it was refused. */
  scope: Scope | null
  /** Accounts it was about; empty when it was about none. */
  accounts: string[]
  /** HTTP status; 0 for a command that failed without one. */
  status: number
  /** Code of the refusal. */
  code: string | null
  durationMs: number
  before: unknown
  after: unknown
}

/** What a route knows of a request that its row should say. */
export type AuditNotes = { scope?: Scope; accounts?: readonly string[]; before?: unknown; after?: unknown }

export interface AuditLog {
  /** Throws when it cannot be written. */
  append(row: AuditRow): void
  /** Newest first. */
  rows(): AuditRow[]
}

const ROWS_MAX = 10_000

/** For an engine without a data folder. */
export const createAuditMemory = (): AuditLog => {
  const rows: AuditRow[] = []
  return {
    append(row) {
      rows.push(row)
      if (rows.length > ROWS_MAX) rows.shift()
    },
    rows: () => rows.toReversed(),
  }
}

export const noteAudit = (c: HttpContext, notes: AuditNotes): void =>
  c.set('audit', { ...c.get('audit'), ...notes })

/** As `requireScope`, and the row says that it was used. */
export const exerciseScope = (c: HttpContext, scope: Scope): void => {
  requireScope(c.get('grant'), scope)
  noteAudit(c, { scope })
}

/** A row that cannot be written is an error of the log, and no reason to refuse a panic. */
export const auditTrail =
  (audit: AuditLog, now: () => number, log: Log): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const startedAt = now()
    await next()
    const notes = c.get('audit') ?? {}
    if (notes.scope === undefined && !changes(c.req.method)) return
    const grant = c.get('grant') as HttpEnv['Variables']['grant'] | undefined
    if (grant === undefined) return
    try {
      audit.append({
        at: startedAt,
        id: c.get('requestId'),
        by: `token:${grant.id}`,
        peer: peerOf(c),
        action: `${c.req.method} ${c.req.path}`.slice(0, 300),
        scope: notes.scope ?? null,
        accounts: [...(notes.accounts ?? [])],
        status: c.res.status,
        code: c.error instanceof Problem ? c.error.code : null,
        durationMs: Math.max(0, now() - startedAt),
        before: notes.before ?? null,
        after: notes.after ?? null,
      })
    } catch (error) {
      log.error(
        { component: 'audit', err: error, request_id: c.get('requestId') },
        'the audit row could not be written',
      )
    }
  }
