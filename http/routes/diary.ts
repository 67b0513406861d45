/** The trading diary, as a list or as a JSONL file. */
import { createRoute, z } from '@hono/zod-openapi'
import type { App, RouteDeps } from '../context.ts'
import { answerFile, download, fileContent } from '../download.ts'
import { DiaryEntry, diaryExample, presentDiary } from '../present/diary.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, asset, cursor, limit, period, query } from '../query.ts'
import { accountFilter, rowQuery } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const json = answers('Entries, newest first; one per line with `download=1`.', listOf(DiaryEntry), {
  items: [diaryExample],
  total: 1,
  next: null,
})

const diary = createRoute({
  method: 'get',
  path: '/diary',
  tags: ['Decisions'],
  summary: 'The trading diary, as a list or a file',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      asset,
      action: z
        .string('one action')
        .regex(/^[a-z_.]{1,40}$/, 'an action in lower case, e.g. buy')
        .optional()
        .openapi({ description: 'Only entries with this action.', example: 'buy' }),
      ...period,
      limit: limit(200, 10_000),
      cursor,
      ...download,
    }),
  },
  responses: {
    ...json,
    200: {
      ...json[200],
      content: {
        ...json[200].content,
        ...fileContent(diaryExample),
      },
    },
  },
})

export const diaryRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(diary, async c => {
    const { account_id, asset: symbol, download: asFile, format, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const page = await engine.reader.diary(rowQuery({ accountId, symbol, ...rest }))
    const items = page.items.map(presentDiary)
    if (asFile === '1') return answerFile(c, 'diary', format, items)
    return c.json({ items, total: page.total, next: page.next }, 200)
  })
}
