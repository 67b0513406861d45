/** A marked secret in every place that holds one comes out nowhere (P9): not in prompts, facts, the store, or views. */
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Engine } from '../../../actors/engine.ts'
import { openaiModel } from '../../../adapters/model/openai-model.ts'
import { Secret } from '../../../domain/secret.ts'
import { givenOptions, givenSeries, givenStore } from '../given.ts'
import { buying, MODEL, modelSettings, scripted } from './given-model.ts'

const KEY = 'canary-key-4711'
const HEADER = 'canary-header-0815'

test('keys and headers of a model are in no prompt, fact, row, snapshot, view or error', async () => {
  const settings = modelSettings({
    baseUrl: 'http://127.0.0.1:9/v1',
    headerNames: ['x-gateway'],
    timeoutMs: 2_000,
  })
  const secrets = { apiKey: new Secret(KEY), headers: { 'x-gateway': new Secret(HEADER) } }
  settings.modelSecrets = { main: secrets }
  const network = openaiModel({ ...MODEL, ...settings.accounts[0]?.model }, secrets)
  const rest = scripted(buying)
  let asked = 0
  const model = {
    // The first question goes out, to nobody; what it fails with is recorded.
    ask: (...question: Parameters<typeof rest.ask>) => {
      asked += 1
      return asked === 1 ? network.ask(...question) : rest.ask(...question)
    },
  }
  const store = givenStore()
  const said: unknown[] = []
  const engine = await Engine.open({
    ...(await givenOptions(settings, givenSeries(7, 30))),
    models: new Map([['main', model]]),
    store,
    onError: error => said.push(error),
  })
  engine.subscribe(event => said.push(event))
  await engine.run()
  const all = { limit: 10_000 }
  const everything = [
    rest.requests,
    said,
    await store.snapshots(),
    (await store.interactions(all)).items,
    (await store.facts(all)).items,
    (await store.decisions(all)).items,
    engine.actors(),
    engine.accounts(),
    engine.status(),
    await engine.performance('main'),
    settings,
  ]
  engine.close()
  const [first] = (await store.interactions({ ...all, oldestFirst: true })).items
  expect(first?.outcome).toBe('failed')
  for (const text of [JSON.stringify(everything), inspect(everything, { depth: 30, maxArrayLength: null })]) {
    expect(text.length).toBeGreaterThan(10_000)
    expect(text).not.toContain('canary')
  }
})
