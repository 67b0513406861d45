import { configDefaults, defineConfig } from 'vitest/config'

/**
 * Asked for by name: the kill tests start real processes for minutes (`npm run test:kill`), and so do the simulator's own
 * tests (`npm run test:simulate`); its seeds are run by `npm run simulate`.
 */
const kills = process.env['KILL_ROUNDS'] === undefined ? ['test/kill/**'] : []
const seeds = process.env['SIMULATE'] === undefined ? ['test/simulation/simulate.test.ts'] : []

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...kills, ...seeds],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    // The kill tests measure real time, of many processes at once.
    fileParallelism: process.env['KILL_ROUNDS'] === undefined,
    // By itself vitest leaves one core free, which on two cores is half of them.
    maxWorkers: 2,
  },
})
