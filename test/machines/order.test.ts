import { expect, test } from 'vitest'
import { price, quantity } from '../../domain/units.ts'
import { orderMachine } from '../../machines/order.ts'
import { entryRequest, givenOrder, venueOrder } from './given.ts'

const exitRequest = entryRequest({
  clientOrderId: 'main-BTC-1-x1',
  side: 'sell',
  reduceOnly: true,
  worstPrice: null,
  validUntil: null,
})
const givenExit = () => givenOrder(exitRequest, 'exit')

test('an order goes from intent to filled, and says so once', () => {
  const { stage, say } = givenOrder(entryRequest(), 'entry')
  expect(stage.state()).toBe('submitting')
  say.known(stage.call('submitOrder'))
  expect(stage.state()).toBe('working')
  expect(stage.reported('order.accepted')).toHaveLength(1)

  const half = venueOrder(entryRequest(), { filledQuantity: quantity('0.5'), averagePrice: price(100) })
  stage.send({ type: 'order.reported', order: half })
  expect(stage.state()).toBe('working')
  stage.send({ type: 'order.reported', order: { ...half, status: 'filled', filledQuantity: quantity(1) } })
  expect(stage.state()).toBe('filled')
  expect(stage.reported('order.settled')).toMatchObject([
    { status: 'filled', filledQuantity: '1', slot: 'entry' },
  ])
})

test('nothing is sent before the intent is durable', () => {
  let asked = 0
  const { stage, say } = givenOrder(entryRequest(), 'entry', {
    saveIntent: () => {
      asked += 1
      return { at: 0 }
    },
  })
  expect(asked).toBe(1)
  const [intent, submit] = stage.calls
  expect([intent?.service, submit?.service]).toEqual(['saveIntent', 'submitOrder'])
  say.known(stage.call('submitOrder'))
})

test('an entry whose intent cannot be recorded is not sent; an exit is', () => {
  const entry = givenOrder(entryRequest(), 'entry', { saveIntent: null })
  expect(entry.stage.state()).toBe('recording')
  entry.stage.call('saveIntent').fail(new Error('disk full'))
  expect(entry.stage.state()).toBe('rejected')
  expect(entry.stage.reported('order.settled')).toMatchObject([
    { reason: 'intent_not_recorded', venueOrderId: null },
  ])

  const exit = givenOrder(exitRequest, 'exit', { saveIntent: null })
  exit.stage.call('saveIntent').fail(new Error('disk full'))
  expect(exit.stage.state()).toBe('submitting')
})

test.each(['rejected', 'cancelled', 'expired', 'filled'] as const)(
  'a final word of the venue ends it: %s',
  status => {
    const { stage, say } = givenOrder()
    say.known(stage.call('submitOrder'), { status, reason: status === 'filled' ? null : 'why' })
    expect(stage.state()).toBe(status)
    expect(stage.reported('order.settled')).toMatchObject([{ status, venueOrderId: 'v-main-BTC-1-e1' }])
  },
)

test.each([
  ['refused', 'margin_insufficient'],
  ['unreachable', 'venue_unreachable'],
] as const)('an order that is %s never became one', (outcome, reason) => {
  const { stage, say } = givenOrder()
  if (outcome === 'refused') say.refused(stage.call('submitOrder'), reason)
  else say.unreachable(stage.call('submitOrder'))
  expect(stage.state()).toBe('rejected')
  expect(stage.reported('order.settled')).toMatchObject([{ reason, venueOrderId: null }])
})

test('an unknown outcome is looked up until it is known, ever more slowly', () => {
  const { stage, say } = givenOrder()
  say.unknown(stage.call('submitOrder'))
  expect(stage.state()).toBe('unknown')
  stage.pass(249)
  expect(stage.state()).toBe('unknown')
  stage.pass(1)
  expect(stage.state()).toBe('looking')
  say.unknown(stage.call('lookupOrder'))
  stage.pass(499)
  expect(stage.state()).toBe('unknown')
  stage.pass(1)
  say.known(stage.call('lookupOrder'))
  expect(stage.state()).toBe('working')
  expect(stage.sent()).toHaveLength(1)
})

test('an exit that the venue never had is sent once more, with the same id', () => {
  const { stage, say } = givenExit()
  say.unknown(stage.call('submitOrder'))
  for (const wait of [250, 500, 1_000, 2_000]) {
    expect(stage.sent()).toHaveLength(1)
    stage.pass(wait)
    say.absent(stage.call('lookupOrder'))
  }
  expect(stage.state()).toBe('submitting')
  expect(stage.sent().map(each => each.clientOrderId)).toEqual(['main-BTC-1-x1', 'main-BTC-1-x1'])
  say.unknown(stage.call('submitOrder'))
  stage.pass(4_000)
  say.absent(stage.call('lookupOrder'))
  expect(stage.state()).toBe('rejected')
  expect(stage.sent()).toHaveLength(2)
})

test('an entry is not sent again: past its validity it is given up', () => {
  const { stage, say } = givenOrder()
  say.unknown(stage.call('submitOrder'))
  while (stage.state() !== 'rejected') {
    stage.pass(250)
    for (const call of stage.open('lookupOrder')) say.absent(call)
  }
  expect(stage.at).toBeGreaterThanOrEqual((entryRequest().validUntil as number) + 1_000)
  expect(stage.sent()).toHaveLength(1)
  expect(stage.reported('order.settled')).toMatchObject([{ reason: 'never_reached_the_venue' }])
})

test('a service that fails is doubt, not an answer, and is asked again for as long as it takes', () => {
  const { stage } = givenOrder()
  stage.call('submitOrder').fail(new Error('socket hang up'))
  expect(stage.state()).toBe('unknown')
  for (let count = 0; count < 20; count += 1) {
    stage.pass(10_000)
    stage.call('lookupOrder').fail(new Error('socket hang up'))
    expect(stage.state()).toBe('unknown')
  }
})

test('a cancel asked for while submitting is sent once the venue has the order', () => {
  const { stage, say } = givenOrder()
  stage.send({ type: 'order.cancel' })
  expect(stage.open().map(call => call.service)).toEqual(['submitOrder'])
  say.known(stage.call('submitOrder'))
  expect(stage.state()).toBe('cancelling')
  expect(stage.reported('order.accepted')).toHaveLength(0)
  say.known(stage.call('cancelOrder'), { status: 'cancelled', reason: 'requested' })
  expect(stage.state()).toBe('cancelled')
})

test('a cancel that comes too late finds the order filled', () => {
  const { stage, say } = givenOrder()
  say.known(stage.call('submitOrder'))
  stage.send({ type: 'order.cancel' })
  say.filled(stage.call('cancelOrder'))
  expect(stage.state()).toBe('filled')
})

test('a cancel without a known outcome is looked up, and asked again while the order works', () => {
  const { stage, say } = givenOrder()
  say.known(stage.call('submitOrder'))
  stage.send({ type: 'order.cancel' })
  say.unknown(stage.call('cancelOrder'))
  stage.pass(250)
  say.known(stage.call('lookupOrder'))
  expect(stage.state()).toBe('cancelling')
  stage.call('cancelOrder').fail(new Error('timed out'))
  stage.pass(500)
  say.known(stage.call('lookupOrder'), { status: 'cancelled' })
  expect(stage.state()).toBe('cancelled')
})

test('a fill that is told before the acknowledgement stays, and the late acknowledgement changes nothing', () => {
  const { stage, say } = givenOrder()
  const filled = venueOrder(entryRequest(), { status: 'filled', filledQuantity: quantity(1) })
  stage.send({ type: 'order.reported', order: filled })
  expect(stage.state()).toBe('submitting')
  say.known(stage.call('submitOrder'), { status: 'working' })
  expect(stage.state()).toBe('filled')
  expect(stage.reported('order.settled')).toMatchObject([{ filledQuantity: '1' }])
})

test('older news never shrink a fill', () => {
  const { stage, say } = givenOrder()
  say.known(stage.call('submitOrder'), { filledQuantity: quantity('0.6') })
  stage.send({
    type: 'order.reported',
    order: venueOrder(entryRequest(), { filledQuantity: quantity('0.2') }),
  })
  expect(stage.orderContext().progress.filledQuantity).toBe('0.6')
})

test.each(['unknown', 'looking'])('news of the venue end the doubt of %s', state => {
  const { stage, say } = givenOrder()
  say.unknown(stage.call('submitOrder'))
  if (state === 'looking') stage.pass(250)
  stage.send({ type: 'order.reported', order: venueOrder(entryRequest()) })
  expect(stage.state()).toBe('working')
})

test.each(['recording', 'submitting', 'working', 'cancelling', 'unknown', 'looking'])(
  'a restart while %s asks the venue before anything is sent',
  state => {
    const { stage, say } = givenOrder(
      entryRequest(),
      'entry',
      state === 'recording' ? { saveIntent: null } : {},
    )
    if (state === 'working' || state === 'cancelling') say.known(stage.call('submitOrder'))
    if (state === 'cancelling') stage.send({ type: 'order.cancel' })
    if (state === 'unknown' || state === 'looking') say.unknown(stage.call('submitOrder'))
    if (state === 'looking') stage.pass(250)
    expect(stage.state()).toBe(state)
    const sent = stage.sent().length
    stage.restart()
    expect(stage.open().map(call => call.service)).toEqual(['lookupOrder'])
    say.known(stage.call('lookupOrder'))
    expect(stage.state()).toBe(state === 'cancelling' ? 'cancelling' : 'working')
    expect(stage.sent()).toHaveLength(sent)
  },
)

test('an exit recorded before a crash and never sent is sent after it', () => {
  const { stage, say } = givenOrder(exitRequest, 'exit', { saveIntent: null })
  stage.restart()
  for (const wait of [0, 500, 1_000, 2_000]) {
    stage.pass(wait)
    if (stage.open('lookupOrder').length > 0) say.absent(stage.call('lookupOrder'))
  }
  stage.pass(4_000)
  for (const call of stage.open('lookupOrder')) say.absent(call)
  expect(stage.state()).toBe('submitting')
  expect(stage.sent()).toHaveLength(1)
})

test('every state of the chart is led to by a test of this file, but those that are left at once', () => {
  const passing = ['settling', 'unsent']
  const led = ['recording', 'submitting', 'working', 'cancelling', 'unknown', 'looking']
  const final = ['filled', 'cancelled', 'rejected', 'expired']
  expect(Object.keys(orderMachine.root.states).sort()).toEqual([...passing, ...led, ...final].sort())
})
