/** What every store must do, whatever holds it. Each test has an account of its own, so all of them share one store. */
import { afterAll, beforeAll, describe } from 'vitest'
import type { Store } from '../../domain/ports.ts'
import { testDiary } from './store/diary.ts'
import { testDurability } from './store/durability.ts'
import { testInteractions } from './store/interactions.ts'
import { testLists } from './store/lists.ts'
import { testProjection } from './store/projection.ts'
import { testReplay } from './store/replay.ts'

export type StoreUnderTest = {
  store: Store
  /** Closes the store and opens what it kept; `null` for a store that keeps nothing. */
  reopen: (() => Promise<Store>) | null
  close: () => Promise<void>
}

/** For the parts of the contract. */
export type Bench = {
  store: () => Store
  account: () => string
  reopen: () => Promise<void>
  isDurable: boolean
}

export const testStoreContract = (
  name: string,
  isDurable: boolean,
  create: () => Promise<StoreUnderTest>,
): void => {
  describe(name, () => {
    let held: StoreUnderTest | null = null
    let accounts = 0
    const current = (): StoreUnderTest => {
      if (held === null) throw new Error('The store is not open')
      return held
    }
    const bench: Bench = {
      store: () => current().store,
      account: () => `account-${++accounts}`,
      reopen: async () => {
        const { reopen } = current()
        if (reopen === null) throw new Error('This store keeps nothing')
        current().store = await reopen()
      },
      isDurable,
    }
    beforeAll(async () => {
      held = await create()
    })
    afterAll(() => held?.close())
    testProjection(bench)
    testDiary(bench)
    testLists(bench)
    testInteractions(bench)
    testReplay(bench)
    testDurability(bench)
  })
}
