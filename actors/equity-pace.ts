import { INTERVAL_MS } from '../domain/interval.ts'

/** Equity snapshots of a running engine, ms. */
export const ENGINE_EQUITY_MS = INTERVAL_MS['5m']
