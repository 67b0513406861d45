/** Candles that a model may have read of in training: there it can remember instead of deciding. */
import { DAY_MS } from '../interval.ts'
import type { AccountSettings } from '../settings.ts'
import { visible } from '../text.ts'

export type Remembered = {
  accountId: string
  model: string
  /** End of what it has seen, ISO-8601. */
  trainedUntil: string
  /** Of the backtest, from its first candle on. */
  days: number
  /** Days of the whole backtest. */
  daysInAll: number
}

const daysOf = (ms: number): number => Math.round((ms / DAY_MS) * 100) / 100

/** One for each account whose market begins before its model's stated end of training; times in epoch ms. */
export const rememberedDays = (
  { accounts }: { accounts: readonly Pick<AccountSettings, 'id' | 'model'>[] },
  startAt: number,
  endAt: number,
): Remembered[] =>
  accounts.flatMap(({ id, model }) => {
    if (model === null || model.trainedUntil === null || startAt >= model.trainedUntil) return []
    const seenUntil = Math.min(model.trainedUntil, Math.max(startAt, endAt))
    return {
      accountId: id,
      model: model.name,
      trainedUntil: new Date(model.trainedUntil).toISOString(),
      days: daysOf(seenUntil - startAt),
      daysInAll: daysOf(endAt - startAt),
    }
  })

export const warningOf = ({ accountId, model, trainedUntil, days, daysInAll }: Remembered): string =>
  `${days} of ${daysInAll} days lie before ${trainedUntil.slice(0, 10)}, up to which ${visible(model)} of ` +
  `${visible(accountId)} may have been trained on them; what it earns there proves little`
