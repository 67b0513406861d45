/** The accounts of a running engine against each other. */
import { leaderboard, type Standing } from '../domain/performance/leaderboard.ts'
import { money } from '../domain/units.ts'
import type { AccountSummary, EngineView } from './engine-view.ts'

export type LeaderboardRow = { standing: Standing; account: AccountSummary }

/** Best net return first; ranks are those among the given accounts. */
export const leaderboardView = (
  engine: Pick<EngineView, 'closedTrades'>,
  accounts: readonly AccountSummary[],
): LeaderboardRow[] => {
  const byId = new Map(accounts.map(account => [account.id, account]))
  const standings = leaderboard(
    accounts.map(({ id, shadowOf, deposit, equity, modelCostUsd }) => ({
      accountId: id,
      shadowOf,
      deposit: money(deposit),
      equity: money(equity),
      modelCostUsd: money(modelCostUsd),
      trades: engine.closedTrades(id),
    })),
  )
  return standings.flatMap(standing => {
    const account = byId.get(standing.accountId)
    return account === undefined ? [] : { standing, account }
  })
}
