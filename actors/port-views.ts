/** How it goes with everything outside: the store, the feed, each account's venue and model. */
import type { Condition, DependencyHealth } from '../domain/health.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import type { FeedStatus } from './feed-control.ts'
import type { System } from './system.ts'

/** A feed is late after this many candles, and gone after this many. */
const LATE_CANDLES = 2
const GONE_CANDLES = 10

const CIRCUITS = { closed: 'ok', half_open: 'degraded', open: 'failing' } as const

type Parts = Pick<System, 'journal' | 'conductor' | 'clock' | 'desk' | 'advisors' | 'interval'>

const storeHealth = ({ journal }: Parts, kind: string): DependencyHealth => ({
  kind: 'store',
  name: kind,
  accountId: null,
  condition: journal.isSlow ? 'degraded' : 'ok',
  detail: journal.isSlow
    ? `It does not keep up: ${journal.lag} facts are not durable; no entries until they are.`
    : null,
  since: null,
})

/** The market's clock stands while the source waits, so the age is that of the engine's own time. */
const feedHealth = (
  { conductor, clock, interval }: Parts,
  kind: string,
  state: FeedStatus['state'],
): DependencyHealth => {
  const { lastCloseAt } = conductor
  if (state === 'stopped') {
    const detail = 'It was stopped: prices and decisions stand until POST /stream/start.'
    return { kind: 'feed', name: kind, accountId: null, condition: 'degraded', detail, since: lastCloseAt }
  }
  const candles = lastCloseAt === null ? 0 : (clock.now() - lastCloseAt) / INTERVAL_MS[interval]
  const condition: Condition = candles > GONE_CANDLES ? 'failing' : candles > LATE_CANDLES ? 'degraded' : 'ok'
  const detail = condition === 'ok' ? null : `The last candle is ${candles.toFixed(1)} candles old.`
  return { kind: 'feed', name: kind, accountId: null, condition, detail, since: lastCloseAt }
}

const accountHealth = ({ desk, advisors, clock }: Parts, accountId: string): DependencyHealth[] => {
  const { exchange } = desk.seat(accountId)
  const port = exchange.health?.()
  const venue: DependencyHealth = {
    kind: 'exchange',
    name: exchange.venue,
    accountId,
    condition: port === undefined ? 'ok' : CIRCUITS[port.circuit],
    detail:
      port === undefined || port.circuit === 'closed'
        ? null
        : `${port.failures} attempts without an answer: ${port.lastError ?? 'unknown'}`,
    since: port?.since ?? null,
  }
  const advisor = advisors.of(accountId)
  if (advisor === null) return [venue]
  const { name } = advisor.settings
  const problem = advisor.health.problemOf(accountId, name, clock.now())
  const model: DependencyHealth = {
    kind: 'model',
    name,
    accountId,
    condition: problem === null ? 'ok' : problem.code === 'model_off' ? 'failing' : 'degraded',
    detail: problem?.actual ?? null,
    since: null,
  }
  return [venue, model]
}

export const portViews = (
  parts: Parts,
  known: { store: string; feed: string; feedState: FeedStatus['state'] },
): DependencyHealth[] => [
  storeHealth(parts, known.store),
  feedHealth(parts, known.feed, known.feedState),
  ...parts.desk.accountIds().flatMap(id => accountHealth(parts, id)),
]
