/** Facts of one account, numbered as the journal would. */
import type { Fact, FactBody } from '../../../domain/fact.ts'
import { decisionRow, fillRow, interactionRow, orderRow, tradeRow } from '../../http/fake-rows.ts'

let seq = 0
export const AT = Date.UTC(2026, 0, 2, 3)

export const fact = (body: FactBody, accountId = 'main', at = AT): Fact => {
  seq += 1
  return { ...body, seq, at, accountId }
}

const { accountId: _a, leg: _l, positionId: _p, decisionId: _d, history: _h, ...order } = orderRow('main', 0)
const { accountId: _ta, ...trade } = tradeRow('main', 0)
const { accountId: _fa, leg: _fl, positionId: _fp, realised, ...fill } = fillRow('main', 0)
const { accountId: _da, at: _dt, ...decision } = decisionRow('main', 0)
const { accountId: _ia, at: _it, ...call } = interactionRow('main', 0)

export const given = {
  decision,
  call,
  trade,
  order: { ...order, status: 'working' as const, venueOrderId: 'paper-1' },
  fill: { ...fill, clientOrderId: order.clientOrderId },
  realised,
}

export const failedCall = (failure: 'model_not_found' | 'timeout'): Fact =>
  fact({
    type: 'model.called',
    call: {
      ...call,
      outcome: 'failed',
      reply: {
        ok: false,
        failure,
        message: 'no',
        status: null,
        text: '',
        retryAfterMs: null,
        model: 'm',
        provider: null,
        id: null,
        usage: null,
        latencyMs: 5,
      },
    },
  })
