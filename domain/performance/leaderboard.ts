/** Accounts against each other by what was left after every cost, and how much of the order may be luck. */
import type { ClosedTrade } from '../fact.ts'
import { derivedSeed } from '../random.ts'
import { dec, type Money, subtractMoney } from '../units.ts'
import {
  type Interval,
  intervalOf,
  probabilityAbove,
  resampledDifference,
  resampledTotals,
} from './bootstrap.ts'
import { plain, plainOrNull } from './plain.ts'

export type Contender = {
  accountId: string
  /** The account it is a shadow of; `null`: none. */
  shadowOf: string | null
  /** Everything paid in, less what was paid out. */
  deposit: Money
  /** With unrealised profit, fees and funding in it; what the model cost is not. */
  equity: Money
  modelCostUsd: Money
  /** Oldest first. */
  trades: readonly ClosedTrade[]
}

/** Fewer closed trades say nothing about who is better. */
export const TRADES_MIN = 20
/** A rank is no luck from this probability on that the next one is not the better. */
const CERTAIN = 0.95
/** Draws of an account are the same whoever it is compared with. */
const SEED = 20_260_101

export type Verdict = 'too_few_trades' | 'may_be_luck' | 'ahead' | 'last'

export type Standing = {
  /** 1 is the best net return. */
  rank: number
  accountId: string
  isShadow: boolean
  /** equity − deposit − model cost. */
  netResult: Money
  /** Net result in percent of the deposit; `null` without one. */
  netReturnPercent: string | null
  trades: number
  /** Net results above zero, of all closed trades, in percent. */
  winRatePercent: string | null
  /** Where nine of ten redrawn net returns lie, percent; `null` with too few trades. */
  intervalPercent: Interval | null
  /** How much better than the next, percentage points, in nine of ten draws; `null` where one has too few trades. */
  aheadPercent: Interval | null
  /** That the account is better than the next one; `null` where one has too few trades, and for the last. */
  probability: number | null
  /** `null` where nobody can tell. */
  rankIsLuck: boolean | null
  verdict: Verdict
}

type Measured = { contender: Contender; net: Money; percent: number | null; draws: number[] | null }

/**
 * Redrawn net returns: each trade's net result in percent of the deposit. What is not of closed trades is added as it
 * stands: open positions, and what the model cost.
 */
const drawsOf = ({ accountId, deposit, trades }: Contender, percent: number | null): number[] | null => {
  if (percent === null || trades.length < TRADES_MIN) return null
  const results = trades.map(trade => dec(trade.pnl).div(deposit).times(100).toNumber())
  const rest = percent - results.reduce((total, result) => total + result, 0)
  return resampledTotals(results, derivedSeed(SEED, accountId)).map(total => total + rest)
}

const measured = (contender: Contender): Measured => {
  const { deposit, equity, modelCostUsd } = contender
  const net = subtractMoney(subtractMoney(equity, deposit), modelCostUsd)
  const percent = dec(deposit).gt(0) ? dec(net).div(deposit).times(100).toNumber() : null
  return { contender, net, percent, draws: drawsOf(contender, percent) }
}

/** Those without a return come last; equal ones by name, so that the order is the same every time. */
const byReturn = (a: Measured, b: Measured): number =>
  (b.percent ?? Number.NEGATIVE_INFINITY) - (a.percent ?? Number.NEGATIVE_INFINITY) ||
  (a.contender.accountId < b.contender.accountId ? -1 : 1)

const against = (
  first: Measured,
  next: Measured | undefined,
): Pick<Standing, 'aheadPercent' | 'probability' | 'rankIsLuck' | 'verdict'> => {
  const unknown = { aheadPercent: null, probability: null, rankIsLuck: null }
  if (first.draws === null) return { ...unknown, verdict: 'too_few_trades' }
  if (next === undefined) return { ...unknown, verdict: 'last' }
  if (next.draws === null) return { ...unknown, verdict: 'too_few_trades' }
  const probability = probabilityAbove(first.draws, next.draws)
  const rankIsLuck = probability < CERTAIN
  const difference = (first.percent ?? 0) - (next.percent ?? 0)
  return {
    aheadPercent: intervalOf(resampledDifference(first.draws, next.draws), difference),
    probability,
    rankIsLuck,
    verdict: rankIsLuck ? 'may_be_luck' : 'ahead',
  }
}

const winRate = (trades: readonly ClosedTrade[]): string | null => {
  if (trades.length === 0) return null
  const won = trades.filter(trade => dec(trade.pnl).gt(0)).length
  return plain(dec(won).div(trades.length).times(100))
}

/** Best net return first. The next of an account is the one a rank below it. */
export const leaderboard = (contenders: readonly Contender[]): Standing[] => {
  const ranked = contenders.map(measured).sort(byReturn)
  return ranked.map((each, index) => {
    const { contender, net, percent, draws } = each
    return {
      rank: index + 1,
      accountId: contender.accountId,
      isShadow: contender.shadowOf !== null,
      netResult: net,
      netReturnPercent: plainOrNull(percent === null ? null : dec(percent)),
      trades: contender.trades.length,
      winRatePercent: winRate(contender.trades),
      intervalPercent: draws === null || percent === null ? null : intervalOf(draws, percent),
      ...against(each, ranked[index + 1]),
    }
  })
}
