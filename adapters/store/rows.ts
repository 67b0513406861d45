/** Rows in memory: what projectors read and change. Changes stay here until they are put where the rows came from. */
import { type Change, type RowLookup, rowId, type TableName, type Tables } from './record.ts'

type Held = { change: Change; isChanged: boolean }

export class Rows implements RowLookup {
  private readonly tables = new Map<TableName, Map<string, Held>>()
  private readonly below: RowLookup | null

  /** Rows not found here are looked up `below`. */
  constructor(below: RowLookup | null = null) {
    this.below = below
  }

  find<Name extends TableName>(table: Name, accountId: string, id: string): Tables[Name] | null {
    const found = this.tables.get(table)?.get(keyOf(accountId, id))
    if (found !== undefined) return found.change.row as Tables[Name]
    return this.below === null ? null : this.below.find(table, accountId, id)
  }

  /** A row as it is stored already. */
  load(change: Change): void {
    this.hold(change, false)
  }

  /** A row with new content. */
  put(change: Change): void {
    this.hold(change, true)
  }

  private hold(change: Change, isChanged: boolean): void {
    const table = this.tables.get(change.table) ?? new Map<string, Held>()
    this.tables.set(
      change.table,
      table.set(keyOf(change.row.accountId, rowId(change)), { change, isChanged }),
    )
  }

  /** Every row of a table that is held here. */
  all<Name extends TableName>(table: Name): Tables[Name][] {
    return [...(this.tables.get(table)?.values() ?? [])].map(held => held.change.row as Tables[Name])
  }

  /** Every row that was put, tables and rows in the order they first came. */
  changes(): Change[] {
    return [...this.tables.values()].flatMap(table =>
      [...table.values()].filter(held => held.isChanged).map(held => held.change),
    )
  }
}

const keyOf = (accountId: string, id: string): string => JSON.stringify([accountId, id])
