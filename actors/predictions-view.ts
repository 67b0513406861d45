/** What the decisions of a running engine predicted, against what came of them. */
import {
  type Forecast,
  type Prediction,
  type PredictionQuality,
  predictionQuality,
  predictionsOf,
} from '../domain/performance/predictions.ts'
import type { StoreReader } from '../domain/ports.ts'
import type { AccountSummary, EngineView } from './engine-view.ts'

export type PredictionsView = { predictions: Prediction[]; quality: PredictionQuality[] }

const PAGE = 500

/** Entries that were let through, oldest first. A decision is told as that of the model its account asks now. */
const forecastsOf = async (
  reader: StoreReader,
  accounts: readonly AccountSummary[],
  symbol: string | undefined,
): Promise<Forecast[]> => {
  const modelOf = new Map(accounts.map(({ id, model, strategy }) => [id, model ?? strategy]))
  const forecasts: Forecast[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await reader.decisions({
      accountId: [...modelOf.keys()],
      status: 'approved',
      limit: PAGE,
      oldestFirst: true,
      ...(symbol === undefined ? {} : { symbol }),
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const { accountId, at, ...decision } of page.items)
      forecasts.push({ accountId, model: modelOf.get(accountId) ?? decision.strategy, at, decision })
    if (page.next === null) return forecasts
    cursor = page.next
  }
}

/** Of these accounts, and only of this asset where one is named. */
export const predictionsView = async (
  engine: Pick<EngineView, 'reader' | 'closedTrades'>,
  accounts: readonly AccountSummary[],
  symbol?: string,
): Promise<PredictionsView> => {
  // No account is no filter to a store.
  if (accounts.length === 0) return { predictions: [], quality: [] }
  const forecasts = await forecastsOf(engine.reader, accounts, symbol)
  const predictions = predictionsOf(
    forecasts,
    accounts.flatMap(({ id }) => engine.closedTrades(id)),
  )
  return { predictions, quality: predictionQuality(predictions) }
}
