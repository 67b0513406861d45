/** What can go wrong with the store, each with what to do about it. No text here ever holds a password. */
import type { Fact } from '../../domain/fact.ts'

/** The data in the folder or database cannot be used. It is never repaired, emptied or overwritten by the engine. */
export class StoreDamaged extends Error {
  override readonly name = 'StoreDamaged'
  /** Folder or database concerned. */
  readonly place: string
  constructor(place: string, what: string, remedy: string) {
    super(`The database in ${place} cannot be used: ${what}. ${remedy}`)
    this.place = place
  }
}

/** The remedy for a database folder. */
export const restoreOrMove = (folder: string): string =>
  `Restore a backup over it, or move ${folder} away to start with an empty one; nothing in it was repaired or removed.`

/** The database server did not let us in. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable'
}

/** The database did not do what it was asked to: it is full, gone, or refuses. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed'
}

/** Another engine uses the data folder. */
export class DataFolderLocked extends Error {
  override readonly name = 'DataFolderLocked'
  readonly folder: string
  /** Process that holds the lock; `null` when the lock file does not say. */
  readonly pid: number | null
  constructor(folder: string, pid: number | null, message: string) {
    super(message)
    this.folder = folder
    this.pid = pid
  }
}

/** Two writers gave the same sequence number of an account to different facts. */
export class JournalConflict extends Error {
  override readonly name = 'JournalConflict'
  constructor(fact: Fact, storedType: string) {
    super(
      `Fact ${fact.seq} of account "${fact.accountId}" (${fact.type}) is already stored with other content ` +
        `(${storedType}). Two engines may be writing the same accounts: stop all but one and start it again.`,
    )
  }
}
