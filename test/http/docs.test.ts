/** The documentation page works offline, under the strict policy, and draws every path as text. */
import { expect, test } from 'vitest'
import { createTestApp, jsonOf } from './setup.ts'

const { get } = createTestApp()
const text = async (path: string) => (await get(path)).text()

test('the page and its files load nothing from elsewhere', async () => {
  for (const path of ['/docs', '/static/docs.js', '/static/docs.css']) {
    expect(await text(path), path).not.toMatch(/https?:|\/\/[a-z]|@import|\burl\(/i)
  }
})

test('the page needs nothing the policy forbids', async () => {
  const page = await text('/docs')
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=| on\w+=/)
  const script = await text('/static/docs.js')
  expect(script).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\.style\b/,
  )
})

test('the page leads to the protocol of the streams, which is served as text', async () => {
  expect(await text('/api/docs')).toContain('href="/api/static/websocket.txt"')
  const protocol = await get('/static/websocket.txt')
  expect(protocol.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(await protocol.text()).toMatch(/^# WebSocket streams/)
})

test('files have their types; nothing else is under /static', async () => {
  expect((await get('/static/docs.js')).headers.get('content-type')).toMatch(/^text\/javascript/)
  expect((await get('/static/docs.css')).headers.get('content-type')).toMatch(/^text\/css/)
  for (const path of [
    '/static/../package.json',
    '/static/%2e%2e/package.json',
    '/static/..%2fpackage.json',
    '/static/app.ts',
    '/static/inspect',
  ]) {
    expect((await get(path)).status, path).toBe(404)
  }
})

test('/static/ lists what a browser can open, and each of it opens', async () => {
  for (const path of ['/static', '/static/', '/api/v1/static/']) {
    const response = await get(path)
    expect(response.status, path).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    const links = [...(await response.text()).matchAll(/href="(\/[^"]+)"/g)].map(each => each[1] ?? '')
    expect(links.length).toBeGreaterThan(5)
    for (const link of links) expect((await get(link)).status, link).toBe(200)
  }
})

test('links stay under the prefix the page was opened at', async () => {
  expect(await text('/api/v1/docs')).toContain('src="/api/v1/static/docs.js"')
  expect(await text('/api/docs')).toContain('src="/api/static/docs.js"')
  expect((await get('/')).headers.get('location')).toBe('/docs')
})

/** Just enough of a page to run the script in: elements that keep their text and children. */
class FakeElement extends EventTarget {
  readonly name: string
  children: (FakeElement | string)[] = []
  hidden = false
  value = ''
  dataset = {}
  constructor(name: string) {
    super()
    this.name = name
  }
  append(...children: (FakeElement | string)[]) {
    this.children.push(...children)
  }
  replaceChildren(...children: (FakeElement | string)[]) {
    this.children = children
  }
  set textContent(value: string) {
    this.children = [value]
  }
  get textContent(): string {
    return this.children.map(child => (typeof child === 'string' ? child : child.textContent)).join('')
  }
  all(name: string): FakeElement[] {
    const elements = this.children.filter(child => typeof child !== 'string')
    return elements.flatMap(child => [...(child.name === name ? [child] : []), ...child.all(name)])
  }
}

test('the script draws every path with its parameters, answers and example, and filters them', async () => {
  const description = await jsonOf(get('/openapi.json'))
  const parts = new Map(['about', 'operations', 'filter'].map(id => [id, new FakeElement(id)]))
  Object.assign(globalThis, {
    document: {
      body: new FakeElement('body'),
      createElement: (name: string) => new FakeElement(name),
      getElementById: (id: string) => parts.get(id),
    },
    location: { origin: 'http://localhost' },
    fetch: () => Promise.resolve(Response.json(description)),
  })
  const script = new URL('../../http/static/docs.js', import.meta.url).href
  await import(/* @vite-ignore */ script)

  const operations = parts.get('operations')
  const drawn = operations?.all('details') ?? []
  expect(drawn.length).toBe(
    Object.values(description.paths as object).flatMap(each => Object.keys(each as object)).length,
  )
  for (const each of drawn) each.dispatchEvent(new Event('toggle'))
  const positions = drawn.find(each => each.textContent.startsWith('GET/positions'))?.textContent ?? ''
  for (const word of [
    'account_id',
    'open | closed | all',
    'list of',
    'decimal text or null',
    'liquidation_price',
    '"45000"',
    'Problem',
  ]) {
    expect(positions).toContain(word)
  }

  const close = drawn.find(each => each.textContent.includes('/positions/{position_id}/close'))?.textContent
  expect(close).toContain(`curl -X POST -H 'Authorization: Bearer <token>'`)
  expect(close).toContain(`-d '{"fraction":0.5}' 'http://localhost/positions/{position_id}/close'`)
  expect(close).toContain('Part of what is open now')

  const filter = parts.get('filter')
  if (filter === undefined) throw new Error('the page has a filter')
  filter.value = 'leaderboard'
  filter.dispatchEvent(new Event('input'))
  expect(drawn.filter(each => !each.hidden)).toHaveLength(1)
})
