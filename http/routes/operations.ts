/** What operators read: metrics for Prometheus, alerts, and the logs. */
import { createRoute, z } from '@hono/zod-openapi'
import { LOG_FILES, LOG_LEVELS, type LogFile, type LogLevel, type LogQuery } from '../../domain/logs.ts'
import { type Grant, seesAccount } from '../auth.ts'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { Alert, alertExample, presentAlert } from '../present/alert.ts'
import { LogLine, logLineExample, presentLogLine } from '../present/log-line.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, choice, limit, noQuery, paging, query } from '../query.ts'
import { pastIds } from '../scope.ts'
import { answers, answersText, READ_ACCESS } from './answers.ts'

const LINES_MAX = 1_000
const MUST = `a whole number from 1 to ${LINES_MAX}`
const DOWNLOAD_LINES_MAX = 50_000
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['Operations'],
  summary: 'Metrics in the text format of Prometheus',
  description: 'Series of accounts are those this token sees. Give Prometheus a token with the scope read.',
  security: READ_ACCESS,
  request: { query: noQuery },
  responses: answersText('Every metric.', {
    'text/plain': {
      schema: z.string(),
      example: '# HELP latch_up The engine gives its status.\n# TYPE latch_up gauge\nlatch_up 1\n',
    },
  }),
})

const alerts = createRoute({
  method: 'get',
  path: '/alerts',
  tags: ['Operations'],
  summary: 'Alerts, newest first',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      active: choice(['true', 'false'], 'Only those that last, or only those that are over.'),
      ...paging,
    }),
  },
  responses: answers('Alerts of this process.', listOf(Alert), {
    items: [alertExample],
    total: 1,
    next: null,
  }),
})

const Logs = z.strictObject({ items: z.array(LogLine) }).openapi('Logs')

const told = answers('The lines.', Logs, { items: [logLineExample] })

const logs = createRoute({
  method: 'get',
  path: '/logs',
  tags: ['Operations'],
  summary: 'The newest lines of a log, oldest of them first',
  description:
    'A token for some accounts sees the lines of these accounts; lines of the engine as a whole need a token for all.',
  security: READ_ACCESS,
  request: {
    query: query({
      file: choice(LOG_FILES, 'Everything (the default), what failed, or every request.'),
      lines: limit(100, LINES_MAX),
      limit: z
        .string(MUST)
        .regex(/^[1-9]\d{0,2}$|^1000$/, MUST)
        .transform(Number)
        .optional()
        .openapi({
          type: 'integer',
          minimum: 1,
          maximum: LINES_MAX,
          description: 'Another word for lines.',
          example: 50,
        }),
      level: choice(LOG_LEVELS, 'This level and those above it.'),
      q: z
        .string('one text')
        .min(1, 'a text of 1 to 200 characters')
        .max(200, 'a text of 1 to 200 characters')
        .optional()
        .openapi({ description: 'Only lines with this text.', example: 'order' }),
      account_id: accountIds,
      download: choice(
        ['1'],
        'Answers with a file of JSON lines: all there are, or as many as `lines` says.',
      ),
    }),
  },
  responses: {
    ...told,
    200: {
      description: 'The lines; a file of JSON lines with `download=1`.',
      content: {
        ...told[200].content,
        'text/plain': { schema: z.string(), example: logLineExample.line },
      },
    },
  },
})

type LogFilters = {
  file?: LogFile | undefined
  lines: number
  limit?: number | undefined
  level?: LogLevel | undefined
  q?: string | undefined
}

/** `accounts`: those that were asked for, else those the token is bound to. */
const logQuery = (filters: LogFilters, accounts: readonly string[] | undefined, grant: Grant): LogQuery => {
  const bound = accounts ?? (grant.accounts === '*' ? undefined : grant.accounts)
  return {
    file: filters.file ?? 'app',
    lines: filters.limit ?? filters.lines,
    ...(filters.level === undefined ? {} : { level: filters.level }),
    ...(filters.q === undefined ? {} : { text: filters.q }),
    ...(bound === undefined ? {} : { accounts: bound }),
  }
}

export const operationRoutes = (app: App, { engine, operations }: RouteDeps): void => {
  app.openapi(metrics, c => {
    const grant = c.get('grant')
    const text = operations.metricsText(id => seesAccount(grant, id))
    return c.text(text, 200, { 'Content-Type': PROMETHEUS })
  })

  app.openapi(alerts, c => {
    const { account_id, active, ...page } = c.req.valid('query')
    const grant = c.get('grant')
    const selected = account_id && new Set(pastIds(engine, grant, account_id))
    const found = operations.alerts().filter(({ accountId, clearedAt }) => {
      const isSeen = accountId === null ? selected === undefined : seesAccount(grant, accountId)
      const isSelected = accountId === null || (selected?.has(accountId) ?? true)
      return isSeen && isSelected && (active === undefined || (clearedAt === null) === (active === 'true'))
    })
    const { items, total, next } = pageOf(found, each => String(1e12 - each.id), page)
    return c.json({ items: items.map(presentAlert), total, next }, 200)
  })

  app.openapi(logs, async c => {
    const { account_id, download, ...filters } = c.req.valid('query')
    const grant = c.get('grant')
    const accounts = account_id && pastIds(engine, grant, account_id)
    const asked = logQuery(filters, accounts, grant)
    if (download === undefined) {
      const lines = (await operations.logs?.read(asked)) ?? []
      return c.json({ items: lines.map(presentLogLine) }, 200)
    }
    const isBounded = c.req.query('lines') !== undefined || c.req.query('limit') !== undefined
    const most = isBounded ? asked.lines : DOWNLOAD_LINES_MAX
    const lines = (await operations.logs?.read({ ...asked, lines: most })) ?? []
    return c.text(lines.map(line => `${line}\n`).join(''), 200, {
      'Content-Disposition': `attachment; filename="latch-${asked.file}.jsonl"`,
    })
  })
}
