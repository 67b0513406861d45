/**
 * What an entry would have come to alone: a paper account for each of them, with the size, stop, target and exit conditions
 * that the rules approved, from the candle of its decision to its horizon. Same venue, same machines, same fees, funding,
 * slippage and latency as in every run; the account's own limits have judged already and do not judge again.
 */
import type { CandleSource } from '../../domain/feed.ts'
import type { PaperResult } from '../../domain/model/side-by-side.ts'
import type { EntryPlan } from '../../domain/risk/verdict.ts'
import type { AccountSettings, EngineSettings, RiskLimits } from '../../domain/settings.ts'
import { hold, type Proposal, type Strategy } from '../../domain/strategy.ts'
import { dec, type Money, money, notional, subtractMoney } from '../../domain/units.ts'
import { type BacktestAccount, runBacktest } from '../backtest.ts'
import { stepsUntil } from './relive.ts'

export type LoneEntry = {
  plan: EntryPlan
  /** Close of the candle it was decided on. */
  candleAt: number
  /** What the account was worth then. */
  equity: Money
  account: AccountSettings
}

export type AloneOptions = {
  settings: EngineSettings
  source: CandleSource
  startAt: number
  horizonMs: number
  /** End of the recorded market. */
  until: number
}

/** Approved before, with the state of that moment. */
const judged = (limits: RiskLimits, plan: EntryPlan): RiskLimits => ({
  ...limits,
  stop: plan.stop === null ? 'off' : limits.stop,
  leverageMax: plan.leverageMax,
  positionRatioMax: null,
  riskPerTradeRatioMax: null,
  heatRatioMax: null,
  positionsMax: null,
  tradesPerDayMax: null,
  dailyLossRatioMax: null,
  drawdownWarnRatio: null,
  drawdownTripRatio: null,
  fundingRateMax: null,
})

const accountOf = ({ account, plan, equity }: LoneEntry, id: string): AccountSettings => ({
  ...account,
  id,
  deposit: equity,
  assets: [plan.symbol],
  model: null,
  shadowOf: null,
  strategy: {
    ...account.strategy,
    name: 'alone',
    confidenceMin: 0,
    confirmationMs: 0,
    reversalCount: 1,
    closeScore: null,
    // The plan has its own already.
    targetRewardRatio: null,
    trailing: null,
    breakEven: null,
  },
  risk: judged(account.risk, plan),
})

const entryOf = (plan: EntryPlan): Proposal => ({
  ...hold(plan.symbol, 'replayed'),
  action: plan.direction === 'long' ? 'buy' : 'sell',
  allocation: notional(plan.quantity, plan.referencePrice),
  leverage: plan.leverage,
  stop: plan.stop,
  target: plan.target,
  conditions: plan.conditions,
})

/** Enters once, and leaves at the horizon what has not left by then. */
const once = ({ plan, candleAt }: LoneEntry, horizonMs: number): Strategy => ({
  name: 'alone',
  indicators: () => [],
  propose: ({ at, symbol, position }) => {
    if (at === candleAt) return entryOf(plan)
    const isOver = at >= candleAt + horizonMs && position !== null
    return isOver ? { ...hold(symbol, 'horizon'), action: 'close' } : hold(symbol, 'alone')
  },
})

const resultOf = ({ trades, openPositions, equityEnd, equityStart }: BacktestAccount): PaperResult => ({
  pnl: money(dec(subtractMoney(equityEnd, equityStart))),
  exitReason: trades.at(-1)?.exitReason ?? null,
  isFilled: trades.length > 0 || openPositions.length > 0,
  isOpen: openPositions.length > 0,
})

/** One result for each entry, in their order. */
export const playAlone = async (
  entries: readonly LoneEntry[],
  options: AloneOptions,
): Promise<PaperResult[]> => {
  if (entries.length === 0) return []
  const { settings, source, startAt, horizonMs } = options
  const until = Math.min(options.until, Math.max(...entries.map(each => each.candleAt)) + 2 * horizonMs)
  const ids = entries.map((_, index) => `alone-${index + 1}`)
  const next = stepsUntil(source, until)
  const { interval, symbols, instruments } = source
  const bounded: CandleSource = { interval, symbols, instruments, stepsTotal: null, next, state: () => null }
  const { accounts } = await runBacktest({
    settings: {
      ...settings,
      accounts: entries.map((entry, index) => accountOf(entry, ids[index] ?? '')),
    },
    source: bounded,
    strategies: new Map(entries.map((entry, index) => [ids[index] ?? '', once(entry, horizonMs)])),
    startAt,
  })
  return accounts.map(resultOf)
}
