/** Preloaded into `latch`: while the file LATCH_TEST_HANG exists, writes into the store never end. */
import { existsSync } from 'node:fs'
import { SqlStore } from '../../adapters/store/sql-store.ts'
import type { Batch } from '../../domain/ports.ts'

type Writes = { take<Value>(work: () => Promise<Value>): Promise<Value> }

const store = SqlStore.prototype as unknown as {
  write(this: unknown, batch: Batch): Promise<void>
}
const write = Object.getOwnPropertyDescriptor(store, 'write')?.value as (typeof store)['write']
store.write = function (batch) {
  if (!existsSync(process.env['LATCH_TEST_HANG'] ?? '')) return write.call(this, batch)
  // As a connection that hangs does: whoever comes after it waits too, `close` included.
  return (this as { writes: Writes }).writes.take(() => new Promise<void>(() => {}))
}
