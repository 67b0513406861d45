/** A question to a model, as the event stream tells it: what it cost and what came of it, without its long texts. */
import type { ModelCall } from '../../domain/model/call.ts'

export const presentModelCall = ({ reply, ...call }: ModelCall): Record<string, unknown> => ({
  call_id: call.callId,
  cycle_id: call.cycleId,
  assets: [...call.symbols],
  purpose: call.purpose,
  model: reply.model,
  provider: reply.provider,
  request_hash: call.requestHash,
  prompt_version: call.promptVersion,
  outcome: call.outcome,
  failure: reply.ok ? null : reply.failure,
  problem: call.problem,
  prompt_tokens: reply.usage?.promptTokens ?? null,
  completion_tokens: reply.usage?.completionTokens ?? null,
  cost_usd: reply.usage?.costUsd ?? null,
  latency_ms: reply.latencyMs,
})
