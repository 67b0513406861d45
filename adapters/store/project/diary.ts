import type { Fact } from '../../../domain/fact.ts'
import { notional } from '../../../domain/units.ts'
import type { Change, DiaryRecord, RowLookup } from '../record.ts'
import { answerTo, type ByType, type FactOf } from './by-type.ts'
import { completeEntry } from './diary-completion.ts'
import { decisionEntry, firstOrderResult, levelPrice } from './diary-text.ts'

/**
 * The trading diary (B-41): an entry for every decision, holds too, completed as its order lives on; one for every closed
 * trade; one for every difference to the venue, every limit that tripped or re-armed, and every command of a person with
 * what became of it.
 */
export const projectDiary = (fact: Fact, rows: RowLookup): Change[] => {
  const row = answerTo(ENTRIES, fact) ?? completeEntry(fact, rows)
  return row === null ? [] : [{ table: 'diary', row }]
}

const ENTRIES: ByType<[], DiaryRecord> = {
  'decision.recorded': fact => fromDecision(fact),
  'trade.closed': fact => fromTrade(fact),
  'reconcile.differed': fact => ({
    ...blank(fact, `fact:${fact.seq}`, fact.symbol ?? '', 'reconcile'),
    rationale: `${fact.what}: ours ${fact.ours}, the venue's ${fact.theirs}`,
    orderResult: fact.action,
  }),
  'limit.tripped': fact => ({
    ...blank(fact, `fact:${fact.seq}`, '', 'limit_tripped'),
    rationale: `${fact.limit} reached ${fact.actual}, its line is ${fact.line}`,
  }),
  'limit.rearmed': fact => ({
    ...blank(fact, `fact:${fact.seq}`, '', 'limit_rearmed'),
    rationale: `${fact.limit} re-armed`,
  }),
  'control.commanded': fact => ({
    ...blank(fact, `fact:${fact.seq}`, fact.symbol ?? '', fact.command),
    rationale: `${fact.by}${fact.reason === null ? '' : `: ${fact.reason}`}`,
    orderResult: fact.fraction === null ? null : `part ${fact.fraction}`,
  }),
  'control.acknowledged': fact => ({
    ...blank(fact, `fact:${fact.seq}`, fact.symbol ?? '', fact.command),
    rationale: fact.done ? `done; the account is ${fact.state}` : `not done; the account is ${fact.state}`,
    orderResult: fact.remaining.length === 0 ? null : fact.remaining.join('; '),
  }),
}

const fromDecision = (fact: FactOf<'decision.recorded'>): DiaryRecord => {
  const { decisionId, symbol, proposal, outcome } = fact.decision
  // A person says buy or sell, and closes with the side against what is open: the exits are what completes it.
  const action = proposal.manual !== undefined && outcome === 'closing' ? 'close' : proposal.action
  return {
    ...blank(fact, decisionEntry(decisionId), symbol, action),
    allocationUsd: proposal.allocation,
    tpPrice: levelPrice(proposal.target),
    slPrice: levelPrice(proposal.stop),
    exitPlan: proposal.exitPlan,
    rationale: proposal.rationale,
    orderResult: firstOrderResult(fact.decision),
  }
}

const fromTrade = (fact: FactOf<'trade.closed'>): DiaryRecord => {
  const { trade } = fact
  return {
    ...blank(fact, `trade:${trade.positionId}`, trade.symbol, 'close'),
    allocationUsd: notional(trade.quantity, trade.entryPrice),
    amount: trade.quantity,
    entryPrice: trade.entryPrice,
    tpPrice: trade.targetPrice,
    slPrice: trade.stopPrice,
    rationale: `${trade.side} closed by ${trade.exitReason}`,
    orderResult: `closed at ${trade.exitPrice}, pnl ${trade.pnl}`,
    openedAt: trade.entryAt,
    filled: true,
  }
}

const blank = (fact: Fact, entryId: string, asset: string, action: string): DiaryRecord => ({
  accountId: fact.accountId,
  seq: fact.seq,
  at: fact.at,
  entryId,
  asset,
  action,
  allocationUsd: null,
  amount: null,
  entryPrice: null,
  tpPrice: null,
  tpOid: null,
  slPrice: null,
  slOid: null,
  exitPlan: '',
  rationale: '',
  orderResult: null,
  openedAt: null,
  filled: false,
})
