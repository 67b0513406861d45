/**
 * Orders by hand. They take the road of every decision: the rules of the account judge them, its journal keeps them, its
 * position places and protects them.
 */
import { randomUUID } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { type OrderRefusalCode, OrderRefused } from '../../actors/hand-orders.ts'
import { scrub } from '../../domain/scrub.ts'
import { canonicalSymbol } from '../../domain/symbol.ts'
import { dec, type Decimal, money, price, quantity } from '../../domain/units.ts'
import { exerciseScope, noteAudit } from '../audit.ts'
import { readBody } from '../body.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { HandOrder, handOrderExample, presentHandOrder } from '../present/hand-order.ts'
import { Order, orderExample, presentOrder } from '../present/order.ts'
import { Problem, type ProblemCode } from '../problem.ts'
import { accountIds, noQuery, query } from '../query.ts'
import { accountOf, selectedIds } from '../scope.ts'
import { answersCommand, refusal, TRADE_ACCESS } from './answers.ts'
import { reason } from './control-route.ts'

const KEY = /^[A-Za-z0-9._:-]{1,64}$/
const keyText = '1 to 64 letters, digits, dots, dashes, underscores or colons'
const KEY_HEADER = 'Idempotency-Key'

const amountText = 'a number above 0, as a JSON number or as text'
const AMOUNT_MAX = 1e15
const amount = (description: string) =>
  z
    .union([z.string().regex(/^\d{1,15}(\.\d{1,18})?$/, amountText), z.number()], amountText)
    .refine(value => Number(value) > 0 && Number(value) < AMOUNT_MAX, amountText)
    .transform(value => dec(value))
    .optional()
    .openapi({ type: 'string', description, example: '0.01' })

const nameText = 'a name of 1 to 200 characters'
const name = z.string(nameText).min(1, nameText).max(200, nameText)
const OrderBody = z.strictObject(
  {
    account_id: name.openapi({ description: 'The account.' }),
    asset: name.openapi({ description: 'One of its assets.' }),
    side: z.enum(['buy', 'sell'], 'buy or sell').openapi({
      description: 'Against an open position it closes, or reduces, and opens nothing.',
    }),
    type: z
      .enum(['market', 'limit'], 'market or limit')
      .default('market')
      .openapi({
        description:
          '`limit`: at `price` or better at once, or not at all; it never rests. Only entries take one: what closes an ' +
          'open position goes at market, and a limit there is refused with `limit_on_close`.',
      }),
    size: amount(
      'Units of the asset; this or `size_usd`. The caps of the account may cut it; a close is never of more, down to the ' +
        'step of the asset, unless what would stay is too small for an order: then it is of everything.',
    ),
    size_usd: amount('Value at the mark price instead of units.'),
    price: amount('Of a `limit` order: the worst price an entry may fill at. A close takes none.'),
    tp: amount('Price of the target; left out, as the account has it.'),
    sl: amount('Price of the stop; left out, derived as the rules of the account say.'),
    leverage: z
      .number('a number from 1 to 200')
      .min(1, 'a number from 1 to 200')
      .max(200, 'a number from 1 to 200')
      .optional()
      .openapi({ description: 'Left out, the default of the account; its limits bound it.' }),
    reason,
    client_request_id: z
      .string(keyText)
      .regex(KEY, keyText)
      .optional()
      .openapi({
        description: `Name of the request, as the header ${KEY_HEADER} gives it, too.`,
      }),
  },
  'an object with account_id, asset, side, and size or size_usd',
)
type OrderBody = z.infer<typeof OrderBody>

const REFUSALS: Record<OrderRefusalCode, [ProblemCode, string]> = {
  resting: [
    'account_resting',
    'GET /accounts shows the state of the account; resume, re-arm or start it first. Nothing was ordered. POST /positions/{position_id}/close closes in any state.',
  ],
  busy: ['account_deciding', 'Try again under the same name. Nothing was ordered.'],
  reused: ['request_reused', 'Give another order another name. Nothing was ordered.'],
  abandoned: [
    'order_abandoned',
    'Give it again under another name. Nothing was ordered; GET /accounts shows the state of the account.',
  ],
  unknown: ['order_unknown', 'GET /orders lists the orders this token sees.'],
  protects: [
    'protects_position',
    'POST /positions/{position_id}/close closes the position, and its orders with it. Nothing was cancelled.',
  ],
  filled: ['order_filled', 'POST /positions/{position_id}/close closes what it has opened.'],
  unheld: ['order_unheld', 'POST /reconcile compares the account with its venue.'],
}

const answered = async <Answer>(work: Promise<Answer>): Promise<Answer> => {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof OrderRefused)) throw error
    const [code, remedy] = REFUSALS[error.code]
    throw new Problem(code, { detail: `${error.message}.`, remedy })
  }
}

const wrong = (parameter: string, must: string): Problem =>
  new Problem('body_invalid', {
    detail: `${parameter} must be ${must}.`,
    remedy: 'See /docs for the fields of this path. Nothing was ordered.',
    parameter,
  })

/** The header and the field say the same thing; neither, and the request has a name of its own. */
const requestIdOf = (c: HttpContext, body: OrderBody): string => {
  const header = c.req.header(KEY_HEADER)
  if (header !== undefined && !KEY.test(header)) throw wrong(KEY_HEADER, keyText)
  const field = body.client_request_id
  if (header !== undefined && field !== undefined && header !== field) {
    throw wrong('client_request_id', `the same as the header ${KEY_HEADER}, or left out`)
  }
  const given = header ?? field ?? randomUUID()
  // It is kept in the journal, which keeps no secrets, and would not be found there again.
  if (scrub(given) !== given) throw wrong('client_request_id', 'no secret')
  return given
}

const checkBody = (body: OrderBody): void => {
  if ((body.size === undefined) === (body.size_usd === undefined)) {
    throw wrong('size', 'given, or size_usd instead of it, and not both')
  }
  if (body.type === 'limit' && body.price === undefined) throw wrong('price', 'given for a limit order')
  if (body.type === 'market' && body.price !== undefined) {
    throw wrong('price', 'left out of a market order; type limit takes one')
  }
}

const plain = (value: Decimal | undefined): string | null => value?.toFixed() ?? null

const place = createRoute({
  method: 'post',
  path: '/orders',
  tags: ['Trading'],
  summary: 'Order by hand, judged by the rules of the account',
  description:
    'A decision like any other, but nobody is asked and no signal has to last. Every rule and cap of the account ' +
    'judges it: the answer says what each said, `accepted` whether it passed. Name the request, and it can be sent ' +
    'again after a timeout: it gets the same answer, and never a second order.',
  security: TRADE_ACCESS,
  request: { query: noQuery },
  responses: {
    ...answersCommand(
      'It is decided; what was accepted is at the venue.',
      'Accepted and on its way; the venue has not answered yet.',
      HandOrder,
      { done: handOrderExample, later: { ...handOrderExample, orders: [], remaining: ['on its way'] } },
    ),
    409: refusal(
      'The account takes no orders now, the name of the request was given to another, or what was accepted under it ' +
        'was given up before anything was sent (`order_abandoned`).',
    ),
  },
})

const cancel = createRoute({
  method: 'delete',
  path: '/orders/{id}',
  tags: ['Trading'],
  summary: 'Cancel an entry, or what of it has not filled',
  description:
    'What has filled is kept and protected. An order that is out of the market already is answered as it is. Stops, ' +
    'targets and exits are not cancelled: close the position instead.',
  security: TRADE_ACCESS,
  request: {
    params: z.object({
      id: z.string().openapi({ description: 'Its `client_order_id`.', example: 'default-BTC-1-e1' }),
    }),
    query: query({ account_id: accountIds }),
  },
  responses: {
    ...answersCommand(
      'It is out of the market.',
      'Told and on its way out; the venue has not answered yet.',
      Order,
      {
        done: { ...orderExample, status: 'cancelled', leg: 'entry' },
        later: { ...orderExample, leg: 'entry' },
      },
    ),
    409: refusal('It protects or closes a position, or has filled.'),
  },
})

export const orderRoutes = (app: App, { engine }: RouteDeps): void => {
  const content = {
    'application/json': {
      schema: OrderBody,
      example: { account_id: 'default', asset: 'BTC', side: 'buy', size: '0.01', sl: '44100' },
    },
  }
  const headers = z.object({
    [KEY_HEADER]: z.string().optional().openapi({ description: 'Name of the request.' }),
  })
  app.openAPIRegistry.registerPath({
    ...place,
    request: { ...place.request, headers, body: { content, required: true } },
  })
  app.openapi({ ...place, hide: true }, async c => {
    exerciseScope(c, 'trade')
    const body = await readBody(c, OrderBody)
    const grant = c.get('grant')
    const account = accountOf(engine, grant, body.account_id)
    noteAudit(c, { accounts: [account.id] })
    const symbol = canonicalSymbol(body.asset)
    if (symbol === null || !account.assets.includes(symbol)) {
      throw wrong('asset', `one of ${account.assets.join(', ')}`)
    }
    checkBody(body)
    const { side, type, size, size_usd, price: limit, tp, sl, leverage } = body
    const answer = await answered(
      engine.insight.hand.place({
        accountId: account.id,
        symbol,
        side,
        quantity: size === undefined ? null : quantity(size),
        value: size_usd === undefined ? null : money(size_usd),
        limitPrice: limit === undefined ? null : price(limit),
        stop: sl === undefined ? null : price(sl),
        target: tp === undefined ? null : price(tp),
        leverage: leverage ?? null,
        reason: body.reason === undefined ? null : scrub(body.reason),
        requestId: requestIdOf(c, body),
        by: `token:${grant.id}`,
        asked: JSON.stringify({
          asset: symbol,
          side,
          type,
          size: plain(size),
          size_usd: plain(size_usd),
          price: plain(limit),
          tp: plain(tp),
          sl: plain(sl),
          leverage: leverage ?? null,
        }),
      }),
    )
    const { decisionId, outcome, code } = answer.decision
    noteAudit(c, { after: { decision_id: decisionId, outcome, code, repeated: answer.repeated } })
    return c.json(presentHandOrder(answer), answer.remaining.length === 0 ? 200 : 202)
  })

  app.openapi(cancel, async c => {
    exerciseScope(c, 'trade')
    const accounts = selectedIds(engine, c.get('grant'), c.req.valid('query').account_id)
    const { order, accountId, done } = await answered(
      engine.insight.hand.cancel(accounts, c.req.valid('param').id.slice(0, 100)),
    )
    noteAudit(c, { accounts: [accountId], after: { order: order.clientOrderId, status: order.status } })
    return c.json(presentOrder(order), done ? 200 : 202)
  })
}
