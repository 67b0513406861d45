/** The engine as a whole. */
import { z } from '@hono/zod-openapi'
import type { EngineStatus } from '../../actors/engine-view.ts'
import type { HealthReport } from '../../actors/operations/watch.ts'
import { HealthDetail, healthDetailExample, Job, presentHealth, presentJob } from './health.ts'
import { amount, choice, count, iso, isoOrNull, moment, number, text } from './shape.ts'

export const Status = z
  .strictObject({
    mode: text('`paper` or `backtest`.'),
    started_at: moment('When the engine started.'),
    uptime_s: number('Seconds since then.').min(0),
    now: moment('Simulated or real time the engine stands at.'),
    speed: z
      .union([z.number(), z.literal('max')])
      .openapi({ description: 'Simulated seconds per real second.' }),
    feed: z.strictObject({
      kind: text('Where candles come from.'),
      interval: text('Length of its candles.'),
      last_candle_at: moment('Close of the last candle.').nullable(),
      age_s: number('Seconds since then.').nullable(),
      candles: count('Candles so far.'),
    }),
    store: z.strictObject({
      kind: choice(['pglite', 'postgresql'], 'Database.'),
      lag: count('Facts that are not durable yet.'),
    }),
    accounts: z.array(
      z.strictObject({
        account_id: text('Account.'),
        status: text('`active`, `paused`, `halted`, `degraded` or `stopped`.'),
        state: text('State of its actor.'),
        equity: amount('Balance + open profit at mark.'),
        positions_open: count('Open positions, and entries on their way.'),
      }),
    ),
    jobs: z.array(Job).optional().openapi({
      description: 'What is done from time to time beside trading; not told without a token.',
    }),
    health: HealthDetail.optional().openapi({
      description: 'How everything around the engine stands; not told without a token.',
    }),
  })
  .openapi('Status')

export type Status = z.infer<typeof Status>

/** `sees` says which accounts the asker may know of; `health` is `null` for who is told nothing of the engine itself. */
export const presentStatus = (
  status: EngineStatus,
  sees: (accountId: string) => boolean,
  health: HealthReport | null,
): Status => ({
  ...(health === null ? {} : { jobs: health.jobs.map(presentJob), health: presentHealth(health) }),
  mode: status.mode,
  started_at: iso(status.startedAt),
  uptime_s: status.uptimeSeconds,
  now: iso(status.now),
  speed: status.speed,
  feed: {
    kind: status.feed.kind,
    interval: status.feed.interval,
    last_candle_at: isoOrNull(status.feed.lastCandleAt),
    age_s: status.feed.ageSeconds,
    candles: status.feed.candles,
  },
  store: { kind: status.store.kind, lag: status.store.lag },
  accounts: status.accounts
    .filter(each => sees(each.id))
    .map(each => ({
      account_id: each.id,
      status: each.status,
      state: each.state,
      equity: each.equity,
      positions_open: each.positionsOpen,
    })),
})

export const statusExample: Status = {
  mode: 'paper',
  started_at: '2026-01-02T02:00:00.000Z',
  uptime_s: 5400,
  now: '2026-01-02T03:30:00.000Z',
  speed: 1,
  feed: {
    kind: 'generated',
    interval: '1m',
    last_candle_at: '2026-01-02T03:30:00.000Z',
    age_s: 0,
    candles: 270,
  },
  store: { kind: 'pglite', lag: 0 },
  accounts: [
    { account_id: 'default', status: 'active', state: 'protected', equity: '1021.6', positions_open: 1 },
  ],
  jobs: healthDetailExample.jobs,
  health: healthDetailExample,
}
