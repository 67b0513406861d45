/** What a browser opens: the documentation and its files, and the description they are drawn from. */
import { readFileSync } from 'node:fs'
import { createRoute, z } from '@hono/zod-openapi'
import type { App } from '../context.ts'
import { docsPage } from '../docs-page.ts'
import { describeApi } from '../openapi.ts'
import { prefixOf } from '../prefix.ts'
import { noQuery } from '../query.ts'
import { answers, answersText, PAGE_ACCESS } from './answers.ts'

const docs = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['Documentation'],
  summary: 'This documentation as a page',
  description: 'In a browser, give the token as the password; any user name will do.',
  security: PAGE_ACCESS,
  request: { query: noQuery },
  responses: answersText('The page.', {
    'text/html': { schema: z.string(), example: '<!doctype html>…' },
  }),
})

const description = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['Documentation'],
  summary: 'The OpenAPI 3.1 description of every path',
  security: PAGE_ACCESS,
  request: { query: noQuery },
  responses: answers('The description.', z.record(z.string(), z.unknown()), { openapi: '3.1.0' }),
})

/** Read once; nothing else of the disk is ever served. */
const asset = (name: string) => readFileSync(new URL(`../static/${name}`, import.meta.url), 'utf8')

const ASSETS = {
  '/static/docs.js': { type: 'text/javascript; charset=utf-8', body: asset('docs.js') },
  '/static/websocket.txt': { type: 'text/plain; charset=utf-8', body: asset('../../docs/websocket.md') },
  '/static/docs.css': { type: 'text/css; charset=utf-8', body: asset('docs.css') },
}

export const pageRoutes = (app: App): void => {
  let described: Record<string, unknown> | null = null

  app.openapi(docs, c => c.html(docsPage(prefixOf(c))))
  app.openapi(description, c => {
    described ??= describeApi(app)
    return c.json(described, 200)
  })
  app.get('/', c => c.redirect(`${prefixOf(c)}/docs`))
  for (const [path, { type, body }] of Object.entries(ASSETS)) {
    app.get(path, c => c.body(body, 200, { 'Content-Type': type }))
  }
}
