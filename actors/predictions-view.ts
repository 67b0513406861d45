/** What the decisions of a running engine predicted, against what came of them. */
import {
  type Forecast,
  type Prediction,
  type PredictionQuality,
  predictionQuality,
  predictionsOf,
} from '../domain/performance/predictions.ts'
import type { OneOrMore, StoreReader } from '../domain/ports.ts'
import { approvedEntries } from './approved-entries.ts'
import type { EngineView } from './engine-view.ts'

export type PredictionsView = { predictions: Prediction[]; quality: PredictionQuality[] }

/** Whose decisions are looked at; without a model or strategy they are told by the strategy each was made with. */
export type PredictingAccount = { id: string; label: string; model: string | null; strategy: string | null }

/** A decision is told as that of the model its account asks now; what a person ordered by hand is no word of it. */
const forecastsOf = async (
  reader: StoreReader,
  accounts: readonly PredictingAccount[],
  symbol: OneOrMore | undefined,
): Promise<Forecast[]> => {
  const entries = await approvedEntries(reader)
  const wanted = symbol === undefined ? null : new Set([symbol].flat())
  return accounts.flatMap(({ id: accountId, model, strategy }) =>
    entries
      .of(accountId)
      .filter(({ decision }) => wanted?.has(decision.symbol) ?? true)
      .map(({ at, decision }) => {
        const own = decision.proposal.manual === undefined ? (model ?? strategy) : null
        return { accountId, model: own ?? decision.strategy, at, decision }
      }),
  )
}

/** Of these accounts, and only of these assets where any is named. */
export const predictionsView = async (
  engine: Pick<EngineView, 'reader' | 'closedTrades' | 'positions'>,
  accounts: readonly PredictingAccount[],
  symbol?: OneOrMore,
): Promise<PredictionsView> => {
  if (accounts.length === 0) return { predictions: [], quality: [] }
  const forecasts = await forecastsOf(engine.reader, accounts, symbol)
  const ids = accounts.map(each => each.id)
  const predictions = predictionsOf(
    forecasts,
    ids.flatMap(id => engine.closedTrades(id)),
    engine.positions(ids).map(({ direction: side, ...position }) => ({ ...position, side })),
  )
  return { predictions, quality: predictionQuality(predictions) }
}
