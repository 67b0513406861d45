/** Exit conditions as a model writes them: one flat form for every kind, mapped to those a position enforces. */
import type { ExitCondition } from '../exit-plan/condition.ts'
import type { Interval } from '../interval.ts'
import { price } from '../units.ts'

export const CONDITION_KINDS = [
  'candle_close_price',
  'candle_close_ema',
  'time_stop',
  'adverse_funding',
  'unrealised_below_r',
  'break_even',
  'trailing_ratio',
  'trailing_atr',
  'trailing_r',
] as const

/** What `value` is depends on the kind: a price, an EMA length, minutes, a rate per 8 h, R, or a distance. */
export type WrittenCondition = {
  kind: (typeof CONDITION_KINDS)[number]
  value: number
  timeframe: Interval | null
  side: 'above' | 'below' | null
  after_r: number | null
}

const isCandleClose = ({ kind }: WrittenCondition): boolean => kind.startsWith('candle_close_')
const isStopMove = ({ kind }: WrittenCondition): boolean =>
  kind === 'break_even' || kind.startsWith('trailing_')

/**
 * A field that is missing, or does not belong to the kind and so may mean something else than we would do (a time stop
 * of 6 on `4h` may be six candles), as a field and what is wrong with it; `null` when it can be mapped. Whether the
 * condition makes sense for the entry is judged by the staircase.
 */
export const writtenProblem = (written: WrittenCondition): { field: string; problem: string } | null => {
  const { kind, timeframe, side, after_r } = written
  const needs = isCandleClose(written)
  for (const [field, value] of [
    ['timeframe', timeframe],
    ['side', side],
  ] as const) {
    if (needs && value === null) return { field, problem: `${kind} needs it` }
    if (!needs && value !== null) return { field, problem: `null for ${kind}` }
  }
  if (kind === 'break_even' && after_r === null) return { field: 'after_r', problem: 'break_even needs it' }
  if (!isStopMove(written) && after_r !== null) return { field: 'after_r', problem: `null for ${kind}` }
  return null
}

/** `written` has no problem. */
export const conditionOf = (written: WrittenCondition): ExitCondition => {
  const { kind, value, after_r } = written
  const timeframe = written.timeframe as Interval
  const side = written.side as 'above' | 'below'
  const activateAfterR = after_r ?? 0
  switch (kind) {
    case 'candle_close_price':
      return { kind: 'candle_close_beyond', timeframe, side, level: { price: price(value) } }
    case 'candle_close_ema':
      return { kind: 'candle_close_beyond', timeframe, side, level: { ema: value } }
    case 'time_stop':
      return { kind, afterMs: value * 60_000 }
    case 'adverse_funding':
      return { kind, rateMax: value }
    case 'unrealised_below_r':
      return { kind, r: value }
    case 'break_even':
      return { kind, afterR: activateAfterR, offsetR: value }
    case 'trailing_ratio':
      return { kind: 'trailing', distance: { ratio: value }, activateAfterR }
    case 'trailing_atr':
      return { kind: 'trailing', distance: { atr: value }, activateAfterR }
    case 'trailing_r':
      return { kind: 'trailing', distance: { r: value }, activateAfterR }
  }
}
