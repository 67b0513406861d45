import type { Fact } from '../../../domain/fact.ts'
import { shortCall } from '../../../domain/model/call.ts'
import type { Change, FactRecord } from '../record.ts'
import { answerTo, type ByType } from './by-type.ts'

export const projectFact = (fact: Fact): Change[] => [{ table: 'facts', row: factRecord(fact) }]

/** A question to a model is kept short here: the interaction log has its texts, and once is enough. */
export const factRecord = (fact: Fact): FactRecord => {
  const short = fact.type === 'model.called' ? { ...fact, call: shortCall(fact.call) } : fact
  const { accountId, seq, at, type, ...body } = short
  return { accountId, seq, at, type, symbol: answerTo(SYMBOLS, fact), body }
}

/** The fact a record was made of. */
export const factOf = ({ accountId, seq, at, type, body }: FactRecord): Fact =>
  ({ type, ...body, seq, at, accountId }) as Fact

const SYMBOLS: ByType<[], string | null> = {
  'position.moved': fact => fact.symbol,
  'decision.recorded': fact => fact.decision.symbol,
  'intent.recorded': fact => fact.request.symbol,
  'order.updated': fact => fact.order.symbol,
  'order.unknown': fact => fact.symbol,
  'fill.booked': fact => fact.fill.symbol,
  'funding.booked': fact => fact.symbol,
  'position.opened': fact => fact.symbol,
  'protection.confirmed': fact => fact.symbol,
  'trade.closed': fact => fact.trade.symbol,
  'reconcile.differed': fact => fact.symbol,
  'control.commanded': fact => fact.symbol,
  'control.acknowledged': fact => fact.symbol,
}
