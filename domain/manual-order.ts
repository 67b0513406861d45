/** An order given by hand: a proposal like any other, with what only a person can say. */
import { Decimal, dec, type Price, type Quantity } from './units.ts'

/** Who proposed, in the record of a decision that a person has made. */
export const BY_HAND = 'manual'

export type ManualOrder = {
  /** Names the request within its account: the same once more is the same decision, never a second one. */
  requestId: string
  /** Who gave it: `token:owner`. */
  by: string
  /** Units of the asset; `null`: the allocation says how much. */
  quantity: Quantity | null
  /** Worst price an entry may fill at; `null`: as far as the account allows. It never allows more than that. */
  limitPrice: Price | null
  /** What was asked for, in one line: another request under the same name is told apart by it. */
  asked: string
}

/** One decision per account and request: `main-manual-7f3a`. */
export const manualDecisionId = (accountId: string, requestId: string): string =>
  `${accountId}-${BY_HAND}-${requestId}`

/**
 * Share of an open position that so many units are, (0, 1]; more than is open is all of it. Rounded up in the last digit
 * that a number has, so that the step below what was asked for is not taken for it.
 */
export const shareOf = (units: Decimal, open: Quantity): number =>
  units.gte(open) ? 1 : units.div(dec(open)).toSignificantDigits(15, Decimal.ROUND_UP).toNumber()
