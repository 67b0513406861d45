/**
 * *decide*: the account's strategy, or its model, is asked about the assets that are due. A strategy that throws loses only
 * its asset.
 */
import { hold, type Proposal, type StrategyView } from '../domain/strategy.ts'
import type { DecideAnswer, DecideInput } from '../machines/account/context.ts'
import { type Flow, wait } from './flow.ts'
import type { Market, Window } from './market.ts'
import { advised } from './model/advise.ts'
import type { Seat, World } from './world.ts'

/** A candle that closes at `at`; for a question out of turn, whose moment is no close, one that closed within the interval before. */
const isOf = (at: number, closeAt: number, intervalMs: number): boolean =>
  closeAt === at || (at % intervalMs !== 0 && at > closeAt && at - closeAt < intervalMs)

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
    return hold(window.symbol, `strategy_failed: ${error instanceof Error ? error.message : String(error)}`)
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

/** What the account's rules propose for these assets at the moment of a question. */
export const byRules = (
  world: World,
  { accountId, at }: Pick<DecideInput, 'accountId' | 'at'>,
  symbols: readonly string[],
): Proposal[] => {
  const { market } = world
  const seat = world.seat(accountId)
  const equity = seat.mirror.equity(market)
  return symbols.map(symbol => ask(seat, market.window(symbol, seat.settings.interval), at, equity))
}

export const decide = (world: World) =>
  function* (input: DecideInput): Flow<DecideAnswer> {
    const seat = world.seat(input.accountId)
    const rules = (symbols: readonly string[]): Proposal[] => byRules(world, input, symbols)
    const proposals =
      seat.advisor === null ? rules(input.symbols) : yield* advised(world, seat, seat.advisor, input, rules)
    return yield* wait({ proposals, at: world.clock.now() })
  }
