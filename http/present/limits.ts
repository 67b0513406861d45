/** What caches hold and save, and how much may still be asked. */
import { z } from '@hono/zod-openapi'
import type { CacheStats } from '../../domain/cache-stats.ts'
import type { RateStanding } from '../rate-limit.ts'
import { count, iso, moment, number, text } from './shape.ts'

export const Cache = z
  .strictObject({
    name: text(
      '`candle_files`: checked candle files in the data folder; `stream_snapshots`: the state streams begin with, shared by ' +
        'clients that come at once.',
    ),
    hits: count('Reads it answered, since the engine was started.'),
    misses: count('Reads that had to be made.'),
    hit_rate: number('hits ÷ (hits + misses); `null`: nothing was read yet.').nullable(),
    entries: count('What it holds now.'),
    bytes: count('Their size.'),
    oldest_age_seconds: number('Age of the oldest of them; `null`: it is empty.').nullable(),
  })
  .openapi('Cache')

export const presentCache = (stats: CacheStats, now: number): z.infer<typeof Cache> => {
  const { name, hits, misses, entries, bytes, oldestAt } = stats
  const reads = hits + misses
  return {
    name,
    hits,
    misses,
    hit_rate: reads === 0 ? null : hits / reads,
    entries,
    bytes,
    oldest_age_seconds: oldestAt === null ? null : Math.max(0, now - oldestAt) / 1000,
  }
}
export const cacheExample: z.infer<typeof Cache> = {
  name: 'stream_snapshots',
  hits: 48,
  misses: 2,
  hit_rate: 0.96,
  entries: 1,
  bytes: 18_412,
  oldest_age_seconds: 0.4,
}

const Standing = z
  .strictObject({
    limit: count('Requests per minute, and the most at once.'),
    left: count('That may be made now.'),
    resets_at: moment('When all of them may be again, if none is made.'),
  })
  .openapi('RateStanding')

export const RateLimits = z
  .strictObject({
    token: z
      .strictObject({
        reads: Standing.nullable().openapi({ description: '`null`: no limit.' }),
        commands: Standing.nullable().openapi({ description: '`null`: no limit.' }),
      })
      .openapi({
        description: 'Of the token of this request, which counts. /emergency-stop is never limited.',
      }),
    exchanges: z
      .array(
        z.strictObject({
          exchange: text('Venue.'),
          limit: count('Weight per window.').nullable(),
          used_weight: count('Used of it.').nullable(),
          resets_at: moment('End of the window.').nullable(),
        }),
      )
      .openapi({ description: 'As the exchange reports them; `null`: it has none, as paper.' }),
  })
  .openapi('RateLimits')

export const presentStanding = (standing: RateStanding | null): z.infer<typeof Standing> | null =>
  standing === null
    ? null
    : { limit: standing.perMinute, left: standing.left, resets_at: iso(standing.fullAt) }

export const rateExample: z.infer<typeof RateLimits> = {
  token: {
    reads: { limit: 600, left: 588, resets_at: '2026-01-02T03:00:01.200Z' },
    commands: { limit: 600, left: 600, resets_at: '2026-01-02T03:00:00.000Z' },
  },
  exchanges: [{ exchange: 'paper', limit: null, used_weight: null, resets_at: null }],
}
