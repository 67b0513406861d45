/**
 * Facts become rows. A projector is a pure function of one fact and the rows before it; the tables of the store are
 * nothing but the journal folded through these, so each fact must pass here exactly once and in the order of `seq`.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Fact } from '../../domain/fact.ts'
import { projectAccount } from './project/account.ts'
import { projectDecision } from './project/decision.ts'
import { projectDiary } from './project/diary.ts'
import { projectEquity } from './project/equity.ts'
import { factRecord, projectFact } from './project/fact.ts'
import { projectFill } from './project/fill.ts'
import { projectInteraction } from './project/interaction.ts'
import { projectOrder } from './project/order.ts'
import { projectPosition } from './project/position.ts'
import type { Change, FactRecord, RowLookup } from './record.ts'
import type { Rows } from './rows.ts'
import { JournalConflict } from './store-error.ts'

export type Projector = (fact: Fact, rows: RowLookup) => Change[]

/**
 * Each one sees the rows the ones before it changed. The diary follows orders and positions, because it quotes them; the
 * fill comes after the position, because a fill that is stored already moves no position.
 */
const PROJECTORS: readonly Projector[] = [
  projectFact,
  projectAccount,
  projectOrder,
  projectDecision,
  projectPosition,
  projectFill,
  projectEquity,
  projectInteraction,
  projectDiary,
]

/**
 * Folds one fact into the rows; one that is stored already changes nothing.
 * Throws `JournalConflict` when another fact is stored in its place.
 */
export const project = (fact: Fact, rows: Rows): void => {
  const stored = rows.find('facts', fact.accountId, String(fact.seq))
  if (stored !== null) {
    if (!isDeepStrictEqual(asStored(stored), asStored(factRecord(fact))))
      throw new JournalConflict(fact, stored.type)
    return
  }
  for (const projector of PROJECTORS) for (const change of projector(fact, rows)) rows.put(change)
}

/** JSON forgets `undefined` and the sign of zero. */
const asStored = (record: FactRecord): unknown => JSON.parse(JSON.stringify(record))
