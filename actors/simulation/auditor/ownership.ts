/** P7: an account's journal speaks of that account only. */
import type { Fact } from '../../../domain/fact.ts'

/** An id in this fact that belongs to another account, or `null`. */
export const foreignId = (fact: Fact, ids: readonly string[]): string | null => {
  const own = `${fact.accountId}-`
  for (const text of idsOf(fact)) {
    const isOther = ids.some(id => id !== fact.accountId && text.startsWith(`${id}-`))
    if (isOther && !text.startsWith(own)) return text
  }
  return null
}

const idsOf = (fact: Fact): string[] => {
  switch (fact.type) {
    case 'intent.recorded':
      return [fact.request.clientOrderId, fact.positionId]
    case 'order.updated':
      return [fact.order.clientOrderId]
    case 'order.unknown':
      return [fact.clientOrderId]
    case 'fill.booked':
      return [fact.positionId, fact.fill.clientOrderId ?? '']
    case 'position.opened':
    case 'protection.confirmed':
      return [fact.positionId]
    case 'trade.closed':
      return [fact.trade.positionId]
    case 'decision.recorded':
      return [fact.decision.decisionId]
    default:
      return []
  }
}
