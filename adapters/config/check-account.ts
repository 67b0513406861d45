/** Rules between the settings of one account: each value may be fine alone and wrong together. */

import { nearest } from '../../domain/nearest.ts'
import { findSignal, signalNames } from '../../domain/signals/registry.ts'
import type { SignalParameters } from '../../domain/signals/signal.ts'
import { dec } from '../../domain/units.ts'
import { DEFAULT_ORIGIN } from './accounts.ts'
import type { Origin } from './problem.ts'
import type { Report } from './report.ts'
import { isObject, originAt, type Path, type SettingTree, valueAt } from './tree.ts'

type Check = { tree: SettingTree; path: Path; report: Report }

const numberAt = (check: Check, ...steps: string[]): number | null => {
  const value = valueAt(check.tree.root, [...check.path, ...steps])
  return typeof value === 'number' ? value : null
}

/** The place to point at: the first of the settings that somebody wrote. */
export const blame = (tree: SettingTree, paths: Path[]): { path: Path; origin: Origin } => {
  const path = paths.find(each => originAt(tree, each)?.source !== 'default') ?? paths[0] ?? []
  return { path, origin: originAt(tree, path) ?? DEFAULT_ORIGIN }
}

const keyOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** `lower` must be below `upper` (or equal, if `touching`). */
const ordered = (check: Check, lower: string, upper: string, touching = false): void => {
  const [low, high] = [numberAt(check, ...lower.split('.')), numberAt(check, ...upper.split('.'))]
  if (low === null || high === null || low < high || (touching && low === high)) return
  const paths = [lower, upper].map(name => [...check.path, ...name.split('.')])
  const { path, origin } = blame(check.tree, paths)
  const relation = touching ? 'above' : low === high ? 'equal to' : 'above'
  const message = `${keyOf(lower)} ${low} is ${relation} ${keyOf(upper)} ${high}`
  const remedy = `Set ${keyOf(lower)} ${touching ? 'to at most' : 'below'} ${keyOf(upper)}.`
  check.report.problem(path, origin, undefined, message, remedy)
}

const checkWeights = (check: Check): void => {
  const signals = valueAt(check.tree.root, [...check.path, 'strategy', 'signals'])
  if (!isObject(signals)) return
  const enabled = Object.entries(signals).flatMap(([name, signal]) =>
    isObject(signal) && signal['enabled'] !== false && typeof signal['weight'] === 'number'
      ? [{ name, weight: signal['weight'] }]
      : [],
  )
  const sum = enabled.reduce((total, each) => total.plus(each.weight), dec(0))
  const group = [...check.path, 'strategy', 'signals']
  const usesSignals = valueAt(check.tree.root, [...check.path, 'strategy', 'name']) === 'signals'
  if (usesSignals && sum.isZero()) {
    const switches = Object.keys(signals).flatMap(name => [
      [...group, name, 'enabled'],
      [...group, name, 'weight'],
    ])
    const { origin } = blame(check.tree, switches)
    const remedy = 'Enable one and give it a weight above 0, for example rsi: {enabled: true, weight: 0.2}.'
    check.report.problem(group, origin, undefined, 'no signal is enabled with a weight', remedy)
  }
  if (sum.lte(1)) return
  const { origin } = blame(
    check.tree,
    enabled.map(each => [...group, each.name, 'weight']),
  )
  const parts = enabled.map(each => `${each.name} ${each.weight}`).join(' + ')
  const message = `the weights of the enabled signals add up to ${sum.toFixed()}: ${parts}`
  check.report.problem(
    group,
    origin,
    undefined,
    message,
    'Lower them to 1 or less, or set enabled: false on one.',
  )
}

const BUILT_IN = ['rsi', 'moving_average', 'macd']

/** Signals of the user's own must be registered, under this name and with these parameters. */
const checkSignals = (check: Check): void => {
  const group = [...check.path, 'strategy', 'signals']
  const signals = valueAt(check.tree.root, group)
  if (!isObject(signals)) return
  const registered = signalNames().filter(name => name !== 'movingAverage')
  for (const [name, parameters] of Object.entries(signals)) {
    if (BUILT_IN.includes(name) || !isObject(parameters)) continue
    const at = [...group, name]
    const origin = originAt(check.tree, [...at, 'weight']) ?? DEFAULT_ORIGIN
    if (!registered.includes(name)) {
      const known = [...new Set([...BUILT_IN, ...registered])]
      const close = nearest(name, known)
      const remedy = close === null ? `Known: ${known.join(', ')}.` : `Did you mean ${close}?`
      check.report.problem(at, origin, undefined, 'unknown signal', remedy)
      continue
    }
    const problem = findSignal(name).problem(parameters as SignalParameters)
    if (problem !== null)
      check.report.problem(at, origin, undefined, problem, 'Correct or remove this parameter.')
  }
}

/** Checks one account of the completed tree. Tolerates values of the wrong type, which the schema reports. */
export const checkAccount = (check: Check): void => {
  checkWeights(check)
  checkSignals(check)
  ordered(check, 'risk.drawdown_rearm_pct', 'risk.drawdown_trip_pct')
  ordered(check, 'risk.drawdown_warn_pct', 'risk.drawdown_trip_pct')
  ordered(check, 'risk.leverage.min', 'risk.leverage.max', true)
  ordered(check, 'risk.leverage.min', 'risk.leverage.default', true)
  ordered(check, 'risk.leverage.default', 'risk.leverage.max', true)
  ordered(check, 'strategy.signals.rsi.buy_below', 'strategy.signals.rsi.sell_above')
  ordered(check, 'strategy.signals.moving_average.fast', 'strategy.signals.moving_average.slow')
  ordered(check, 'strategy.signals.macd.fast', 'strategy.signals.macd.slow')
  ordered(check, 'strategy.temperature.cool', 'strategy.temperature.warm')
  ordered(check, 'strategy.temperature.warm', 'strategy.temperature.hot')
  ordered(check, 'strategy.temperature.cool_size', 'strategy.temperature.warm_size', true)
  ordered(check, 'strategy.temperature.warm_size', 'strategy.temperature.hot_size', true)
  warnAccount(check)
}

const OFF_MATTERS = [
  'stop',
  'daily_loss_pct_max',
  'drawdown_trip_pct',
  'risk_per_trade_pct_max',
  'heat_pct_max',
]

const warnAccount = (check: Check): void => {
  const id = String(valueAt(check.tree.root, [...check.path, 'id']))
  const risk = valueAt(check.tree.root, [...check.path, 'risk'])
  const off = OFF_MATTERS.filter(name => isObject(risk) && risk[name] === 'off')
  if (off.length > 0) check.report.warn(`Account ${id} trades without these limits: ${off.join(', ')}.`)
  const [entry, margin] = [
    numberAt(check, 'strategy', 'entry_score'),
    numberAt(check, 'strategy', 'reversal_margin'),
  ]
  if (entry !== null && margin !== null && dec(entry).plus(margin).gt(1)) {
    check.report.warn(
      `Account ${id} never reverses: entry_score + reversal_margin is above 1, the largest score.`,
    )
  }
}
