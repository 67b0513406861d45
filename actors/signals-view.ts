/** What the signals of a running engine were worth, from the decisions that are stored. */
import { INTERVAL_MS, type Interval } from '../domain/interval.ts'
import { type SignalMoment, type SignalQuality, signalQuality } from '../domain/performance/signal-quality.ts'
import type { RowQuery, StoreReader } from '../domain/ports.ts'
import type { AccountSettings } from '../domain/settings.ts'
import { agentNames } from './agents-view.ts'

export type SignalsView = {
  quality: SignalQuality[]
  /** Decisions that were looked at, and the time of the oldest of them. */
  decisions: number
  since: number | null
  /** Older ones match as well, and were left out. */
  truncated: boolean
}

const PAGE = 1_000
/** Of an account that is gone. */
const ASSUMED: Interval = '1h'

/** The newest `most` decisions that match, judged `horizon` intervals of their account later. */
export const signalsView = async (
  { reader, accounts }: { reader: StoreReader; accounts: readonly AccountSettings[] },
  { limit: most, ...query }: RowQuery,
  horizon: number,
): Promise<SignalsView> => {
  const nameOf = agentNames(accounts)
  const intervals = new Map(accounts.map(({ id, interval }) => [id, interval]))
  const moments: SignalMoment[] = []
  let cursor: string | undefined
  let total = 0
  do {
    const limit = Math.min(PAGE, most - moments.length)
    const page = await reader.signals({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) })
    total = page.total
    cursor = page.next ?? undefined
    for (const row of page.items) {
      moments.push({
        agent: nameOf(row),
        symbol: row.symbol,
        action: row.action,
        at: row.candleAt,
        price: row.price === null ? null : Number(row.price),
        intervalMs: INTERVAL_MS[intervals.get(row.accountId) ?? ASSUMED],
      })
    }
  } while (cursor !== undefined && moments.length < most)
  return {
    quality: signalQuality(moments, horizon),
    decisions: moments.length,
    since: moments.at(-1)?.at ?? null,
    truncated: total > moments.length,
  }
}
