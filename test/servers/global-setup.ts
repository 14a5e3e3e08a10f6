import { execFileSync } from 'node:child_process'
import { openLog } from '../../config/log.ts'
import { packageRoot } from '../../config/root.ts'
import { openStore } from '../../services/store/index.ts'
import { findPostgres, startPostgres } from './postgres.ts'
import { type RunningServer, removeFolder, temporaryFolder } from './process.ts'
import { findRedis, startRedis } from './redis.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server's administrative database; null when PostgreSQL is not installed. */
    postgresUrl: string | null
    redisUrl: string | null
    /** A data folder with an embedded database as new, to be copied rather than made. */
    embeddedTemplate: string
  }
}

interface Project {
  provide(key: string, value: string | null): void
}

/**
 * Builds what has changed, for the tests that run the program as users do, and starts one server of each kind for the whole
 * run; every suite gets a database of its own on it.
 */
export async function setup(project: Project): Promise<() => Promise<void>> {
  execFileSync('npm', ['run', '-s', 'build'], { cwd: packageRoot(), stdio: 'inherit' })
  const programs = { postgres: findPostgres(), redis: findRedis() }
  const running: (RunningServer & { readonly url: string })[] = []
  const started = async (server: Promise<RunningServer & { readonly url: string }> | null) => {
    if (server === null) return null
    running.push(await server)
    return (await server).url
  }
  const template = temporaryFolder('template')
  const stop = async () => {
    await Promise.all(running.map((server) => server.stop()))
    removeFolder(template)
  }
  try {
    project.provide('postgresUrl', await started(programs.postgres === null ? null : startPostgres(programs.postgres)))
    project.provide('redisUrl', await started(programs.redis === null ? null : startRedis(programs.redis)))
    const store = await openStore({ dataDir: template, log: openLog({ logLevel: 'warn' }) })
    await store.close()
    project.provide('embeddedTemplate', template)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
