/** A backtest: the whole engine over stored candles, as fast as it goes, ended with one plain document. */
import { strategyLabel } from '../domain/deliberate.ts'
import type { ClosedTrade, Fact } from '../domain/fact.ts'
import type { CandleSource } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import type { Model } from '../domain/model/port.ts'
import type { EquityPoint } from '../domain/performance/daily.ts'
import { type Performance, performanceOf } from '../domain/performance/performance.ts'
import { isExposed, type PositionSummary } from '../domain/position-state.ts'
import type { AccountSettings, EngineSettings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { type Money, subtractMoney } from '../domain/units.ts'
import type { Attention, Conductor } from './conductor.ts'
import { readEquity } from './equity.ts'
import { ENGINE_EQUITY_MS } from './equity-pace.ts'
import { LiveDriver } from './live-driver.ts'
import { createSystem, type System, type Wiring } from './system.ts'

export type BacktestOptions = {
  settings: EngineSettings
  source: CandleSource
  strategies: ReadonlyMap<string, Strategy>
  /** By account id, of those that ask one: with models, services are awaited, since these may take their time. */
  models?: ReadonlyMap<string, Model>
  startAt: number
  /** `live` waits for answers, the others are faster. */
  wiring?: Wiring
  attention?: Attention
  /** Called now and then with the steps played. */
  onProgress?: (steps: number, candles: number) => void
  /** Hears every fact as it happens. */
  onFact?: (fact: Fact) => void
}

export type BacktestAccount = {
  id: string
  strategy: string
  equityStart: Money
  equityEnd: Money
  /** Price moves of closed quantity, before fees and funding. */
  realisedPnl: Money
  unrealisedPnl: Money
  fees: Money
  /** Positive when paid. */
  funding: Money
  /** What its model cost, recorded answers at what they cost then; beside the ledger, not in it. */
  modelCostUsd: Money
  /** equityEnd less what the model cost. */
  equityAfterModel: Money
  /** `null` for an account that asks no model. */
  model: { name: string; calls: number; tokens: number; unpriced: number } | null
  trades: ClosedTrade[]
  openPositions: PositionSummary[]
  metrics: Performance
  equity: EquityPoint[]
}

export type BacktestResult = {
  mode: 'backtest'
  from: number
  to: number
  accounts: BacktestAccount[]
  candles: number
  candlesPerSecond: number
  nakedSecondsMax: number
  refusals: Record<string, number>
  journalHash: string
}

/** Equity snapshots of a backtest: drawdown is measured on them, so they are hourly and not only daily. */
const EQUITY_MS = INTERVAL_MS['1h']
const PROGRESS_STEPS = 1_000

/** What the facts of a run add up to. */
class Tally {
  readonly trades = new Map<string, ClosedTrade[]>()
  readonly equity = new Map<string, EquityPoint[]>()
  readonly refusals: Record<string, number> = {}
  nakedMsMax = 0

  note(fact: Fact): void {
    if (fact.type === 'trade.closed') listOf(this.trades, fact.accountId).push(fact.trade)
    else if (fact.type === 'equity.marked') {
      listOf(this.equity, fact.accountId).push({ at: fact.at, equity: fact.equity })
    } else if (fact.type === 'protection.confirmed') this.nakedMsMax = Math.max(this.nakedMsMax, fact.nakedMs)
    else if (fact.type === 'decision.recorded' && fact.decision.outcome === 'refused') {
      const code = fact.decision.code ?? 'unknown'
      this.refusals[code] = (this.refusals[code] ?? 0) + 1
    }
  }

  nakedSecondsMax(): number {
    const trades = [...this.trades.values()].flat()
    return Math.max(this.nakedMsMax / 1000, ...trades.map(trade => trade.nakedSeconds), 0)
  }
}

const listOf = <Item>(lists: Map<string, Item[]>, key: string): Item[] => {
  const known = lists.get(key)
  if (known !== undefined) return known
  const made: Item[] = []
  lists.set(key, made)
  return made
}

/** Of a model account the rules are only its second mind. */
const nameOf = ({ desk }: System, { id, strategy }: AccountSettings): string => {
  const seat = desk.seat(id)
  return seat.advisor === null ? seat.strategy.name : strategyLabel(strategy.name)
}

const accountResult = (system: System, account: AccountSettings, tally: Tally): BacktestAccount => {
  const { context } = system.desk.actor(account.id).getSnapshot()
  const reading = readEquity(context, system.market)
  const trades = listOf(tally.trades, account.id)
  const equity = listOf(tally.equity, account.id)
  const metrics = performanceOf({
    equity,
    flows: [],
    trades,
    settings: system.settings.performance,
    opening: account.deposit,
  })
  const { costUsd, calls, tokens, unpriced } = system.advisors.spend.total(account.id)
  const name = system.advisors.of(account.id)?.settings.name ?? null
  return {
    id: account.id,
    strategy: nameOf(system, account),
    equityStart: account.deposit,
    equityEnd: reading.equity,
    realisedPnl: context.ledger.realised,
    unrealisedPnl: reading.unrealised,
    fees: context.ledger.fees,
    funding: context.ledger.funding,
    modelCostUsd: costUsd,
    equityAfterModel: subtractMoney(reading.equity, costUsd),
    model: name === null ? null : { name, calls, tokens, unpriced },
    trades,
    openPositions: Object.values(context.positions).filter(isExposed),
    metrics,
    equity,
  }
}

/** Plays the next steps and says how many there were. Called again and again, it runs compiled from the second run on. */
const playSome = (conductor: Conductor, source: CandleSource): number => {
  for (let steps = 0; steps < PROGRESS_STEPS; steps += 1) {
    const step = source.next()
    if (step === null) return steps
    conductor.play(step)
  }
  return PROGRESS_STEPS
}

const hasModels = ({ models }: BacktestOptions): boolean => models !== undefined && models.size > 0

const wiringFor = (options: BacktestOptions): Wiring => {
  const { settings } = options
  if (hasModels(options)) return 'live'
  return settings.paper.latencyMs > 0 ? 'delayed' : 'simulated'
}

const playAll = async ({ conductor }: System, { source, onProgress }: BacktestOptions): Promise<void> => {
  let steps = 0
  for (let more = playSome(conductor, source); more > 0; more = playSome(conductor, source)) {
    steps += more
    if (onProgress === undefined) continue
    onProgress(steps, conductor.candles)
    await new Promise<void>(resolve => setImmediate(resolve))
  }
}

/** Step by step, each when the answers of the one before are in. */
const playAwaited = async (system: System, { source, onProgress }: BacktestOptions): Promise<void> => {
  const errors: unknown[] = []
  const forget = system.journal.subscribe(fact => {
    if (fact.type === 'account.failed') errors.push(new Error(`Account ${fact.accountId}: ${fact.message}`))
  })
  let steps = 0
  const driver = new LiveDriver({
    system,
    next: () => source.next(),
    speed: 'max',
    onError: error => errors.push(error),
    onStep: () => {
      steps += 1
      if (steps % PROGRESS_STEPS === 0) onProgress?.(steps, system.conductor.candles)
    },
  })
  await driver.run()
  forget()
  if (errors.length > 0) throw errors[0]
}

/** Runs to the end of the source. Throws what an account failed with: a backtest with a failed account is worth nothing. */
export const runBacktest = async (options: BacktestOptions): Promise<BacktestResult> => {
  const { settings, source, startAt } = options
  const wiring = options.wiring ?? wiringFor(options)
  const system = createSystem({
    // Nobody else trades on the venue of a backtest: to compare with it again would find nothing.
    settings: {
      ...settings,
      mode: 'backtest',
      accounts: settings.accounts.map(account => ({ ...account, reconcileMs: null })),
    },
    source,
    strategies: options.strategies,
    ...(options.models === undefined ? {} : { models: options.models }),
    wiring,
    attention: options.attention ?? 'changes',
    startAt,
    // What a model is told of its results has to be the same as in a run.
    equityMs: hasModels(options) ? ENGINE_EQUITY_MS : EQUITY_MS,
  })
  const tally = new Tally()
  system.journal.subscribe(fact => tally.note(fact))
  if (options.onFact !== undefined) system.journal.subscribe(options.onFact)
  system.openAccounts()

  const began = performance.now()
  if (wiring === 'live') await playAwaited(system, options)
  else await playAll(system, options)
  const seconds = (performance.now() - began) / 1000
  const to = system.conductor.lastCloseAt ?? startAt
  return {
    mode: 'backtest',
    from: startAt,
    to,
    accounts: settings.accounts.map(account => accountResult(system, account, tally)),
    candles: system.conductor.candles,
    candlesPerSecond: Math.round(system.conductor.candles / seconds),
    nakedSecondsMax: tally.nakedSecondsMax(),
    refusals: tally.refusals,
    journalHash: system.journal.hash(),
  }
}
