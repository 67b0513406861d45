/** Alerts on the stream: the same that people are told of elsewhere, for those who see the account. */
import { afterEach, expect, test } from 'vitest'
import { Watch } from '../../../actors/operations/watch.ts'
import { NO_ALERTS } from '../../../domain/alert.ts'
import { messageSchema } from '../../../http/present/stream-envelope.ts'
import { itemsOf } from '../setup.ts'
import { fact } from './events.ts'
import { type Client, closeAll, startWs, type Told } from './socket.ts'

afterEach(closeAll)

const moved = (accountId: string, to: string, reason: string | null = null) =>
  fact(accountId, { type: 'account.moved', from: 'idle', to, until: null, reason })
const panic = (accountId: string) =>
  fact(accountId, {
    type: 'control.commanded',
    command: 'panic',
    by: 'token:owner',
    reason: 'drill',
    symbol: null,
    fraction: null,
  })
const marker = (accountId: string) =>
  fact(accountId, { type: 'limit.tripped', limit: 'drawdown_warn', line: 'marker', actual: '0' })

const alertsOf = ({ told }: Client): Told[] => told.filter(each => each.type === 'alert')
const linesOf = (client: Client): string[] =>
  alertsOf(client).map(({ account_id, data }) =>
    [account_id ?? 'null', data.event, data.level, data.code].join(' '),
  )

const start = async () => {
  const lag = { facts: 0 }
  const watches: Watch[] = []
  const test = await startWs({}, {}, engine => {
    const status = engine.status.bind(engine)
    engine.status = () => ({ ...status(), store: { kind: 'pglite', lag: lag.facts } })
    const watch = new Watch({ engine, thresholds: { ...NO_ALERTS, storeLag: 10 }, now: () => 0 })
    watch.start()
    watches.push(watch)
    return watch
  })
  return { ...test, look: () => watches[0]?.look(), lag }
}

test('a panic is told as it is told everywhere: noted, raised, and cleared when it is over', async () => {
  const { connect, engine, get } = await start()
  const client = await connect('/ws/trading-events')
  engine.emit(panic('main'), moved('main', 'halted', 'drill'), moved('main', 'closing'))
  engine.emit(moved('main', 'halted', 'drill'), moved('main', 'idle'))
  await client.first(each => each.data.event === 'cleared')
  expect(linesOf(client)).toEqual([
    'main noted critical panic',
    'main raised critical account_halted',
    'main cleared critical account_halted',
  ])
  const [, raised, cleared] = alertsOf(client)
  expect(raised?.data.message).toBe('Account main is halted: drill.')
  expect(cleared?.data.message).toBe('Account main is no longer halted.')
  expect(cleared?.data.alert_id).toBe(raised?.data.alert_id)
  expect((await itemsOf(get('/alerts'))).map(each => each.id)).toContain(raised?.data.alert_id)
  const numbered = client.told.filter(each => each.seq !== null).map(each => each.seq ?? 0)
  expect(numbered).toEqual(numbered.map((_, index) => (numbered[0] ?? 0) + index))
  const schema = messageSchema('trading-events')
  for (const each of client.told) expect(schema.safeParse(each).error).toBeUndefined()
})

test('a failure and an order in doubt are one alert each, not two', async () => {
  const { connect, engine } = await start()
  const client = await connect('/ws/trading-events')
  engine.emit(fact('main', { type: 'account.failed', message: 'boom', restartAt: null }))
  engine.emit(
    fact('main', {
      type: 'order.unknown',
      clientOrderId: 'main-BTC-1-entry-1',
      symbol: 'BTC',
      leg: 'entry',
      message: 'no answer',
    }),
    marker('main'),
  )
  await client.first(each => each.data.line === 'marker')
  expect(linesOf(client).slice(0, 2)).toEqual([
    'main raised critical account_failed',
    'main raised warning order_unknown',
  ])
  expect(alertsOf(client)[1]?.data.asset).toBe('BTC')
})

test('of an account are for those who see it, of the engine for everybody', async () => {
  const { connect, engine, look, lag, tokens } = await start()
  const limited = await connect('/ws/trading-events', { token: tokens.limited })
  const eth = await connect('/ws/trading-events?assets=ETH&types=alert')
  engine.emit(moved('other', 'halted'), moved('main', 'halted'))
  lag.facts = 11
  look()
  await Promise.all([limited, eth].map(each => each.first(({ data }) => data.code === 'store_slow')))
  expect(linesOf(limited)).toEqual(['main raised critical account_halted', 'null raised critical store_slow'])
  expect(linesOf(eth)).toHaveLength(3)
  expect(JSON.stringify(limited.told)).not.toContain('other')
})

test('that last are in the snapshot, for those who see them', async () => {
  const { connect, engine, tokens } = await start()
  engine.emit(moved('other', 'halted'), moved('main', 'halted'), panic('main'))
  const codes = (client: Client) => {
    const alerts = (client.told[0]?.data.alerts ?? []) as { account_id: string; code: string }[]
    return alerts.map(each => `${each.account_id} ${each.code}`)
  }
  expect(codes(await connect('/ws/trading-events'))).toEqual(['main account_halted', 'other account_halted'])
  expect(codes(await connect('/ws/trading-events', { token: tokens.limited }))).toEqual([
    'main account_halted',
  ])
})
