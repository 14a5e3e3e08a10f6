import { defineConfig } from 'vitest/config'

/** For Stryker, which runs it once a mutant: what exercises the engine, with few runs of each property and always the same. */
export default defineConfig({
  test: {
    include: ['rules/engine/**/*.test.ts'],
    testTimeout: 30_000,
    isolate: false,
    provide: { shareOfRuns: 0.05 },
    setupFiles: 'rules/testing/same-worlds.ts',
  },
})
