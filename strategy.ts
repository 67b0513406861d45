/** All that a strategy of one's own needs: `import { defineStrategy, ema } from '../strategy.ts'`. */
export type { Candle } from './domain/candle.ts'
export type { ConditionLevel, ExitCondition, TrailingDistance } from './domain/exit-plan/condition.ts'
export {
  adx,
  atr,
  bollinger,
  ema,
  kdj,
  macd,
  obv,
  rsi,
  sma,
  stochastic,
  volumeAverage,
  vwap,
} from './domain/indicators/spec.ts'
export type { Answer, CloseOptions, EntryOptions } from './domain/strategies/answers.ts'
export { defineStrategy, type StrategyContext, type StrategyDefinition } from './domain/strategies/define.ts'
export type { Level, Strategy } from './domain/strategy.ts'
