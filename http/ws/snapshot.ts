/** The state a stream begins with. */
import type { EngineDesk } from '../../actors/engine-control.ts'
import type { AccountSummary, EngineView, PositionSummary } from '../../actors/engine-view.ts'
import type { Operations } from '../../actors/operations/watch.ts'
import { presentActor } from '../present/actor.ts'
import { presentMarket, presentSignal, presentTemperature } from '../present/stream-market.ts'
import {
  presentAccountState,
  presentBalance,
  presentStreamPosition,
  presentTradingPosition,
} from '../present/stream-position.ts'
import { presentAlertNews, presentWorkingOrder } from '../present/stream-trading.ts'
import { coversAccount, coversAsset, type Selection } from './selection.ts'

type Engine = EngineView & Pick<EngineDesk, 'insight'>

const accountsOf = (engine: EngineView, selection: Selection): AccountSummary[] =>
  engine
    .accounts(selection.accounts === '*' ? undefined : selection.accounts)
    .filter(each => coversAccount(selection, each.id))

const positionsOf = (engine: EngineView, selection: Selection): PositionSummary[] =>
  engine
    .positions(selection.accounts === '*' ? undefined : selection.accounts)
    .filter(each => coversAccount(selection, each.accountId) && coversAsset(selection, each.symbol))

const idsOf = (engine: EngineView, selection: Selection): string[] =>
  engine.settings.accounts.map(each => each.id).filter(id => coversAccount(selection, id))

const ordersOf = (engine: Engine, selection: Selection) =>
  engine.insight
    .orders(idsOf(engine, selection))
    .filter(each => coversAsset(selection, each.request.symbol))
    .map(each => ({ account_id: each.ids.accountId, ...presentWorkingOrder(each) }))

/** As GET /alerts: those of the engine as a whole are everybody's. */
const alertsOf = (operations: Pick<Operations, 'alerts'>, selection: Selection) =>
  operations
    .alerts()
    .filter(
      each =>
        each.clearedAt === null &&
        (each.accountId === null || coversAccount(selection, each.accountId)) &&
        (each.asset === undefined || coversAsset(selection, each.asset)),
    )
    .map(alert => ({
      account_id: alert.accountId,
      ...presentAlertNews({ event: 'raised', alert, message: alert.message }),
    }))

const scoresOf = (engine: Engine, selection: Selection) => {
  const settings = new Map(engine.settings.accounts.map(each => [each.id, each.strategy.temperature]))
  const latest = engine.insight
    .signals(idsOf(engine, selection))
    .filter(each => coversAsset(selection, each.symbol))
  return {
    signals: latest.map(each => ({ account_id: each.accountId, ...presentSignal(each) })),
    temperatures: latest.flatMap(each => {
      const limits = settings.get(each.accountId)
      return limits === undefined ? [] : [{ account_id: each.accountId, ...presentTemperature(each, limits) }]
    }),
  }
}

export const snapshotOf = (
  engine: Engine,
  operations: Pick<Operations, 'alerts'>,
  selection: Selection,
): Record<string, unknown> => {
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
        orders: ordersOf(engine, selection),
        alerts: alertsOf(operations, selection),
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
        orders: ordersOf(engine, selection),
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
        ...scoresOf(engine, selection),
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
