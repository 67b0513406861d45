/** What a decision expected to earn against what its trade earned, and how far its confidence can be believed. */
import type { ClosedTrade, DecisionRecord } from '../fact.ts'
import type { Direction } from '../order.ts'
import type { Proposal } from '../strategy.ts'
import { type Decimal, dec, notional, type Price } from '../units.ts'
import { correlation } from './correlation.ts'
import { plain, plainOrNull } from './plain.ts'

/** What of a decision says what it expects. */
export type Predicting = Pick<DecisionRecord, 'decisionId' | 'symbol' | 'strategy' | 'price'> & {
  proposal: Pick<Proposal, 'action' | 'confidence' | 'predictedRoiPct' | 'target' | 'manual'>
}

/** Without what it was decided by, which is most of it. */
export const predictingOf = ({ decisionId, symbol, strategy, price, proposal }: Predicting): Predicting => {
  const { action, confidence, predictedRoiPct = null, target, manual } = proposal
  const kept = { action, confidence, predictedRoiPct, target, ...(manual === undefined ? {} : { manual }) }
  return { decisionId, symbol, strategy, price, proposal: kept }
}

/** An entry that the rules let pass, with who made it. */
export type Forecast = {
  accountId: string
  /** Name of the model; of the strategy where there is none. */
  model: string
  at: number
  decision: Predicting
}

/** `decision`: it said what to expect. `target`: it did not, and its target is what it expects. */
export type PredictedBy = 'decision' | 'target'

export type Prediction = {
  decisionId: string
  accountId: string
  model: string
  symbol: string
  action: 'buy' | 'sell'
  at: number
  /** Percent, 0 to 100; `null`: it had none. */
  confidence: number | null
  /** Percent of the entry's notional: net as it was said, or the way to the target; `null`: neither was said. */
  predictedRoiPercent: number | null
  predictedBy: PredictedBy | null
  /** As predicted, measured on the closed trade; `null` while it is open, or was never filled. */
  actualRoiPercent: string | null
  /** actual − predicted, percentage points; `null` without one of them. */
  errorPercent: string | null
  closedAt: number | null
}

/** One of ten equal ranges of stated confidence; the last holds 100 as well. */
export type CalibrationBin = {
  fromPercent: number
  toPercent: number
  count: number
  /** Mean of what was stated; `null` without any. */
  statedPercent: string | null
  /** Share of those that earned something after costs; `null` without any. */
  wonPercent: string | null
}

export type PredictionQuality = {
  model: string
  /** `null`: all of them together. */
  symbol: string | null
  /** Closed, with a predicted return. */
  count: number
  /** Mean of the errors: above zero, more was earned than predicted. */
  meanErrorPercent: string | null
  meanAbsoluteErrorPercent: string | null
  /** Of predicted and actual returns, −1 to 1; `null` with fewer than two, or when one of them never varies. */
  correlation: string | null
  /** Predictions of a gain that was one, or of a loss that was one, of all that predicted either. */
  signHitRatePercent: string | null
  /** Closed, with a stated confidence. */
  rated: number
  /** Mean of (confidence − won)², both from 0 to 1: 0 is perfect, 0.25 what a coin would get. */
  brierScore: string | null
  calibration: CalibrationBin[]
}

const BIN = 10
const BINS = 100 / BIN

const mean = (values: readonly Decimal[]): Decimal | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum.plus(value), dec(0)).div(values.length)

/** pnl ÷ notional of the entry × 100; `null` for an entry of nothing. */
export const roiOf = ({ pnl, quantity, entryPrice }: ClosedTrade): Decimal | null => {
  const entered = dec(notional(quantity, entryPrice))
  return entered.isZero() ? null : dec(pnl).div(entered).times(100)
}

/** What stands of an entry, or stood: of its closed trade, or of the position that is open. */
export type Placed = {
  decisionId: string | null
  side: Direction
  entryPrice: Price | string
  targetPrice: Price | string | null
}

/** (target − entry) ÷ entry × side × 100; `null` without a target. */
const wayToTarget = ({ side, entryPrice, targetPrice }: Omit<Placed, 'decisionId'>): number | null => {
  if (targetPrice === null || dec(entryPrice).isZero()) return null
  const way = dec(targetPrice).minus(entryPrice).div(entryPrice).times(100)
  return (side === 'short' ? way.neg() : way).toDecimalPlaces(12).toNumber()
}

/** The way to the target of the decision itself, from the price it was decided at. */
const ownTarget = ({ price, proposal: { action, target } }: Predicting): number | null => {
  if (target === null) return null
  if ('ratio' in target) return dec(target.ratio).times(100).toNumber()
  const side = action === 'sell' ? 'short' : 'long'
  return price === null ? null : wayToTarget({ side, entryPrice: price, targetPrice: target.price })
}

/**
 * What a decision to enter expects to earn, percent of the notional, and how it is known: what it said, else its own target,
 * else the target the rules gave to what came of it. `null` where none of them is known.
 */
export const predictedOf = (
  decision: Predicting,
  placed: Omit<Placed, 'decisionId'> | undefined,
): { percent: number | null; by: PredictedBy | null } => {
  const { predictedRoiPct: stated = null } = decision.proposal
  if (stated !== null) return { percent: stated, by: 'decision' }
  const percent = ownTarget(decision) ?? (placed === undefined ? null : wayToTarget(placed))
  return { percent, by: percent === null ? null : 'target' }
}

/** One prediction per entry, in the order given; trades and open positions are found by their decision. */
export const predictionsOf = (
  forecasts: readonly Forecast[],
  trades: readonly ClosedTrade[],
  open: readonly Placed[] = [],
): Prediction[] => {
  const placed = new Map<string | null, Placed>([...open, ...trades].map(each => [each.decisionId, each]))
  const byDecision = new Map<string, ClosedTrade>()
  for (const trade of trades) if (trade.decisionId !== null) byDecision.set(trade.decisionId, trade)
  return forecasts.flatMap(({ accountId, model, at, decision }) => {
    const { decisionId, symbol, proposal } = decision
    const { action, confidence } = proposal
    if (action !== 'buy' && action !== 'sell') return []
    const { percent: predicted, by } = predictedOf(decision, placed.get(decisionId))
    const trade = byDecision.get(decisionId)
    const actual = trade === undefined ? null : roiOf(trade)
    const error = actual === null || predicted === null ? null : actual.minus(predicted)
    return {
      decisionId,
      accountId,
      model,
      symbol,
      action,
      at,
      confidence,
      predictedRoiPercent: predicted,
      predictedBy: by,
      actualRoiPercent: plainOrNull(actual),
      errorPercent: plainOrNull(error),
      closedAt: trade?.exitAt ?? null,
    }
  })
}

type Rated = { confidence: number; won: boolean }

const percentOf = (part: number, whole: number): string | null =>
  whole === 0 ? null : plain(dec(part).div(whole).times(100))

const calibrationOf = (rated: readonly Rated[]): CalibrationBin[] =>
  Array.from({ length: BINS }, (_, bin) => {
    const own = rated.filter(each => Math.min(Math.floor(each.confidence / BIN), BINS - 1) === bin)
    return {
      fromPercent: bin * BIN,
      toPercent: (bin + 1) * BIN,
      count: own.length,
      statedPercent: plainOrNull(mean(own.map(each => dec(each.confidence)))),
      wonPercent: percentOf(own.filter(each => each.won).length, own.length),
    }
  })

/** Score of forecasts by G. W. Brier, Monthly Weather Review 78 (1950), for two outcomes. */
const brier = (rated: readonly Rated[]): Decimal | null =>
  mean(
    rated.map(({ confidence, won }) =>
      dec(confidence)
        .div(100)
        .minus(won ? 1 : 0)
        .pow(2),
    ),
  )

const qualityOf = (
  model: string,
  symbol: string | null,
  predictions: readonly Prediction[],
): PredictionQuality => {
  const pairs = predictions.flatMap(({ predictedRoiPercent: predicted, actualRoiPercent: actual }) =>
    predicted === null || actual === null ? [] : ([[dec(predicted), dec(actual)]] as const),
  )
  const errors = predictions.flatMap(each => (each.errorPercent === null ? [] : dec(each.errorPercent)))
  const signed = predictions.filter(each => each.errorPercent !== null && each.predictedRoiPercent !== 0)
  const hits = signed.filter(
    ({ predictedRoiPercent: predicted, actualRoiPercent: actual }) =>
      Math.sign(predicted ?? 0) === Math.sign(Number(actual)),
  )
  const rated = predictions.flatMap(({ confidence, actualRoiPercent: actual }) =>
    confidence === null || actual === null ? [] : { confidence, won: dec(actual).gt(0) },
  )
  return {
    model,
    symbol,
    count: errors.length,
    meanErrorPercent: plainOrNull(mean(errors)),
    meanAbsoluteErrorPercent: plainOrNull(mean(errors.map(error => error.abs()))),
    correlation: plainOrNull(correlation(pairs)),
    signHitRatePercent: percentOf(hits.length, signed.length),
    rated: rated.length,
    brierScore: plainOrNull(brier(rated)),
    calibration: calibrationOf(rated),
  }
}

/** Per model all together, then per asset; models and assets in alphabetical order. */
export const predictionQuality = (predictions: readonly Prediction[]): PredictionQuality[] => {
  const namesOf = (values: readonly string[]): string[] => [...new Set(values)].sort()
  return namesOf(predictions.map(each => each.model)).flatMap(model => {
    const own = predictions.filter(each => each.model === model)
    return [
      qualityOf(model, null, own),
      ...namesOf(own.map(each => each.symbol)).map(symbol =>
        qualityOf(
          model,
          symbol,
          own.filter(each => each.symbol === symbol),
        ),
      ),
    ]
  })
}
