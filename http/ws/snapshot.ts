/** The state a stream begins with. */
import type { AccountSummary, EngineView, PositionSummary } from '../../actors/engine-view.ts'
import { presentActor } from '../present/actor.ts'
import { presentMarket } from '../present/stream-market.ts'
import {
  presentAccountState,
  presentBalance,
  presentStreamPosition,
  presentTradingPosition,
} from '../present/stream-position.ts'
import { coversAccount, coversAsset, type Selection } from './selection.ts'

const accountsOf = (engine: EngineView, selection: Selection): AccountSummary[] =>
  engine
    .accounts(selection.accounts === '*' ? undefined : selection.accounts)
    .filter(each => coversAccount(selection, each.id))

const positionsOf = (engine: EngineView, selection: Selection): PositionSummary[] =>
  engine
    .positions(selection.accounts === '*' ? undefined : selection.accounts)
    .filter(each => coversAccount(selection, each.accountId) && coversAsset(selection, each.symbol))

export const snapshotOf = (engine: EngineView, selection: Selection): Record<string, unknown> => {
  const { stream } = selection
  switch (stream) {
    case 'trading-events':
      return {
        stream,
        accounts: accountsOf(engine, selection).map(presentAccountState),
        positions: positionsOf(engine, selection).map(each => ({
          account_id: each.accountId,
          ...presentTradingPosition(each),
        })),
      }
    case 'positions':
      return {
        stream,
        balances: accountsOf(engine, selection).map(each => ({
          account_id: each.id,
          ...presentBalance(each),
        })),
        positions: positionsOf(engine, selection).map(each => ({
          account_id: each.accountId,
          ...presentStreamPosition(each),
        })),
      }
    case 'market-data':
      return {
        stream,
        markets: engine
          .markets()
          .filter(
            each =>
              each.accountIds.some(id => coversAccount(selection, id)) && coversAsset(selection, each.symbol),
          )
          .map(presentMarket),
      }
    case 'actors':
      return {
        stream,
        actors: engine
          .actors()
          .filter(({ id }) => isCovered(selection, id))
          .map(presentActor),
      }
  }
}

const isCovered = (selection: Selection, actorId: string): boolean => {
  const [accountId = ''] = actorId.split('/')
  const asset = /\/position:([^/]+)/.exec(actorId)?.[1]
  return coversAccount(selection, accountId) && (asset === undefined || coversAsset(selection, asset))
}
