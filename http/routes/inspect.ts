/** The inspector: its page, its files, and the library that lays its charts out. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createRoute, z } from '@hono/zod-openapi'
import type { App } from '../context.ts'
import { inspectPage } from '../inspect-page.ts'
import { prefixOf } from '../prefix.ts'
import { noQuery } from '../query.ts'
import { answersText, PAGE_ACCESS } from './answers.ts'

const page = createRoute({
  method: 'get',
  path: '/inspect',
  tags: ['Actors'],
  summary: 'Every actor in its statechart, live and back through the journal, as a page',
  description: 'In a browser, give the token as the password; any user name will do. It needs no network.',
  security: PAGE_ACCESS,
  request: { query: noQuery },
  responses: answersText('The page.', {
    'text/html': { schema: z.string(), example: '<!doctype html>…' },
  }),
})

const SCRIPTS = [
  'api',
  'chart-view',
  'conditions',
  'details',
  'dom',
  'drawing',
  'graph',
  'inspect',
  'journal',
  'labels',
  'lit',
  'market-clock',
  'model',
  'past',
  'scrubber',
  'tree',
  'ways',
  'why',
  'words',
]
const STYLES = ['chart', 'inspect', 'lists', 'small', 'track']
const SCRIPT = 'text/javascript; charset=utf-8'

/** Read once; nothing else of the disk is ever served. */
const asset = (name: string): string =>
  readFileSync(new URL(`../static/inspect/${name}`, import.meta.url), 'utf8')

const ASSETS = [
  ...SCRIPTS.map(name => ({ name: `${name}.js`, type: SCRIPT, body: asset(`${name}.js`) })),
  ...STYLES.map(name => ({
    name: `${name}.css`,
    type: 'text/css; charset=utf-8',
    body: asset(`${name}.css`),
  })),
]

/** Large, so it is read when it is first asked for; elkjs is served as it was published. */
const readLayoutLibrary = (): Promise<string> =>
  readFile(createRequire(import.meta.url).resolve('elkjs/lib/elk.bundled.js'), 'utf8')

export const inspectRoutes = (app: App): void => {
  let library: Promise<string> | null = null

  app.openapi(page, c => c.html(inspectPage(prefixOf(c))))
  for (const { name, type, body } of ASSETS) {
    app.get(`/static/inspect/${name}`, c => c.body(body, 200, { 'Content-Type': type }))
  }
  app.get('/static/elk.js', async c => {
    library ??= readLayoutLibrary()
    return c.body(await library, 200, { 'Content-Type': SCRIPT })
  })
}
