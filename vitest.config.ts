import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** What is pure needs no server and starts at once; the rest shares one PostgreSQL and one Redis. */
const PURE = ['rules', 'config', 'test/docs', 'bench', 'services/letters', 'services/text'].map(
  (folder) => `${folder}/**/*.test.ts`,
)
const WITH_SERVERS = ['services', 'workers', 'bin', 'test'].map((folder) => `${folder}/**/*.test.ts`)

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests wait for servers and processes much of the time, and vitest would leave a core free besides.
    maxWorkers: availableParallelism() + 1,
    // No test changes what another could see in its process; loading everything anew for each file takes longer than most.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE } },
      {
        extends: true,
        test: {
          name: 'servers',
          include: WITH_SERVERS,
          exclude: PURE,
          pool: 'forks',
          globalSetup: 'test/servers/global-setup.ts',
        },
      },
    ],
  },
})
