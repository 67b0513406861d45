/** What decisions predicted against what came of them, one by one and in sum. */
import { z } from '@hono/zod-openapi'
import type {
  CalibrationBin,
  Prediction as Row,
  PredictionQuality as Quality,
} from '../../domain/performance/predictions.ts'
import { choice, count, iso, isoOrNull, listOf, moment, number, text } from './shape.ts'

const Prediction = z
  .strictObject({
    decision_id: text('Decision that opened the position.'),
    account_id: text('Account.'),
    model: text('Model that is asked; the strategy where there is none.'),
    asset: text('Asset.'),
    action: choice(['buy', 'sell'], 'What was done.'),
    at: moment('When it was decided.'),
    confidence: number('Stated confidence, 0 to 100.').nullable(),
    predicted_roi_percent: number(
      'Expected return in percent of the entry: net as the decision said, else the way to the target.',
    ).nullable(),
    predicted_by: choice(
      ['decision', 'target'],
      'Where the expected return is from; `null`: there is none.',
    ).nullable(),
    actual_roi_percent: number('What came of it, net of fees and funding; `null` while open.').nullable(),
    error_percent: number('Actual less predicted, percentage points.').nullable(),
    closed_at: moment('When the position was closed; `null` while open.').nullable(),
  })
  .openapi('Prediction')

const Calibration = z.strictObject({
  from_percent: number('Stated confidence from here.'),
  to_percent: number('To here; 100 is in the last.'),
  count: count('Closed trades with such a confidence.'),
  stated_percent: number('Mean of what was stated.').nullable(),
  won_percent: number('Share of them with a net profit.').nullable(),
})

const PredictionQuality = z
  .strictObject({
    model: text('Model; the strategy where there is none.'),
    asset: text('Asset; `null`: all together.').nullable(),
    count: count('Closed trades with a predicted return.'),
    mean_error_percent: number('Mean error; above zero: more was earned than predicted.').nullable(),
    mean_absolute_error_percent: number('Mean size of the error.').nullable(),
    correlation: number('Of predicted and actual returns, -1 to 1.').nullable(),
    sign_hit_rate_percent: number('How often a predicted gain was a gain, and a loss a loss.').nullable(),
    rated: count('Closed trades with a stated confidence.'),
    brier_score: number('Mean squared error of the confidence: 0 perfect, 0.25 a coin.').nullable(),
    calibration: z.array(Calibration).openapi({ description: 'Ten ranges of stated confidence.' }),
  })
  .openapi('PredictionQuality')

export const Predictions = listOf(Prediction)
  .extend({ quality: z.array(PredictionQuality).openapi({ description: 'By model, then by asset.' }) })
  .openapi('Predictions')

const numberOf = (value: string | null): number | null => (value === null ? null : Number(value))

export const presentPrediction = (row: Row): z.infer<typeof Prediction> => ({
  decision_id: row.decisionId,
  account_id: row.accountId,
  model: row.model,
  asset: row.symbol,
  action: row.action,
  at: iso(row.at),
  confidence: row.confidence,
  predicted_roi_percent: row.predictedRoiPercent,
  predicted_by: row.predictedBy,
  actual_roi_percent: numberOf(row.actualRoiPercent),
  error_percent: numberOf(row.errorPercent),
  closed_at: isoOrNull(row.closedAt),
})

const presentBin = (bin: CalibrationBin): z.infer<typeof Calibration> => ({
  from_percent: bin.fromPercent,
  to_percent: bin.toPercent,
  count: bin.count,
  stated_percent: numberOf(bin.statedPercent),
  won_percent: numberOf(bin.wonPercent),
})

export const presentQuality = (row: Quality): z.infer<typeof PredictionQuality> => ({
  model: row.model,
  asset: row.symbol,
  count: row.count,
  mean_error_percent: numberOf(row.meanErrorPercent),
  mean_absolute_error_percent: numberOf(row.meanAbsoluteErrorPercent),
  correlation: numberOf(row.correlation),
  sign_hit_rate_percent: numberOf(row.signHitRatePercent),
  rated: row.rated,
  brier_score: numberOf(row.brierScore),
  calibration: row.calibration.map(presentBin),
})

export const predictionsExample: z.infer<typeof Predictions> = {
  items: [
    {
      decision_id: 'default-BTC-mjwpr1c0',
      account_id: 'default',
      model: 'openai/gpt-5',
      asset: 'BTC',
      action: 'buy',
      at: '2026-01-02T03:00:00.000Z',
      confidence: 82,
      predicted_roi_percent: 4,
      predicted_by: 'decision',
      actual_roi_percent: 2.15,
      error_percent: -1.85,
      closed_at: '2026-01-02T09:00:00.000Z',
    },
  ],
  total: 1,
  next: null,
  quality: [
    {
      model: 'openai/gpt-5',
      asset: null,
      count: 1,
      mean_error_percent: -1.85,
      mean_absolute_error_percent: 1.85,
      correlation: null,
      sign_hit_rate_percent: 100,
      rated: 1,
      brier_score: 0.0324,
      calibration: [{ from_percent: 80, to_percent: 90, count: 1, stated_percent: 82, won_percent: 100 }],
    },
  ],
}
