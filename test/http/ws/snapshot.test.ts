/** What a stream begins with: all of its state that an engine has in memory. */
import { afterEach, expect, test } from 'vitest'
import { tradeRow } from '../fake-rows.ts'
import { decided, fact } from './events.ts'
import { type Client, closeAll, startWs } from './socket.ts'

afterEach(closeAll)

const held = (client: Client, name: string) => client.told[0]?.data[name] as Record<string, unknown>[]
const scored = (accountId: string, score: number) => {
  const { fact } = decided(accountId)
  if (fact.type !== 'decision.recorded') throw new Error('a decision was asked for')
  return decided(accountId, { proposal: { ...fact.decision.proposal, score } })
}

test.each(['trading-events', 'positions'])('%s begins with the orders that work', async stream => {
  const { connect, tokens } = await startWs()
  const orders = held(await connect(`/ws/${stream}`), 'orders')
  expect(orders.map(each => [each.account_id, each.asset, each.status, each.leg])).toEqual([
    ['main', 'BTC', 'working', 'stop'],
    ['other', 'BTC', 'working', 'stop'],
  ])
  expect(orders[0]).toMatchObject({ position_id: 'main-BTC-0', trigger_price: '44100', quantity: '0.022' })
  const limited = await connect(`/ws/${stream}`, { token: tokens.limited })
  expect(held(limited, 'orders').map(each => each.account_id)).toEqual(['main'])
  expect(held(await connect(`/ws/${stream}?assets=ETH`), 'orders')).toEqual([])
})

test('market-data begins with the latest score of each account, and how warm it is', async () => {
  const { connect, engine, tokens } = await startWs()
  engine.emit(scored('main', 0.4), scored('main', 0.2), scored('other', -0.04))
  const client = await connect('/ws/market-data')
  expect(held(client, 'signals').map(each => [each.account_id, each.asset, each.score])).toEqual([
    ['main', 'BTC', 0.2],
    ['other', 'BTC', -0.04],
  ])
  expect(held(client, 'temperatures')).toMatchObject([
    { account_id: 'main', temperature: 'WARM', previous: 'HOT' },
    { account_id: 'other', temperature: 'FROZEN', previous: null },
  ])
  const limited = await connect('/ws/market-data', { token: tokens.limited })
  expect(held(limited, 'signals').map(each => each.account_id)).toEqual(['main'])
})

test('a temperature is compared with the decision before, whether anybody listened then or not', async () => {
  const { connect, engine } = await startWs()
  const first = await connect('/ws/market-data?types=temperature')
  engine.emit(scored('main', 0.4))
  await first.first(each => each.data.temperature === 'HOT')
  first.ws.terminate()
  await first.closed
  engine.emit(scored('main', 0.2))
  const again = await connect('/ws/market-data?types=temperature&account_id=main')
  engine.emit(scored('main', 0.01))
  const { data } = await again.first(each => each.type === 'temperature')
  expect(data).toMatchObject({ temperature: 'FROZEN', previous: 'WARM' })
})

test.each(['trading-events', 'positions'])('a close on %s has the plan of its entry', async stream => {
  const { connect, engine } = await startWs()
  const client = await connect(`/ws/${stream}?types=position`)
  const decisionId = 'main-BTC-decision'
  const { accountId: _of, ...trade } = tradeRow('main', 0)
  const close = fact('main', { type: 'trade.closed', trade: { ...trade, decisionId } })
  engine.emit(close, decided('main', { outcome: 'approved', code: null, decisionId }), close)
  const plans = () =>
    client.told.filter(each => each.data.status === 'closed').map(each => each.data.exit_plan)
  // The first: its entry was before the last start.
  await expect.poll(plans).toEqual([null, 'Close when RSI falls below 50.'])
})
