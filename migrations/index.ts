/** Every migration, oldest first. A name, once released, never changes: the database remembers it. */
import { Journal } from './migration-20260101000000-journal.ts'
import { ExitCondition } from './migration-20260201000000-exit-condition.ts'
import { Interactions } from './migration-20260301000000-interactions.ts'

export const MIGRATIONS = [
  { name: 'migration-20260101000000-journal', class: Journal },
  { name: 'migration-20260201000000-exit-condition', class: ExitCondition },
  { name: 'migration-20260301000000-interactions', class: Interactions },
]
