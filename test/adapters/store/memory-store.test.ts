import { MemoryStore } from '../../../adapters/store/memory-store.ts'
import { testStoreContract } from '../../contracts/store.ts'

testStoreContract('store in memory', false, async () => {
  const store = new MemoryStore()
  return { store, reopen: null, close: () => store.close() }
})
