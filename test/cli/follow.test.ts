/**
 * Clients of a running `latch run` that know only its description follow trades of their own from decision to close: one
 * asks again and again, one listens to a WebSocket. What either is told belongs together by ids, fits the description, and
 * adds up.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { dec } from '../../domain/units.ts'
import { type OpenapiClient, openapiClient, type Row } from '../openapi-client.ts'
import { folder, startLatch } from './latch.ts'

const STREAM = '/ws/trading-events'

let engine: ReturnType<typeof startLatch>
let url = ''
let token = ''
let client: OpenapiClient

beforeAll(async () => {
  const cwd = folder()
  engine = startLatch(cwd, {}, [], ['--profile', 'default', '--speed', '3600'])
  const [, found] = await engine.seen(/(http:\/\/[\d.:]+)/)
  url = found ?? ''
  token = readFileSync(join(cwd, 'data', 'token'), 'utf8').trim()
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  client = await openapiClient((path, init) => fetch(url + path, { headers, ...init }))
})

afterAll(async () => {
  engine.child.kill('SIGTERM')
  expect(await engine.ended).toBe(0)
})

/** Asks until the answer is there; the market needs seconds for a trade. */
const until = async <Value>(ask: () => Promise<Value | undefined>): Promise<Value> => {
  for (;;) {
    const value = await ask()
    if (value !== undefined) return value
    await pause(50)
  }
}

const sum = (rows: Row[], key: string) =>
  rows.reduce((total, each) => total.plus(dec(String(each[key]) as never)), dec('0'))

describe('a client that knows only the description', () => {
  test('follows a trade from its decision to its close by asking', async () => {
    const decision = await until(async () =>
      (await client.list('/decisions', { outcome: 'approved', limit: '50' })).at(0),
    )
    expect(['buy', 'sell']).toContain(decision['action'])
    const isOf = (each: Row) => each['decision_id'] === decision['decision_id']
    const account = { account_id: String(decision['account_id']), asset: String(decision['asset']) }

    const entry = await until(async () => {
      const orders = await client.list('/orders', { ...account, limit: '100' })
      return orders.find(each => isOf(each) && each['leg'] === 'entry' && each['status'] === 'filled')
    })
    const held = await until(async () =>
      (await client.list('/positions', { ...account, status: 'all', limit: '100' })).find(isOf),
    )
    expect(held['position_id']).toBe(entry['position_id'])
    expect(held['side']).toBe(decision['action'] === 'buy' ? 'long' : 'short')

    const closed = await until(async () =>
      (await client.list('/positions', { ...account, status: 'closed', limit: '100' })).find(isOf),
    )
    const ofPosition = (each: Row) => each['position_id'] === closed['position_id']
    const legs = (await client.list('/orders', { ...account, limit: '100' })).filter(ofPosition)
    expect(legs.map(each => each['leg'])).toEqual(expect.arrayContaining(['entry', 'stop']))
    const fills = (await client.list('/trades', { ...account, limit: '100' })).filter(ofPosition)
    const net = sum(fills, 'realized_pnl')
      .minus(sum(fills, 'fee'))
      .minus(sum([closed], 'funding'))
    expect(
      net
        .minus(sum([closed], 'net_pnl'))
        .abs()
        .lt('0.00000001'),
    ).toBe(true)
  })

  test('follows another by listening, without a gap', async () => {
    const { ticket } = await client.send('POST', '/ws/ticket')
    const socket = new WebSocket(url.replace(/^http/, 'ws') + STREAM, ['bearer', String(ticket)])
    const told: { type: string; seq: number | null; data: Row }[] = []
    socket.on('message', data => told.push(JSON.parse((data as Buffer).toString()) as (typeof told)[number]))
    const dataOf = (type: string, wanted: (data: Row) => boolean) =>
      until(() => Promise.resolve(told.find(each => each.type === type && wanted(each.data))?.data))

    const decision = await dataOf('decision', data => data['outcome'] === 'approved')
    const isOf = (data: Row) => data['decision_id'] === decision['decision_id']
    const intent = await dataOf('order', data => isOf(data) && data['leg'] === 'entry')
    expect(intent).toMatchObject({ status: 'submitted', fill_price: null, asset: decision['asset'] })
    const position = intent['position_id']
    const entry = await dataOf(
      'order',
      data => data['position_id'] === position && data['leg'] === 'entry' && data['status'] === 'filled',
    )
    expect(entry['client_order_id']).toBe(intent['client_order_id'])
    await dataOf(
      'order',
      data => data['position_id'] === position && data['leg'] === 'stop' && data['status'] === 'working',
    )
    const closed = await dataOf('position', data => isOf(data) && data['status'] === 'closed')
    expect(closed['exit_reason']).toEqual(expect.any(String))

    const shown = await until(async () =>
      (await client.list('/positions', { status: 'closed', limit: '100' })).find(isOf),
    )
    expect(shown).toMatchObject({ position_id: position, net_pnl: closed['pnl'] })
    for (const each of told) client.holdMessage(STREAM, each)
    const numbers = told.map(each => each.seq).filter(each => each !== null)
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    socket.close()
  })
})
