/**
 * *decide*: the account's strategy, or its model, is asked about the assets that are due. A strategy that throws loses only
 * its asset.
 */
import { hold, type Proposal, type StrategyView } from '../domain/strategy.ts'
import type { DecideAnswer, DecideInput } from '../machines/account/context.ts'
import { STALE_INTERVALS } from './analyse.ts'
import { type Flow, wait } from './flow.ts'
import type { Market, Window } from './market.ts'
import { advised } from './model/advise.ts'
import type { Seat, World } from './world.ts'

/**
 * A candle that closes at `at`; for a question out of turn, whose moment is no close, the newest one, while it is not stale.
 * That may be the one before last: while the inside of a candle is played, the clock stands at its close already.
 */
const isOf = (at: number, closeAt: number, intervalMs: number): boolean =>
  closeAt === at || (at % intervalMs !== 0 && at > closeAt && at - closeAt < STALE_INTERVALS * intervalMs)

/** What a strategy by rules sees of one asset at `at`; `null` when no candle of the asset closes then. */
const viewOf = (seat: Seat, window: Window, at: number, equity: number): StrategyView | null => {
  const { symbol, interval, book, view } = window
  const candle = book.closed(interval)
  if (candle === null || !isOf(at, candle.openAt + window.intervalMs, window.intervalMs)) return null
  return {
    at,
    symbol,
    interval,
    candle,
    market: view,
    position: seat.mirror.positions.get(symbol) ?? null,
    account: { equity, positionsOpen: seat.mirror.positionsOpen },
  }
}

/** Asks the strategy about one asset; a throw is held, with what it said. */
const ask = (seat: Seat, window: Window, at: number, equity: number): Proposal => {
  const view = viewOf(seat, window, at, equity)
  if (view === null) return hold(window.symbol, 'no_closed_candle')
  try {
    return seat.strategy.propose(view)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    const withheld = { code: 'strategy_failed', limit: null, actual: null }
    return { ...hold(window.symbol, `strategy_failed: ${said}`), withheld }
  }
}

/** True when the strategy wants nothing of these assets at `at`, by the state of this moment. What a model wants is not known before it is asked. */
export const holdsAll = (market: Market, seat: Seat, windows: readonly Window[], at: number): boolean => {
  if (seat.advisor !== null) return false
  const equity = seat.mirror.equity(market)
  for (let index = 0; index < windows.length; index += 1) {
    if (ask(seat, windows[index] as Window, at, equity).action !== 'hold') return false
  }
  return true
}

/** What rules took to answer since this process began, real time. */
export type RulesTiming = { runs: number; totalMs: number }

/** Kept beside the seats: it is of no account's state, and ends with the process. */
const timings = new WeakMap<Seat, RulesTiming>()

export const rulesTiming = (seat: Seat): RulesTiming => {
  const known = timings.get(seat)
  if (known !== undefined) return known
  const timing = { runs: 0, totalMs: 0 }
  timings.set(seat, timing)
  return timing
}

/** What the account's rules propose for these assets at the moment of a question. */
export const byRules = (
  world: World,
  { accountId, at }: Pick<DecideInput, 'accountId' | 'at'>,
  symbols: readonly string[],
): Proposal[] => {
  const { market } = world
  const seat = world.seat(accountId)
  const equity = seat.mirror.equity(market)
  const startedAt = performance.now()
  const proposals = symbols.map(symbol =>
    ask(seat, market.window(symbol, seat.settings.interval), at, equity),
  )
  const timing = rulesTiming(seat)
  timing.runs += symbols.length
  timing.totalMs += performance.now() - startedAt
  return proposals
}

/** A hold with what the rules read; what they propose says so itself. */
const explained = (world: World, { accountId, at }: DecideInput, proposal: Proposal): Proposal => {
  const seat = world.seat(accountId)
  const { strategy, settings, mirror } = seat
  if (proposal.action !== 'hold' || proposal.withheld !== undefined || strategy.explain === undefined) {
    return proposal
  }
  const window = world.market.window(proposal.symbol, settings.interval)
  const view = viewOf(seat, window, at, mirror.equity(world.market))
  const read = view === null ? null : strategy.explain(view)
  return read === null ? proposal : { ...proposal, rationale: `${proposal.rationale}: ${read}` }
}

export const decide = (world: World) =>
  function* (input: DecideInput): Flow<DecideAnswer> {
    const seat = world.seat(input.accountId)
    const rules = (symbols: readonly string[]): Proposal[] => byRules(world, input, symbols)
    const proposals =
      seat.advisor === null
        ? rules(input.symbols).map(each => explained(world, input, each))
        : yield* advised(world, seat, seat.advisor, input, rules)
    return yield* wait({ proposals, at: world.clock.now() })
  }
