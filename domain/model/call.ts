/** One question to a model and what came of it: a line of the interaction log, and of a cassette. */
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
}
