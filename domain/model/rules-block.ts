/** What a model is told of its bounds: actions that are legal now, and the account's limits in the words of the rules. */
import type { Interval } from '../interval.ts'
import type { RiskRule } from '../risk/verdict.ts'
import type { RiskLimits, StrategySettings } from '../settings.ts'
import { percentText } from '../units.ts'

export type AssetActions = { symbol: string; actions: readonly string[] }

export type RulesInForce = {
  limits: RiskLimits
  strategy: Pick<StrategySettings, 'confidenceMin' | 'confirmationMs' | 'reversalCount' | 'targetRewardRatio'>
  /** Decision interval. */
  interval: Interval
  /** Rest of an asset after a position in it has ended. */
  cooldownMs: number
}

type Line = [rule: RiskRule | 'confirmation' | 'reversal', limit: string]

const minutes = (ms: number): string => `${ms / 60_000} min`

const stopText = ({ limits, interval }: RulesInForce): string => {
  if (limits.stop === 'reject') return 'an entry without a stop is refused'
  if (limits.stop === 'off') return 'a stop may be left out; then the whole notional counts as risk'
  return `an entry without a stop gets one ${limits.stopAtrMultiple} ATR14 of ${interval} away`
}

const sizeLines = ({ limits }: RulesInForce): (Line | null)[] => [
  [
    'leverage',
    `${limits.leverageMin} to ${limits.leverageMax}, ${limits.leverageDefault} where none is asked`,
  ],
  limits.positionRatioMax === null
    ? null
    : [
        'position_cap',
        `${limits.positionBasis} of at most ${percentText(limits.positionRatioMax)} of equity`,
      ],
  limits.riskPerTradeRatioMax === null
    ? null
    : [
        'risk_per_trade',
        `loss from entry to stop of at most ${percentText(limits.riskPerTradeRatioMax)} of equity`,
      ],
  limits.heatRatioMax === null
    ? null
    : ['heat', `losses at all stops together of at most ${percentText(limits.heatRatioMax)} of equity`],
]

const momentLines = ({ limits, strategy, cooldownMs }: RulesInForce): (Line | null)[] => [
  ['position_flat', 'one position or entry per asset'],
  cooldownMs === 0 ? null : ['cooldown', `no entry for ${minutes(cooldownMs)} after a position has ended`],
  limits.positionsMax === null ? null : ['positions_open', `at most ${limits.positionsMax} positions`],
  limits.tradesPerDayMax === null
    ? null
    : ['trades_per_day', `at most ${limits.tradesPerDayMax} trades per UTC day`],
  limits.dailyLossRatioMax === null
    ? null
    : [
        'daily_loss',
        `entries only while the loss of the UTC day is below ${percentText(limits.dailyLossRatioMax)}`,
      ],
  limits.drawdownTripRatio === null
    ? null
    : ['drawdown', `entries only while the drawdown is below ${percentText(limits.drawdownTripRatio)}`],
  limits.fundingRateMax === null
    ? null
    : ['funding', `funding of at most ${percentText(limits.fundingRateMax)} per 8 h against the side`],
  strategy.confidenceMin <= 0
    ? null
    : ['confidence', `an entry that states its confidence needs at least ${strategy.confidenceMin}`],
  strategy.confirmationMs === 0
    ? null
    : [
        'confirmation',
        `an entry must be asked for during ${minutes(strategy.confirmationMs)} before it is made`,
      ],
  strategy.reversalCount <= 1
    ? null
    : [
        'reversal',
        `the other side closes an open position only when asked for on ${strategy.reversalCount} decisions in a row`,
      ],
]

const targetText = ({ strategy }: RulesInForce): string =>
  strategy.targetRewardRatio === null
    ? 'a target may be left out'
    : `an entry without a target gets one at ${strategy.targetRewardRatio} times its stop distance`

/** One line per rule that is on. Beyond a limit a size is cut to fit, anything else is refused. */
export const ruleLines = (rules: RulesInForce): { rule: string; limit: string }[] => {
  const lines: (Line | null)[] = [
    ['stop_required', stopText(rules)],
    ['stop_side', 'a stop lies below a long and above a short'],
    ['target_side', `a target lies on the other side; ${targetText(rules)}`],
    ...sizeLines(rules),
    ...momentLines(rules),
  ]
  return lines.filter(line => line !== null).map(([rule, limit]) => ({ rule, limit }))
}
