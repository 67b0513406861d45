/** A real engine on paper at a fast pace, served over a real socket: what the inspector is tried on. */
import { Engine } from '../../actors/engine.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import { createApp } from '../../http/app.ts'
import { createAuthenticator, mintToken } from '../../http/auth.ts'
import { startServer } from '../../http/server.ts'
import { givenSeries, givenSettings, givenSource, givenStore, START } from '../actors/given.ts'

/** Market seconds per real second: a candle of five minutes in a tenth of a second. */
const SPEED = 3_000
/** The momentum account finds an entry early in this market. */
const SEED = 4

export const inspectedEngine = async (change: (settings: EngineSettings) => void = () => {}) => {
  const settings = givenSettings(each => {
    each.speed = SPEED
    change(each)
  })
  const errors: unknown[] = []
  const engine = await Engine.open({
    settings,
    source: givenSource(givenSeries(SEED, 5_000)),
    strategies: await loadStrategies(settings.accounts),
    store: givenStore(),
    startAt: START,
    warmSteps: 0,
    wall: { now: () => START + performance.now() },
    onError: error => errors.push(error),
  })
  const { token, stored } = mintToken('owner', { scopes: ['admin'], accounts: '*' }, START)
  const note = (fields: object) => void errors.push(fields)
  const app = createApp({
    engine,
    auth: createAuthenticator([stored]),
    now: () => START,
    log: { warn: note, error: note },
    inspector: engine,
  })
  const server = await startServer({ app, host: '127.0.0.1', port: 0 })
  let ended: Promise<void> | null = null
  return {
    engine,
    token,
    errors,
    url: server.url,
    /** The market stands still until then. */
    begin: () => {
      ended ??= engine.run()
    },
    tell: async (path: string, method = 'POST') => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}` },
      })
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    },
    close: async () => {
      engine.stop()
      await ended
      await server.close()
      engine.close()
    },
  }
}
