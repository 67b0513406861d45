/** Settings, secrets and questions for tests of the model adapters. */
import { onTestFinished } from 'vitest'
import type { CapabilityMemory } from '../../../adapters/model/capability.ts'
import { openaiModel } from '../../../adapters/model/openai-model.ts'
import type { AskOptions, Model, ModelReply, ModelRequest } from '../../../domain/model/port.ts'
import type { ModelSecrets, ModelSettings } from '../../../domain/model/settings.ts'
import { Secret } from '../../../domain/secret.ts'
import { type Behaviour, type ModelServer, startModelServer } from '../../model-server.ts'

/** Stands for every key: wherever it is found, a key would be. */
export const CANARY = 'canary-5f1d0c7e9b'

export const modelSettings = (more: Partial<ModelSettings> = {}): ModelSettings => ({
  kind: 'openai',
  baseUrl: 'http://127.0.0.1:1/v1',
  name: 'stub/one',
  fallbacks: [],
  temperature: null,
  reasoningEffort: null,
  tokensMax: 1_000,
  timeoutMs: 25_000,
  bytesMax: 1_000_000,
  headerNames: [],
  schemaVersion: 2,
  promptFile: null,
  toolRoundsMax: 0,
  toolCallsMax: 0,
  sanitizer: null,
  contextCharactersMax: 60_000,
  budget: { cycleUsd: null, dayUsd: null, monthUsd: null },
  prices: null,
  otherwise: 'hold',
  randomSymbolSeed: null,
  cassette: null,
  cassetteOnly: false,
  trainedUntil: null,
  ...more,
})

export const secretsOf = (
  apiKey: string | null = CANARY,
  headers: Record<string, string> = {},
): ModelSecrets => ({
  apiKey: apiKey === null ? null : new Secret(apiKey),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, new Secret(value)])),
})

export const SCHEMA = {
  type: 'object',
  properties: { ok: { type: 'boolean' } },
  required: ['ok'],
  additionalProperties: false,
}

export const question = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'stub/one',
  messages: [
    { role: 'system', content: 'You are a trader.' },
    { role: 'user', content: 'Decide.' },
  ],
  format: { name: 'answer', schema: SCHEMA },
  tools: [],
  temperature: null,
  reasoningEffort: null,
  tokensMax: 1_000,
  ...more,
})

export const PATIENT: AskOptions = { deadlineMs: 20_000, bytesMax: 1_000_000 }

/** A server that is gone after the test. */
export const serverWith = async (behaviour: Behaviour): Promise<ModelServer> => {
  const server = await startModelServer(behaviour)
  onTestFinished(() => server.close())
  return server
}

export const modelAt = (
  server: ModelServer,
  more: Partial<ModelSettings> = {},
  secrets: ModelSecrets = secretsOf(),
  memory?: CapabilityMemory,
): Model => openaiModel(modelSettings({ baseUrl: server.url, ...more }), secrets, memory)

/** `ok <text>` or `<failure> <status>`, for tables. */
export const rowOf = (reply: ModelReply): string =>
  reply.ok ? `ok ${reply.text}` : `${reply.failure} ${reply.status ?? '-'}`
