/** An account with a model is added in one go, with the key of the model. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AdminRefused } from '../../actors/account-admin.ts'
import { defineFrom } from '../../cli/stored-settings.ts'
import { Secret } from '../../domain/secret.ts'
import { givenSeries, givenStore } from './given.ts'
import { openEngine, WORDS } from './given-admin.ts'

const BY = { by: 'token:owner', reason: null }
const PLAIN = 'sk-not-for-anybody-0123456789'
const ASKING = { ...WORDS, strategy: 'llm', model: { name: 'openai/gpt-5' } }

test('its key is kept for the host of its model before it is added, and stands in no fact and no document', async () => {
  const store = givenStore()
  const { engine, errors } = await openEngine(givenSeries(7, 50), store)
  const hosts: string[] = []
  const modelKey = { value: new Secret(PLAIN), keep: (host: string) => void hosts.push(host), drop: () => {} }
  await expect(engine.roster.add('thinker', ASKING, BY)).rejects.toThrow(/key/)
  await expect(engine.roster.add('ruled', WORDS, { ...BY, modelKey })).rejects.toThrow(
    'model_api_key of ruled has no host to go to',
  )
  expect(hosts).toEqual([])
  expect(await engine.roster.add('thinker', ASKING, { ...BY, modelKey })).toMatchObject({ change: 'added' })
  expect(hosts).toEqual(['openrouter.ai'])
  await engine.run()
  engine.close()
  const { items } = await store.facts({ limit: 10_000 })
  expect(JSON.stringify([items, await store.document('accounts'), engine.settings])).not.toContain(PLAIN)
  expect(errors).toEqual([])
})

test('a key that cannot be kept adds no account', async () => {
  const { engine } = await openEngine(givenSeries(7, 50))
  const keep = () => {
    throw new Error('the disk is full')
  }
  const modelKey = { value: new Secret(PLAIN), keep, drop: () => {} }
  await expect(engine.roster.add('thinker', ASKING, { ...BY, modelKey })).rejects.toThrow('the disk is full')
  expect(engine.accounts().map(each => each.id)).toEqual(['alpha', 'beta'])
  engine.close()
})

/** Fails to write the accounts, `arrives`: after it has written them. */
const failingStore = (arrives: boolean) => {
  const store = givenStore()
  const write = store.write.bind(store)
  const fault = { isOn: true }
  store.write = async batch => {
    const isAccounts = batch.documents.some(each => each.key === 'accounts')
    if (!fault.isOn || !isAccounts || arrives) await write(batch)
    if (fault.isOn && isAccounts) throw new Error('no answer of the store')
  }
  return { store, fault }
}

const safe = () => {
  const kept: string[] = []
  const keep = (host: string) => void kept.push(host)
  return { kept, modelKey: { value: new Secret(PLAIN), keep, drop: () => void kept.pop() } }
}

test('the key of an account that cannot be written down is taken away again, and nothing is left of either', async () => {
  const { store, fault } = failingStore(false)
  const { engine } = await openEngine(givenSeries(7, 50), store)
  const { kept, modelKey } = safe()
  await expect(engine.roster.add('thinker', ASKING, { ...BY, modelKey })).rejects.toThrow('no answer')
  expect(kept).toEqual([])
  fault.isOn = false
  await engine.roster.add('ruled', WORDS, BY)
  expect(await store.document('accounts')).toMatchObject({ set: { ruled: WORDS } })
  expect(Object.keys(((await store.document('accounts')) as { set: object }).set)).toEqual(['ruled'])
  expect(await engine.roster.add('thinker', ASKING, { ...BY, modelKey })).toMatchObject({ change: 'added' })
  expect(kept).toEqual(['openrouter.ai'])
  engine.close()
})

test('an account whose words were written down, though the store did not say so, is added with its key', async () => {
  const { store } = failingStore(true)
  const { engine } = await openEngine(givenSeries(7, 50), store)
  const { kept, modelKey } = safe()
  expect(await engine.roster.add('thinker', ASKING, { ...BY, modelKey })).toMatchObject({ change: 'added' })
  expect(kept).toEqual(['openrouter.ai'])
  engine.close()
})

test('the configuration takes the key of the one account it came with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latch-'))
  const config = join(folder, 'latch.yaml')
  writeFileSync(config, `data_dir: ${folder}\naccounts:\n  - id: default\n    assets: [BTC]\n`)
  const define = defineFrom({ config }, {})
  const words = { assets: ['BTC'], strategy: 'llm', model: { name: 'openai/gpt-5' } }
  const stored = { version: 1, set: { thinker: words }, removed: [], feed: null } as const
  await expect(define({ ...stored, removed: [] }, 'thinker')).rejects.toBeInstanceOf(AdminRefused)
  const { account, model } = await define({ ...stored, removed: [] }, 'thinker', new Secret(PLAIN))
  expect(account.model?.name).toBe('openai/gpt-5')
  expect(model).not.toBeNull()
})
