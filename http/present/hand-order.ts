/** What comes of an order by hand. */
import { z } from '@hono/zod-openapi'
import type { OrderAnswer } from '../../actors/hand-orders.ts'
import { DecisionBody, decisionExample, presentDecisionRecord } from './decision.ts'
import { Order, orderExample, presentOrder } from './order.ts'
import { flag, text } from './shape.ts'

export const HandOrder = z
  .strictObject({
    account_id: text('Account it was given to.'),
    client_request_id: text('Name of the request: sent again, it gets this answer and no second order.'),
    repeated: flag('It was decided before under this name; the orders are as they are now.'),
    accepted: flag('The rules let it pass: an order follows, or has followed.'),
    decision: DecisionBody.openapi({
      description: 'The decision as it is kept, with what every rule said; its `strategy` is `manual`.',
    }),
    orders: z.array(Order).openapi({
      description: 'Orders it led to, oldest first: the entry and its protection, or the exit of a position.',
    }),
    remaining: z
      .array(z.string())
      .openapi({ description: 'What is not known or not durable yet, in words; empty when all is.' }),
  })
  .openapi('HandOrder')

export type HandOrder = z.infer<typeof HandOrder>

export const presentHandOrder = (answer: OrderAnswer): HandOrder => ({
  account_id: answer.accountId,
  client_request_id: answer.requestId,
  repeated: answer.repeated,
  accepted: answer.decision.outcome === 'approved' || answer.decision.outcome === 'closing',
  decision: presentDecisionRecord(answer.decision),
  orders: answer.orders.map(presentOrder),
  remaining: [...answer.remaining],
})

const { account_id: _account, at: _at, ...record } = decisionExample

export const handOrderExample: HandOrder = {
  account_id: 'default',
  client_request_id: 'c0ffee-17',
  repeated: false,
  accepted: true,
  decision: {
    ...record,
    decision_id: 'default-manual-c0ffee-17',
    strategy: 'manual',
    confidence: null,
    score: null,
    exit_plan: '',
    rationale: 'By hand: buy 0.022 BTC. News at noon',
    outcome: 'approved',
    code: null,
    limit: null,
    actual: null,
    risk: record.risk.filter(each => each.outcome === 'pass'),
  },
  orders: [
    {
      ...orderExample,
      client_order_id: 'default-BTC-1-e1',
      side: 'buy',
      type: 'market',
      trigger_price: null,
      worst_price: '45200',
      reduce_only: false,
      leg: 'entry',
      decision_id: 'default-manual-c0ffee-17',
    },
  ],
  remaining: [],
}
