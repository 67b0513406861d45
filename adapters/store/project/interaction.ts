import type { Fact } from '../../../domain/fact.ts'
import { costOf } from '../../../domain/model/call.ts'
import type { ModelReply } from '../../../domain/model/port.ts'
import type { Change } from '../record.ts'

/** What an answer proposes, for the search by action; a text that is no answer proposes nothing. */
const actionsIn = (reply: ModelReply): string[] => {
  const found = reply.text.matchAll(/"action"\s*:\s*"(buy|sell|close|hold)"/gi)
  return [...new Set([...found].map(match => (match[1] as string).toLowerCase()))].sort()
}

/** Between spaces, so that a name is found whole. */
export const listed = (names: readonly string[]): string => ` ${names.join(' ')} `

export const projectInteraction = (fact: Fact): Change[] => {
  if (fact.type !== 'model.called') return []
  const { accountId, seq, at, call } = fact
  const { reply } = call
  const row = {
    accountId,
    seq,
    at,
    callId: call.callId,
    cycleId: call.cycleId,
    candleAt: call.candleAt,
    symbols: listed(call.symbols),
    actions: listed(actionsIn(reply)),
    purpose: call.purpose,
    model: call.request.model,
    answeredBy: reply.model,
    provider: reply.provider,
    outcome: call.outcome,
    failure: reply.ok ? null : reply.failure,
    problem: call.problem,
    promptTokens: reply.usage?.promptTokens ?? null,
    completionTokens: reply.usage?.completionTokens ?? null,
    reasoningTokens: reply.usage?.reasoningTokens ?? null,
    cachedTokens: reply.usage?.cachedTokens ?? null,
    costUsd: costOf(call),
    latencyMs: reply.latencyMs,
    requestHash: call.requestHash,
    promptVersion: call.promptVersion,
    replyText: reply.text,
    call,
  }
  return [{ table: 'interactions', row }]
}
