/**
 * What everybody may read where `api.allow_public_read` is on: how accounts and markets stand. Only what is named here, so
 * that a new path begins closed. Not named are what tells of the engine itself (logs, metrics, alerts, limits, the audit,
 * tokens, credentials, the inspector), what models were asked, and the streams, whose places are few.
 */
import type { Grant } from './auth.ts'

const READABLE: ReadonlySet<string> = new Set([
  'accounts',
  'actors',
  'agents',
  'bot-temperatures',
  'bots',
  'cycle',
  'dashboard',
  'decisions',
  'diary',
  'machines',
  'market',
  'market-data',
  'models',
  'moves',
  'orders',
  'performance',
  'positions',
  'price',
  'prices',
  'risk',
  'schema',
  'signals',
  'status',
  'trades',
])

/** Sees everything, and does nothing. */
export const PUBLIC_GRANT: Grant = { id: 'public', scopes: ['read'], accounts: '*' }

export const isPublicRead = (method: string, path: string): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  READABLE.has(path.split('/')[1] ?? '') &&
  !/\/credentials(?:\/|$)/.test(path)
