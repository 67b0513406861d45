/** Alerts that no fact tells of: what is looked up from time to time and found beyond its line, or back within it. */
import type { AlertChange, AlertLevel, AlertThresholds } from '../../domain/alert.ts'
import type { DependencyHealth, Resources } from '../../domain/health.ts'
import { INTERVAL_MS, isInterval } from '../../domain/interval.ts'
import type { EngineStatus, PositionSummary } from '../engine-view.ts'

export type Sight = {
  status: EngineStatus
  positions: readonly PositionSummary[]
  dependencies: readonly DependencyHealth[]
  resources: Resources | null
}

const MEGABYTE = 1_048_576
const megabytes = (bytes: number): string => `${Math.round(bytes / MEGABYTE)} MB`

type Line = {
  key: string
  code: string
  level: AlertLevel
  message: string
  over: string
  accountId?: string | null
  asset?: string
}

const whether = (isBeyond: boolean, { accountId = null, over, ...line }: Line): AlertChange =>
  isBeyond ? { do: 'raise', subject: { ...line, accountId }, over } : { do: 'clear', key: line.key }

/** `null` on a line or on what it measures is no alert, and the end of one. */
const beyond = (actual: number | null | undefined, line: number | null): boolean =>
  actual !== null && actual !== undefined && line !== null && actual > line

const candleAge = ({ feed }: EngineStatus): number | null =>
  feed.ageSeconds === null || !isInterval(feed.interval)
    ? null
    : (feed.ageSeconds * 1000) / INTERVAL_MS[feed.interval]

const ofEngine = ({ status, resources }: Sight, lines: AlertThresholds): AlertChange[] => {
  const age = candleAge(status)
  const free = resources?.diskFreeBytes ?? null
  return [
    whether(beyond(status.store.lag, lines.storeLag), {
      key: 'store_slow',
      code: 'store_slow',
      level: 'critical',
      message: `${status.store.lag} facts are not durable yet; the line is ${lines.storeLag}.`,
      over: `The store has caught up: no more than ${lines.storeLag} facts wait for it.`,
    }),
    whether(beyond(age, lines.dataAgeCandles), {
      key: 'data_stale',
      code: 'data_stale',
      level: 'critical',
      message: `The last candle is ${age?.toFixed(1)} candles old; the line is ${lines.dataAgeCandles}.`,
      over: `Candles come again: the last one is no more than ${lines.dataAgeCandles} candles old.`,
    }),
    whether(free !== null && lines.diskFreeBytes !== null && free < lines.diskFreeBytes, {
      key: 'disk_low',
      code: 'disk_low',
      level: 'critical',
      message: `The disk of the data folder has ${megabytes(free ?? 0)} left; the line is ${megabytes(lines.diskFreeBytes ?? 0)}.`,
      over: `The disk of the data folder has at least ${megabytes(lines.diskFreeBytes ?? 0)} left again.`,
    }),
    whether(beyond(resources?.memoryBytes, lines.memoryBytes), {
      key: 'memory_high',
      code: 'memory_high',
      level: 'warning',
      message: `The engine uses ${megabytes(resources?.memoryBytes ?? 0)} of memory; the line is ${megabytes(lines.memoryBytes ?? 0)}.`,
      over: `The engine uses no more than ${megabytes(lines.memoryBytes ?? 0)} of memory again.`,
    }),
    whether(beyond(resources?.loopLagMs.max, lines.loopLagMs), {
      key: 'loop_lag',
      code: 'loop_lag',
      level: 'warning',
      message: `The event loop stood still for ${Math.round(resources?.loopLagMs.max ?? 0)} ms (99 of 100 turns: ${Math.round(resources?.loopLagMs.p99 ?? 0)} ms late at most); the line is ${lines.loopLagMs} ms.`,
      over: `The event loop is no more than ${lines.loopLagMs} ms late again.`,
    }),
  ]
}

const ofPosition = (position: PositionSummary, { nakedMs }: AlertThresholds): AlertChange => {
  const { accountId, positionId, symbol, nakedSeconds } = position
  return whether(!position.protected && beyond(nakedSeconds * 1000, nakedMs), {
    key: `naked:${accountId}:${positionId}`,
    code: 'naked',
    level: 'critical',
    accountId,
    asset: symbol,
    message: `Account ${accountId}: ${symbol} has stood ${nakedSeconds} s without a confirmed stop; the limit is ${(nakedMs ?? 0) / 1000} s.`,
    over: `Account ${accountId}: ${symbol} does not stand without a stop any more.`,
  })
}

/** The engine's own store and feed have lines of their own; models are told of by their calls. */
const ofVenue = ({ accountId, name, condition, detail }: DependencyHealth): AlertChange =>
  whether(condition === 'failing', {
    key: `venue:${accountId ?? ''}`,
    code: 'venue_unreachable',
    level: 'critical',
    accountId,
    message: `Account ${accountId ?? ''}: ${name} does not answer: ${(detail ?? '').slice(0, 300)}.`,
    over: `Account ${accountId ?? ''}: ${name} answers again.`,
  })

export const changesOf = (sight: Sight, lines: AlertThresholds): AlertChange[] => [
  ...ofEngine(sight, lines),
  ...sight.positions.map(each => ofPosition(each, lines)),
  ...sight.dependencies.filter(each => each.kind === 'exchange').map(ofVenue),
]
