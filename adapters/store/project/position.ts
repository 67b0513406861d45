import type { Fact } from '../../../domain/fact.ts'
import { applyFill } from '../../../domain/position.ts'
import { addMoney, ZERO_MONEY, ZERO_QUANTITY } from '../../../domain/units.ts'
import { bookOf, type Change, type PositionRecord, type RowLookup } from '../record.ts'
import { answerTo, type ByType, type FactOf } from './by-type.ts'

/**
 * A position from its first fill to its trade. Fills are summed until `position.opened` states what is held, and again
 * after it; the trade, once closed, replaces the sums. Nothing changes a closed position.
 */
export const projectPosition = (fact: Fact, rows: RowLookup): Change[] => {
  const positionId = positionOf(fact)
  if (positionId === null) return []
  const known = rows.find('positions', fact.accountId, positionId)
  if (known?.status === 'closed') return []
  const row = answerTo(NEXT, fact, known, rows)
  return row === null ? [] : [{ table: 'positions', row }]
}

/** The position a fact changes; `null` when it changes none. */
export const positionOf = (fact: Fact): string | null => answerTo(POSITIONS, fact)

const POSITIONS: ByType<[], string | null> = {
  'fill.booked': fact => fact.positionId,
  'funding.booked': fact => fact.positionId,
  'position.opened': fact => fact.positionId,
  'protection.confirmed': fact => fact.positionId,
  'trade.closed': fact => fact.trade.positionId,
}

/** `null` where the fact leaves the position as it is. */
const NEXT: ByType<[PositionRecord | null, RowLookup], PositionRecord | null> = {
  'fill.booked': (fact, known, rows) =>
    rows.find('fills', fact.accountId, fact.fill.tradeId) === null ? withFill(fact, known) : null,
  'funding.booked': (fact, known) => known && { ...known, funding: addMoney(known.funding, fact.paid) },
  'position.opened': (fact, known) => {
    const { side, quantity, entryPrice, decisionId, symbol, positionId } = fact
    const base = known ?? openPosition(fact, positionId, symbol, fact.at)
    return { ...base, side, quantity, entryPrice, decisionId }
  },
  'protection.confirmed': (fact, known) => {
    const { stopPrice, targetPrice, stopOrderId, targetOrderId, nakedMs } = fact
    if (known === null) return null
    const nakedSeconds = Math.max(known.nakedSeconds, nakedMs / 1000)
    return { ...known, stopPrice, targetPrice, stopOrderId, targetOrderId, nakedSeconds }
  },
  'trade.closed': (fact, known) => {
    const { trade, seq } = fact
    const base = known ?? openPosition(fact, trade.positionId, trade.symbol, trade.entryAt)
    return { ...base, ...trade, at: trade.entryAt, status: 'closed', closedSeq: seq }
  },
}

const withFill = (fact: FactOf<'fill.booked'>, known: PositionRecord | null): PositionRecord => {
  const { fill, positionId } = fact
  const base = known ?? openPosition(fact, positionId, fill.symbol, fill.at)
  const { direction, quantity, entryPrice, realised, fees } = applyFill(bookOf(base), fill).book
  const side = direction ?? base.side
  const entry = entryPrice ?? base.entryPrice
  return { ...base, side, quantity, entryPrice: entry, realised, fees }
}

const openPosition = (fact: Fact, positionId: string, symbol: string, entryAt: number): PositionRecord => ({
  accountId: fact.accountId,
  seq: fact.seq,
  at: entryAt,
  positionId,
  symbol,
  status: 'open',
  side: 'long',
  quantity: ZERO_QUANTITY,
  entryPrice: null,
  entryAt,
  realised: ZERO_MONEY,
  fees: ZERO_MONEY,
  funding: ZERO_MONEY,
  stopPrice: null,
  targetPrice: null,
  stopOrderId: null,
  targetOrderId: null,
  nakedSeconds: 0,
  decisionId: null,
  exitPrice: null,
  exitAt: null,
  exitReason: null,
  exitCondition: null,
  pnl: null,
  rMultiple: null,
  partials: [],
  closedSeq: null,
})
