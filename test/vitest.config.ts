import { configDefaults, defineConfig } from 'vitest/config'

/** The kill tests start real processes for minutes; `npm run test:kill` asks for them. */
const kills = process.env['KILL_ROUNDS'] === undefined ? ['test/kill/**'] : []

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...kills],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
  },
})
