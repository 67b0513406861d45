import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { requestHash } from '../../adapters/model/request-hash.ts'
import { accountModels } from '../../cli/account-models.ts'
import type { ModelSettings } from '../../domain/model/settings.ts'
import type { AccountSettings } from '../../domain/settings.ts'
import { said, modelSettings } from '../actors/model/given-model.ts'
import { PATIENT, question } from '../adapters/model/given.ts'
import { fails, inTurn, says, startModelServer } from '../model-server.ts'

const folder = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'latch-models-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

/** Two accounts with these settings of their model. */
const pair = (dataDir: string, changes: Partial<ModelSettings>, strategy = 'llm') => {
  const settings = modelSettings(changes, account => {
    account.strategy.name = strategy
  })
  const [one] = settings.accounts as [AccountSettings]
  return { ...settings, dataDir, accounts: [one, { ...one, id: 'rival' }] }
}

test('accounts on one cassette share it: of two that asked the same, each gets its own answer', () => {
  const directory = folder()
  const cassette = join(directory, 'tape.jsonl')
  const asked = question()
  const lineOf = (text: string) =>
    `${JSON.stringify({ requestHash: requestHash(asked), request: asked, reply: said(text) })}\n`
  writeFileSync(cassette, lineOf('first') + lineOf('second'))
  const models = accountModels(pair(directory, { cassette }, 'replay'))
  expect(models.get('main')?.ask(asked, PATIENT)).toMatchObject({ text: 'first' })
  expect(models.get('rival')?.ask(asked, PATIENT)).toMatchObject({ text: 'second' })
})

test('a refused form is met once: by one account, for all of them, and for the next start', async () => {
  const directory = folder()
  const server = await startModelServer(inTurn(fails(400, 'response_format is not supported'), says('{}')))
  onTestFinished(() => server.close())
  const settings = pair(directory, { baseUrl: server.url })
  const models = accountModels(settings)
  await models.get('main')?.ask(question(), PATIENT)
  expect(server.requests).toHaveLength(2)
  await models.get('rival')?.ask(question(), PATIENT)
  await accountModels(settings).get('main')?.ask(question(), PATIENT)
  expect(server.requests).toHaveLength(4)
  expect(readFileSync(join(directory, 'model-capabilities.json'), 'utf8')).toContain('json_object')
})

test('a replay without a recording, and a model account without a model, are refused with what to do', () => {
  expect(() => accountModels(pair(folder(), {}, 'replay'))).toThrow(
    'Account main replays and has no recording: name its file as model.cassette',
  )
  const settings = pair(folder(), {})
  const accounts = settings.accounts.map(each => ({ ...each, model: null }))
  expect(() => accountModels({ ...settings, accounts })).toThrow('has no model: give it one, as model.name')
})
