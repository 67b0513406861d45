/**
 * A reply as it is kept: known fields in one order, and text that every store keeps as it is. A fact made of a reply that
 * was read back from a recording is then the same text, and so is the hash of the journal.
 */
import type { ModelReply, ModelUsage } from '../../domain/model/port.ts'

/** No database keeps a NUL or half a character. */
const kept = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
const keptOrNull = (text: string | null): string | null => (text === null ? null : kept(text))

const plainUsage = (usage: ModelUsage | null): ModelUsage | null =>
  usage === null
    ? null
    : {
        promptTokens: usage.promptTokens,
        completionTokens: usage.completionTokens,
        reasoningTokens: usage.reasoningTokens,
        cachedTokens: usage.cachedTokens,
        costUsd: usage.costUsd,
      }

export const plainReply = (reply: ModelReply): ModelReply => {
  const common = {
    model: kept(reply.model),
    provider: keptOrNull(reply.provider),
    id: keptOrNull(reply.id),
    usage: plainUsage(reply.usage),
    latencyMs: reply.latencyMs,
    text: kept(reply.text),
  }
  if (reply.ok) {
    const toolCalls = reply.toolCalls.map(call => ({
      id: kept(call.id),
      name: kept(call.name),
      arguments: kept(call.arguments),
    }))
    return { ok: true, ...common, toolCalls, finish: kept(reply.finish) }
  }
  const { failure, message, status, retryAfterMs } = reply
  return { ok: false, ...common, failure, message: kept(message), status, retryAfterMs }
}
