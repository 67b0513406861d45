import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../../adapters/store/open-store.ts'
import type { Store } from '../../../domain/ports.ts'
import { testStoreContract } from '../../contracts/store.ts'

testStoreContract('store in PGlite', true, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'latch-store-'))
  let store: Store = await openStore({ dataDir, databaseUrl: null })
  const reopen = async () => {
    await store.close()
    store = await openStore({ dataDir, databaseUrl: null })
    return store
  }
  const close = async () => {
    await store.close()
    await rm(dataDir, { recursive: true })
  }
  return { store, reopen, close }
})
