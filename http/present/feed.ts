/** The feed of the market: whether it comes in, and since when it has been quiet. */
import { z } from '@hono/zod-openapi'
import type { EngineStatus } from '../../actors/engine-view.ts'
import type { FeedStatus } from '../../actors/feed-control.ts'
import type { Condition } from '../../domain/health.ts'
import { choice, count, flag, iso, isoOrNull, moment, number, text } from './shape.ts'

export const Feed = z
  .strictObject({
    state: choice(
      ['running', 'stopping', 'stopped', 'ended'],
      '`stopping`: asked to, and goes on to the next open of a candle; `ended`: nothing more will come.',
    ),
    connected: flag('The market comes in.'),
    condition: choice(['ok', 'degraded', 'failing'], 'As in /status: late, stopped or gone is not ok.'),
    kind: text('Where it comes from.'),
    interval: text('Length of its candles.'),
    symbols: z.array(z.string()).openapi({ description: 'Assets it prices.' }),
    last_message_at: moment('Real time of its last word; `null` before the first.').nullable(),
    last_message_age_seconds: number('Real time since then.').nullable(),
    last_candle_at: moment('Close of its last candle, in the time of the market.').nullable(),
    reconnects: count('Times it came back after a stop since the engine was started.'),
  })
  .openapi('Feed')

export type FeedSight = {
  feed: FeedStatus
  about: EngineStatus['feed']
  symbols: string[]
  condition: Condition
  /** Epoch ms, wall clock. */
  now: number
}

export const presentFeed = ({ feed, about, symbols, condition, now }: FeedSight): z.infer<typeof Feed> => {
  const ageMs = feed.messageAgeMs
  const isComing = feed.state === 'running' || feed.state === 'stopping'
  return {
    state: feed.state,
    connected: isComing && ageMs !== null,
    condition,
    kind: about.kind,
    interval: about.interval,
    symbols,
    last_message_at: ageMs === null ? null : iso(now - ageMs),
    last_message_age_seconds: ageMs === null ? null : Math.round(ageMs) / 1000,
    last_candle_at: isoOrNull(about.lastCandleAt),
    reconnects: feed.restarts,
  }
}

export const feedExample: z.infer<typeof Feed> = {
  state: 'running',
  connected: true,
  condition: 'ok',
  kind: 'generated',
  interval: '1m',
  symbols: ['BTC', 'ETH'],
  last_message_at: '2026-01-02T03:00:00.000Z',
  last_message_age_seconds: 0.4,
  last_candle_at: '2026-01-02T03:00:00.000Z',
  reconnects: 0,
}
