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

type Line = { key: string; code: string; level: AlertLevel; message: string; accountId?: string | null }

const whether = (isBeyond: boolean, { accountId = null, ...line }: Line): AlertChange =>
  isBeyond ? { do: 'raise', subject: { ...line, accountId } } : { do: 'clear', key: line.key }

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
    }),
    whether(beyond(age, lines.dataAgeCandles), {
      key: 'data_stale',
      code: 'data_stale',
      level: 'critical',
      message: `The last candle is ${age?.toFixed(1)} candles old; the line is ${lines.dataAgeCandles}.`,
    }),
    whether(free !== null && lines.diskFreeBytes !== null && free < lines.diskFreeBytes, {
      key: 'disk_low',
      code: 'disk_low',
      level: 'critical',
      message: `The disk of the data folder has ${megabytes(free ?? 0)} left; the line is ${megabytes(lines.diskFreeBytes ?? 0)}.`,
    }),
    whether(beyond(resources?.memoryBytes, lines.memoryBytes), {
      key: 'memory_high',
      code: 'memory_high',
      level: 'warning',
      message: `The engine uses ${megabytes(resources?.memoryBytes ?? 0)} of memory; the line is ${megabytes(lines.memoryBytes ?? 0)}.`,
    }),
    whether(beyond(resources?.loopLagMs.p99, lines.loopLagMs), {
      key: 'loop_lag',
      code: 'loop_lag',
      level: 'warning',
      message: `The event loop is ${Math.round(resources?.loopLagMs.p99 ?? 0)} ms late; the line is ${lines.loopLagMs} ms.`,
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
    message: `Account ${accountId}: ${symbol} has stood ${nakedSeconds} s without a confirmed stop; the limit is ${(nakedMs ?? 0) / 1000} s.`,
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
  })

export const changesOf = (sight: Sight, lines: AlertThresholds): AlertChange[] => [
  ...ofEngine(sight, lines),
  ...sight.positions.map(each => ofPosition(each, lines)),
  ...sight.dependencies.filter(each => each.kind === 'exchange').map(ofVenue),
]
