/** *decide*: the account's strategy is asked about each asset that is due. A strategy that throws loses only its asset. */
import { INTERVAL_MS } from '../domain/interval.ts'
import { hold, type Proposal, type StrategyView } from '../domain/strategy.ts'
import type { DecideAnswer, DecideInput } from '../machines/account/context.ts'
import type { Flow } from './flow.ts'
import type { Market } from './market.ts'
import type { Seat, World } from './world.ts'

/** What a strategy by rules sees of one asset at `at`; `null` before the asset's first closed candle. */
const viewOf = (
  market: Market,
  seat: Seat,
  symbol: string,
  at: number,
  equity: number,
): StrategyView | null => {
  const { interval } = seat.settings
  const candle = market.book(symbol).closed(interval)
  if (candle === null || candle.openAt + INTERVAL_MS[interval] !== at) return null
  return {
    at,
    symbol,
    interval,
    candle,
    market: market.view(symbol, interval),
    position: seat.mirror.positions.get(symbol) ?? null,
    account: { equity, positionsOpen: seat.mirror.positionsOpen },
  }
}

/** Asks the strategy about one asset; a throw is held, with what it said. */
const ask = (market: Market, seat: Seat, symbol: string, at: number, equity: number): Proposal => {
  const view = viewOf(market, seat, symbol, at, equity)
  if (view === null) return hold(symbol, 'no_closed_candle')
  try {
    return seat.strategy.propose(view)
  } catch (error) {
    return hold(symbol, `strategy_failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** What the strategy says about each asset at `at`, by the state of this moment. */
export const proposalsOf = (
  market: Market,
  seat: Seat,
  symbols: readonly string[],
  at: number,
): Proposal[] => {
  const equity = seat.mirror.equity(symbol => market.mark(symbol)?.price ?? null)
  return symbols.map(symbol => ask(market, seat, symbol, at, equity))
}

export const decide = (world: World) =>
  // biome-ignore lint/correctness/useYield: a strategy by rules answers at once
  function* (input: DecideInput): Flow<DecideAnswer> {
    const seat = world.seat(input.accountId)
    return { proposals: proposalsOf(world.market, seat, input.symbols, input.at), at: world.clock.now() }
  }
