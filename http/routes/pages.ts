/** What a browser opens: the documentation and its files, and the description they are drawn from. */
import { readFileSync } from 'node:fs'
import { createRoute, z } from '@hono/zod-openapi'
import type { App } from '../context.ts'
import { docsPage } from '../docs-page.ts'
import { describeApi } from '../openapi.ts'
import { prefixOf } from '../prefix.ts'
import { noQuery } from '../query.ts'
import { answers, answersText, PAGE_ACCESS } from './answers.ts'

const page = (path: string, summary: string) =>
  createRoute({
    method: 'get',
    path,
    tags: ['Documentation'],
    summary,
    description: 'In a browser, give the token as the password; any user name will do.',
    security: PAGE_ACCESS,
    request: { query: noQuery },
    responses: answersText('The page.', {
      'text/html': { schema: z.string(), example: '<!doctype html>…' },
    }),
  })
const docs = page('/docs', 'This documentation as a page')
const redoc = page('/redoc', 'The same page, under the name others give to it')

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
  '/static/colours.css': { type: 'text/css; charset=utf-8', body: asset('colours.css') },
  '/static/docs.css': { type: 'text/css; charset=utf-8', body: asset('docs.css') },
}

const LINKS = ['/docs', '/redoc', '/openapi.json', '/inspect', ...Object.keys(ASSETS)]

/** What a browser can open here. Other paths below it are 404, whatever they climb to. */
const indexPage = (base: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Latch</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/static/colours.css">
<link rel="stylesheet" href="${base}/static/docs.css">
</head>
<body>
<header><h1>Latch</h1></header>
<main>
<ul>
${LINKS.map(path => `<li><a href="${base}${path}">${path}</a></li>`).join('\n')}
</ul>
</main>
</body>
</html>
`

export const pageRoutes = (app: App): void => {
  let described: Record<string, unknown> | null = null

  for (const route of [docs, redoc]) app.openapi(route, c => c.html(docsPage(prefixOf(c))))
  app.openapi(description, c => {
    described ??= describeApi(app)
    return c.json(described, 200)
  })
  app.get('/', c => c.redirect(`${prefixOf(c)}/docs`))
  app.get('/static', c => c.html(indexPage(prefixOf(c))))
  for (const [path, { type, body }] of Object.entries(ASSETS)) {
    app.get(path, c => c.body(body, 200, { 'Content-Type': type }))
  }
}
