/** The trading diary, as a list or as a JSONL file. */
import { createRoute } from '@hono/zod-openapi'
import type { App, RouteDeps } from '../context.ts'
import { answerFile, download, fileContent, type Paged } from '../download.ts'
import { DiaryEntry, diaryExample, presentDiary } from '../present/diary.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, asset, cursor, limit, names, offset, period, query } from '../query.ts'
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
      action: names('Only entries with these actions.', 'buy'),
      ...period,
      limit: limit(200, 10_000),
      offset,
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

export const diaryRoutes = (app: App, { engine, log }: RouteDeps): void => {
  app.openapi(diary, async c => {
    const asked = c.req.valid('query')
    const { account_id, asset: symbol, action, from, to, limit: most, offset: skipped, cursor: after } = asked
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const read = async (paged: Paged) => {
      const page = await engine.reader.diary(rowQuery({ accountId, symbol, action, from, to, ...paged }))
      return { items: page.items.map(presentDiary), total: page.total, next: page.next }
    }
    const paged = { limit: most, offset: skipped, cursor: after }
    if (asked.download === '1') {
      return answerFile(c, { name: 'diary', format: asked.format, log }, paged, read)
    }
    return c.json(await read(paged), 200)
  })
}
