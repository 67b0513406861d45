/** The Stately inspection protocol over a real socket, read by the receiver of @statelyai/inspect as it is published. */
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createTestApp } from './setup.ts'
import { inspectedEngine } from './inspected-engine.ts'
import { startServer } from '../../http/server.ts'

type Inspected = Awaited<ReturnType<typeof inspectedEngine>>
let engine: Inspected
beforeAll(async () => {
  engine = await inspectedEngine()
  engine.begin()
})
afterAll(() => engine.close())

/** The receiver knows nothing of headers: the token goes with the address, from which it becomes one. */
const address = (url: string, token: string): string =>
  `${url.replace('http://', `ws://inspector:${token}@`)}/inspect/ws`

const status = async ({ url, token }: Pick<Inspected, 'url' | 'token'>) =>
  (await (await fetch(`${url}/inspect/ws`, { headers: { Authorization: `Bearer ${token}` } })).json()) as {
    enabled: boolean
    clients: number
  }

/** The status and the code that an upgrade is refused with. */
const refusalOf = (url: string, headers: Record<string, string>): Promise<[number | undefined, string]> =>
  new Promise((resolve, reject) => {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/inspect/ws`, { headers })
    ws.on('open', () => reject(new Error('it was let in')))
    ws.on('error', () => {})
    ws.on('unexpected-response', (_request, response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString('utf8')))
      response.on('end', () => resolve([response.statusCode, (JSON.parse(text) as { code: string }).code]))
    })
  })

describe('a stock receiver', () => {
  test('sees the machines, events and states of live accounts', async () => {
    const heard: StatelyInspectionEvent[] = []
    createWebSocketReceiver({ server: address(engine.url, engine.token) }).subscribe(event => {
      heard.push(event)
    })
    const of = <Type extends StatelyInspectionEvent['type']>(type: Type) =>
      heard.filter((each): each is StatelyInspectionEvent & { type: Type } => each.type === type)
    const nameIn = (each: { name?: string }) => each.name
    await expect.poll(() => of('@xstate.actor').map(nameIn), { timeout: 20_000 }).toContain('stop')
    await expect
      .poll(() =>
        of('@xstate.snapshot').some(({ snapshot }) => 'value' in snapshot && snapshot.value === 'idle'),
      )
      .toBe(true)

    const account = of('@xstate.actor').find(each => each.name === 'momentum')
    expect(account).toMatchObject({ rootId: account?.sessionId, snapshot: { status: 'active' } })
    const definition = JSON.parse(account?.definition ?? '') as {
      id: string
      states: Record<string, unknown>
    }
    expect(definition.id).toBe('account')
    expect(Object.keys(definition.states).slice(0, 4)).toEqual(['reconciling', 'agreeing', 'resting', 'idle'])
    const position = of('@xstate.actor').find(
      each => each.name === 'position:BTC' && each.parentId === account?.sessionId,
    )
    expect(position?.definition).toContain('"protecting"')
    const event = of('@xstate.event').find(each => each.event.type === 'candle.closed')
    expect(event?.rootId).toBeDefined()
    expect(new Set(heard.map(each => each._version))).toEqual(new Set(['0.7.2']))
    // Every actor is told before anything it does.
    const known = new Set<string>()
    for (const each of heard) {
      if (each.type === '@xstate.actor') known.add(each.sessionId)
      expect(known.has(each.sessionId)).toBe(true)
    }
    expect(JSON.stringify(heard)).not.toContain(engine.token)
    expect(await status(engine)).toMatchObject({ enabled: true, clients: 1 })
  })
})

describe('who is let in', () => {
  test('nobody while it is off, which is how the engine starts', async () => {
    const { app, tokens } = createTestApp()
    const server = await startServer({ app, host: '127.0.0.1', port: 0 })
    const headers = { Authorization: `Bearer ${tokens.owner}` }
    expect(await refusalOf(server.url, headers)).toEqual([403, 'inspector_off'])
    expect(await status({ url: server.url, token: tokens.owner })).toEqual({
      enabled: false,
      clients: 0,
      left_out: 0,
    })
    await server.close()
  })

  test('nobody without a token, and no page of another site', async () => {
    expect(await refusalOf(engine.url, {})).toEqual([401, 'token_missing'])
    const headers = { Authorization: `Bearer ${engine.token}`, Origin: 'https://stately.ai' }
    expect(await refusalOf(engine.url, headers)).toEqual([403, 'origin_refused'])
  })

  test('nobody from elsewhere, not even through a proxy on this machine', async () => {
    const headers = { Authorization: `Bearer ${engine.token}`, 'X-Forwarded-For': '203.0.113.9' }
    expect(await refusalOf(engine.url, headers)).toEqual([403, 'inspector_local'])
  })
})
