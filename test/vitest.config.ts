import { configDefaults, defineConfig } from 'vitest/config'

/**
 * Asked for by name: the kill tests start real processes for minutes (`npm run test:kill`), and so do the simulator's own
 * tests (`npm run test:simulate`); its seeds are run by `npm run simulate`.
 */
/**
 * Whole processes and whole engines, for minutes: `npm run test:long`. Together with `npm test`, which stays short, they are
 * all tests; both are part of `npm run check`.
 */
const LONG = [
  'test/cli/{access,accounts,agent,bad-input,bots,canary,commands,decisions-replay,follow,health,models,no-key,operations,signals}.test.ts',
  'test/adapters/store/{backup,database-folder,embedded,pglite-store,retention}.test.ts',
  'test/http/{follow-trade,inspect-browser,inspector}.test.ts',
  'test/actors/{attention,books,control,control-panic,exit-plan,failure,feed-hold,hand,look-ahead,past-performance}.test.ts',
  'test/actors/{restart,roster,run-equals-backtest,shutdown,snapshot-fallback}.test.ts',
  'test/actors/model/{misbehaving-endpoint,reckless,replay,replay-decisions}.test.ts',
]
const isLong = process.env['LONG'] !== undefined

const kills = process.env['KILL_ROUNDS'] === undefined ? ['test/kill/**'] : []
const seeds = process.env['SIMULATE'] === undefined ? ['test/simulation/simulate.test.ts'] : []

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: isLong ? LONG : ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...kills, ...seeds, ...(isLong ? [] : LONG)],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    // The kill tests measure real time, of many processes at once.
    fileParallelism: process.env['KILL_ROUNDS'] === undefined,
    // By itself vitest leaves one core free, which on two cores is half of them.
    maxWorkers: 2,
  },
})
