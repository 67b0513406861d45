/** An app over the fake engine, with three tokens and a clock that stands still until it is moved. */
import type { Operations } from '../../actors/operations/watch.ts'
import { createApp } from '../../http/app.ts'
import { mintToken, type Scope } from '../../http/auth.ts'
import type { AppOptions, StreamBounds } from '../../http/context.ts'
import { createAuditMemory } from '../../http/audit.ts'
import type { Exposure } from '../../http/exposure.ts'
import { createFakeCredentials, createFakeTokens } from './fake-access.ts'
import { createFakeEngine } from './fake-engine.ts'
import { START } from './fake-rows.ts'

const mint = (id: string, scopes: Scope[], accounts: '*' | string[]) =>
  mintToken(id, { scopes, accounts }, START)

export const createTestApp = (
  stream: Partial<StreamBounds> = {},
  exposure: Partial<Exposure> = {},
  websocket: NonNullable<AppOptions['websocket']> = {},
  operations?: Operations | ((engine: ReturnType<typeof createFakeEngine>) => Operations),
) => {
  const engine = createFakeEngine()
  const clock = { now: START }
  const logged: { fields: object; message: string }[] = []
  const note = (fields: object, message: string) => void logged.push({ fields, message })
  const owner = mint('owner', ['admin'], '*')
  const reader = mint('reader', ['read'], '*')
  const limited = mint('limited', ['read'], ['main'])
  const trader = mint('trader', ['trade'], ['main'])
  const stored = [owner.stored, reader.stored, limited.stored, trader.stored]
  const store = createFakeTokens(stored, () => clock.now)
  const audit = createAuditMemory()
  const credentials = createFakeCredentials(() => clock.now)
  const app = createApp({
    engine,
    auth: store,
    tokens: store,
    audit,
    credentials,
    now: () => clock.now,
    log: { warn: note, error: note },
    stream,
    exposure,
    websocket,
    ...(operations === undefined
      ? {}
      : { operations: typeof operations === 'function' ? operations(engine) : operations }),
  })
  const tokens = { owner: owner.token, reader: reader.token, limited: limited.token, trader: trader.token }

  const get = (path: string, token: string = tokens.owner, headers: Record<string, string> = {}) =>
    app.request(path, { headers: { Authorization: `Bearer ${token}`, ...headers } })
  const post = (path: string, body?: unknown, token: string = tokens.owner) =>
    app.request(path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return { app, engine, clock, logged, tokens, store, audit, credentials, get, post }
}

export const jsonOf = async (response: Response | Promise<Response>): Promise<Record<string, unknown>> =>
  (await (await response).json()) as Record<string, unknown>

export const itemsOf = async (response: Response | Promise<Response>): Promise<Record<string, unknown>[]> =>
  (await jsonOf(response)).items as Record<string, unknown>[]

/** Paths of the description with their variable parts filled in. */
export const EXAMPLE_PATHS: Record<string, string> = {
  '/accounts/{account_id}': '/accounts/main',
  '/accounts/{account_id}/status': '/accounts/main/status',
  '/accounts/{account_id}/credentials': '/accounts/main/credentials',
  '/llm/interactions/{call_id}': '/llm/interactions/main-mjwpr1c0-1',
  '/price/latest': '/price/latest?symbol=BTC',
  '/price/history': '/price/history?symbol=BTC-USDT',
  '/market-data': '/market-data?asset=BTC',
  '/market-data/history': '/market-data/history?asset=BTC',
  '/market/ticker/{symbol}': '/market/ticker/BTC',
  '/market/candles/{symbol}': '/market/candles/BTC',
  '/schema/{name}': '/schema/decision',
  '/bots/{id}': '/bots/main',
  '/bots/{id}/confirmation-status': '/bots/main/confirmation-status',
  '/bot-evaluation/test/{id}': '/bot-evaluation/test/main',
  '/bot-temperatures/{id}': '/bot-temperatures/main',
  '/machines/{id}': '/machines/position',
  '/models/{model}': '/models/openai/gpt-5',
  '/actors/{id}': '/actors/main/position:BTC',
}
