/** Recorded decisions and another model's, side by side: where they agree, what each cost, and what each came to. */
import type { DecisionOutcome, ExitReason } from '../fact.ts'
import type { Proposal } from '../strategy.ts'
import { addMoney, type Money, subtractMoney, ZERO_MONEY } from '../units.ts'
import type { SecondVerdict } from './second-verdict.ts'

/** An entry alone on the recorded market, in paper money. */
export type PaperResult = {
  /** Net of fees and funding; of what is open at the end, at its last price. */
  pnl: Money
  /** `null`: it never filled, or was still open at the horizon's end of the recorded market. */
  exitReason: ExitReason | null
  isFilled: boolean
  isOpen: boolean
}

export type Words = Pick<Proposal, 'action' | 'allocation' | 'confidence'>

export type ComparedDecision = {
  decisionId: string
  accountId: string
  symbol: string
  candleAt: number
  recorded: {
    /** `null`: there is no decision of it in the store. */
    words: Words | null
    outcome: DecisionOutcome | null
    code: string | null
    /** Net result of the trade it opened; `null`: it opened none, or that is not closed. */
    pnl: Money | null
    isOpen: boolean
  }
  replayed: {
    /** `null`: there is no answer that could be read. */
    words: Words | null
    problem: string | null
    verdict: SecondVerdict | null
    paper: PaperResult | null
  }
}

/** One side's questions. */
export type Bill = { calls: number; costUsd: Money; unpriced: number; tokens: number }

export const NO_BILL: Bill = { calls: 0, costUsd: ZERO_MONEY, unpriced: 0, tokens: 0 }

export const addCall = (bill: Bill, cost: Money | null, tokens: number): Bill => ({
  calls: bill.calls + 1,
  costUsd: cost === null ? bill.costUsd : addMoney(bill.costUsd, cost),
  unpriced: bill.unpriced + (cost === null ? 1 : 0),
  tokens: bill.tokens + tokens,
})

export type Comparison = {
  decisions: number
  /** With an answer on both sides. */
  compared: number
  /** The same action. */
  agreed: number
  /** agreed ÷ compared, percent; `null` with nothing to compare. */
  agreementPercent: number | null
  /** Decisions whose state was not known again, so that rules and result are not told. */
  notRebuilt: number
  recorded: { bill: Bill; trades: number; pnl: Money; net: Money }
  /** `pnl` is of paper entries, each alone. */
  replayed: { bill: Bill; trades: number; pnl: Money; net: Money }
}

const sum = (amounts: readonly Money[]): Money => addMoney(ZERO_MONEY, ...amounts)

/** Net is after what the questions cost. */
export const comparisonOf = (
  rows: readonly ComparedDecision[],
  bills: { recorded: Bill; replayed: Bill },
): Comparison => {
  const both = rows.filter(each => each.recorded.words !== null && each.replayed.words !== null)
  const agreed = both.filter(each => each.recorded.words?.action === each.replayed.words?.action).length
  const closed = rows.flatMap(each => each.recorded.pnl ?? [])
  const paper = rows.flatMap(each =>
    each.replayed.paper?.isFilled === true ? [each.replayed.paper.pnl] : [],
  )
  const [recorded, replayed] = [sum(closed), sum(paper)]
  return {
    decisions: rows.length,
    compared: both.length,
    agreed,
    agreementPercent: both.length === 0 ? null : (agreed / both.length) * 100,
    notRebuilt: rows.filter(each => each.replayed.verdict?.outcome === 'not_rebuilt').length,
    recorded: {
      bill: bills.recorded,
      trades: closed.length,
      pnl: recorded,
      net: subtractMoney(recorded, bills.recorded.costUsd),
    },
    replayed: {
      bill: bills.replayed,
      trades: paper.length,
      pnl: replayed,
      net: subtractMoney(replayed, bills.replayed.costUsd),
    },
  }
}
