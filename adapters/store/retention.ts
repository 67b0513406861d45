/**
 * Takes rows out of the store that are older than they are to be kept, into an archive first. Facts, intents, positions,
 * equity, snapshots and documents stay: an account is rebuilt of them.
 */
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import type { RetentionSettings } from '../../domain/operations.ts'
import { archive } from './archive.ts'

const DAY_MS = 86_400_000
/** Rows of one transaction: few, so that trading never waits long for its turn. */
const ROWS = 500

type Kind = keyof RetentionSettings
type Rule = { table: string; key: string; kind: Kind; condition: string }

const RULES: readonly Rule[] = [
  { table: 'interactions', key: 'seq', kind: 'llmDays', condition: '' },
  {
    table: 'orders',
    key: 'client_order_id',
    kind: 'ordersDays',
    condition: "and status in ('filled', 'cancelled', 'rejected', 'expired')",
  },
  { table: 'fills', key: 'trade_id', kind: 'ordersDays', condition: '' },
  { table: 'decisions', key: 'decision_id', kind: 'ordersDays', condition: '' },
  { table: 'diary', key: 'entry_id', kind: 'ordersDays', condition: '' },
]

/** `accountId`: `null` for all that have no retention of their own. */
export type Pruned = { table: string; rows: number; before: string; accountId: string | null }

export type Retention = {
  settings: RetentionSettings
  /** By id, of accounts whose rows are kept for another time. */
  accounts?: ReadonlyMap<string, RetentionSettings>
  /** Epoch ms that ages are counted from: the engine's own time. */
  now: number
  /** File a table's rows are added to, as gzipped lines of JSON. */
  archiveFile: (table: string) => string
}

/** Runs work in a transaction of its own, when no batch is being written. */
export type InTurn = <Value>(work: (em: SqlEntityManager) => Promise<Value>) => Promise<Value>

/** The rows are gone only when they are in the archive: a crash in between archives them twice, and loses none. */
const pruneSome = async (
  em: SqlEntityManager,
  { table, key, condition }: Rule,
  whose: Whose,
  before: number,
  file: string,
): Promise<number> => {
  const old = `select account_id, ${key} from ${table} where at < ? ${whose.condition} ${condition} order by at limit ${ROWS}`
  const rows = await em.execute<{ line: string }[]>(
    `with gone as (delete from ${table} where (account_id, ${key}) in (${old}) returning *)
     select row_to_json(gone)::text as line from gone`,
    [before, ...whose.ids],
  )
  if (rows.length > 0) {
    await archive(
      file,
      rows.map(row => row.line),
    )
  }
  return rows.length
}

type Whose = { accountId: string | null; settings: RetentionSettings; condition: string; ids: string[] }

const isSame = (one: RetentionSettings, other: RetentionSettings): boolean =>
  one.llmDays === other.llmDays && one.ordersDays === other.ordersDays

/** Each account with a retention of its own, and all the others together: most accounts have none. */
const everyone = ({ settings, accounts = new Map() }: Retention): Whose[] => {
  const own = [...accounts].filter(([, each]) => !isSame(each, settings))
  const ids = own.map(([accountId]) => accountId)
  const condition = ids.length === 0 ? '' : `and account_id not in (${ids.map(() => '?').join(', ')})`
  return [
    { accountId: null, settings, condition, ids },
    ...own.map(([accountId, each]) => ({
      accountId,
      settings: each,
      condition: 'and account_id = ?',
      ids: [accountId],
    })),
  ]
}

export const prune = async (inTurn: InTurn, retention: Retention): Promise<Pruned[]> => {
  const { now, archiveFile } = retention
  const pruned: Pruned[] = []
  for (const whose of everyone(retention)) {
    for (const rule of RULES) {
      const days = whose.settings[rule.kind]
      if (days === null) continue
      const before = now - days * DAY_MS
      let rows = 0
      for (let last = ROWS; last === ROWS; rows += last) {
        last = await inTurn(em => pruneSome(em, rule, whose, before, archiveFile(rule.table)))
      }
      const { accountId } = whose
      pruned.push({ table: rule.table, rows, before: new Date(before).toISOString(), accountId })
    }
  }
  return pruned
}
