/** One question to a model and what came of it: a line of the interaction log, and of a cassette. */
import { type Money, money, ZERO_MONEY } from '../units.ts'
import { canonicalRequest } from './canonical.ts'
import type { ModelReply, ModelRequest } from './port.ts'

export type CallPurpose = 'tools' | 'answer' | 'reask' | 'sanitize'

export type ModelCall = {
  /** `main-mb1x2c00-2`: the second question of that cycle. */
  callId: string
  /** `main-mb1x2c00`: account and candle. */
  cycleId: string
  candleAt: number
  symbols: string[]
  purpose: CallPurpose
  /** Hash of the request, by which a cassette finds the answer. */
  requestHash: string
  /** Version of prompt template and context. */
  promptVersion: string
  /** Exactly what was sent, less keys. */
  request: ModelRequest
  reply: ModelReply
  outcome: 'accepted' | 'tool_calls' | 'rejected' | 'failed'
  /** Why it was rejected or failed, as the model is told; `null` otherwise. */
  problem: string | null
  /** Only where a fact is read back from a store: characters that its row has left out, and the interaction log has. */
  leftOut?: { request: number; reply: number }
}

/** One decision of a model account: `main-mb1x2c00`. Its decisions have the asset in between: `main-BTC-mb1x2c00`. */
export const cycleIdOf = (accountId: string, candleAt: number): string =>
  `${accountId}-${candleAt.toString(36)}`

/** USD, as the endpoint or the price table says; `null`: nobody knows, or what is said is no amount. */
export const costOf = ({ reply }: Pick<ModelCall, 'reply'>): Money | null => {
  // A cassette that has no answer asks nobody.
  if (!reply.ok && reply.failure === 'not_recorded') return ZERO_MONEY
  const text = reply.usage?.costUsd
  return typeof text === 'string' && /^\d+(\.\d+)?(e[+-]?\d{1,2})?$/i.test(text) ? money(text) : null
}

/** The call without its long texts: what the row of its fact keeps, since the interaction log keeps all of it. */
export const shortCall = (call: ModelCall): ModelCall => {
  if (call.leftOut !== undefined) return call
  const { request, reply } = call
  const leftOut = { request: canonicalRequest(request).length, reply: reply.text.length }
  return {
    ...call,
    request: { ...request, messages: [], format: null, tools: [] },
    reply: reply.ok ? { ...reply, text: '', toolCalls: [] } : { ...reply, text: '' },
    leftOut,
  }
}
