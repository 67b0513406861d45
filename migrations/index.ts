/** Every migration, oldest first. A name, once released, never changes: the database remembers it. */
import { Journal } from './migration-20260101000000-journal.ts'
import { ExitCondition } from './migration-20260201000000-exit-condition.ts'
import { Interactions } from './migration-20260301000000-interactions.ts'
import { Agents } from './migration-20260401000000-agents.ts'
import { Reads } from './migration-20260501000000-reads.ts'

export const MIGRATIONS = [
  { name: 'migration-20260101000000-journal', class: Journal },
  { name: 'migration-20260201000000-exit-condition', class: ExitCondition },
  { name: 'migration-20260301000000-interactions', class: Interactions },
  { name: 'migration-20260401000000-agents', class: Agents },
  { name: 'migration-20260501000000-reads', class: Reads },
]
