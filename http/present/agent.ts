/** An agent and how its runs went. */
import { z } from '@hono/zod-openapi'
import type { AgentRow } from '../../actors/agents-view.ts'
import { choice, count, isoOrNull, moment, number, text } from './shape.ts'

export const Agent = z
  .strictObject({
    agent_name: text('Label of the strategy, or name of the model.'),
    kind: choice(['rules', 'model'], 'What it is.'),
    account_ids: z.array(text('Account.')).openapi({ description: 'Accounts that have it now.' }),
    runs: count('Decisions of rules, one per asset; questions to a model, repeated ones too.'),
    errors: count('Runs that failed: the rules threw, the model did not answer, or not usably.'),
    success_rate: number('Percent of the runs without an error; `null` without runs.').nullable(),
    executions_24h: count('Runs of the last 24 hours of engine time.'),
    duration_ms: number(
      'Mean; of rules since this process began, of a model over its newest calls of the last 24 hours.',
    ).nullable(),
    last_run_at: moment('Newest run.').nullable(),
    last_error: text('What the newest error said. Untrusted text.').nullable(),
    last_error_at: moment('When that was.').nullable(),
  })
  .openapi('Agent')
export type Agent = z.infer<typeof Agent>

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4

export const presentAgent = (row: AgentRow): Agent => ({
  agent_name: row.name,
  kind: row.kind,
  account_ids: [...row.accountIds],
  runs: row.runs,
  errors: row.errors,
  success_rate: row.runs === 0 ? null : rounded(((row.runs - row.errors) / row.runs) * 100),
  executions_24h: row.executions24h,
  duration_ms: row.durationMs === null ? null : rounded(row.durationMs),
  last_run_at: isoOrNull(row.lastRunAt),
  last_error: row.lastError?.message ?? null,
  last_error_at: isoOrNull(row.lastError?.at ?? null),
})

export const agentExample: Agent = {
  agent_name: 'openai/gpt-5',
  kind: 'model',
  account_ids: ['default'],
  runs: 480,
  errors: 2,
  success_rate: 99.5833,
  executions_24h: 96,
  duration_ms: 8_412.5,
  last_run_at: '2026-01-02T03:00:00.000Z',
  last_error: 'timeout: no answer within 25 s',
  last_error_at: '2026-01-01T17:00:00.000Z',
}
