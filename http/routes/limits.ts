/** Caches and limits, as they stand. */
import { createRoute, z } from '@hono/zod-openapi'
import type { CacheStats } from '../../domain/cache-stats.ts'
import type { App, RouteDeps } from '../context.ts'
import {
  Cache,
  cacheExample,
  presentCache,
  presentStanding,
  RateLimits,
  rateExample,
} from '../present/limits.ts'
import { listOf } from '../present/shape.ts'
import { choice, noQuery, query } from '../query.ts'
import { answers, READ_ACCESS } from './answers.ts'

const about = { method: 'get' as const, tags: ['Engine'], security: READ_ACCESS }

const caches = createRoute({
  ...about,
  path: '/cache/stats',
  summary: 'Caches: hits, misses, size and age',
  description:
    'Candles and prices of the running market are not cached: they are in memory, and read where they are.',
  request: { query: noQuery },
  responses: answers('Caches by name.', listOf(Cache), { items: [cacheExample], total: 1, next: null }),
})

const limits = createRoute({
  ...about,
  path: '/rate-limits',
  summary: 'How much may still be asked, of this engine and of exchanges',
  request: { query: query({ exchange: choice(['paper'], 'Only this venue.') }) },
  responses: answers('Limits.', RateLimits, rateExample),
})

export const limitRoutes = (app: App, { door, now }: RouteDeps, statsOf: () => CacheStats[]): void => {
  app.openapi(caches, c => {
    const items = statsOf().map(each => presentCache(each, now()))
    return c.json({ items, total: items.length, next: null }, 200)
  })

  app.openapi(limits, c => {
    const { reads, commands } = door.limits(c.get('fingerprint'))
    const token = { reads: presentStanding(reads), commands: presentStanding(commands) }
    // The paper venue takes as much as it is asked.
    const exchanges = [{ exchange: 'paper', limit: null, used_weight: null, resets_at: null }]
    const answer: z.infer<typeof RateLimits> = { token, exchanges }
    return c.json(answer, 200)
  })
}
