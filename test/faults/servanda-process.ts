import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../config/root.ts'
import type { ModeServer } from '../servers/modes.ts'

/** A `servanda` of its own, as somebody would run it. */
export interface ServandaProcess {
  readonly child: ChildProcess
  /** What it has printed so far. */
  output(): string
  /** Resolves with the address it answers at, once it says that it is running. */
  readonly running: Promise<string>
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** Runs `servanda`, as it is built, with `args` on `server`. */
export function spawnServanda(
  args: readonly string[],
  server: ModeServer,
  env: Readonly<Record<string, string>> = {},
): ServandaProcess {
  const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'bin', 'servanda.js'), ...args], {
    cwd: packageRoot(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: server.dataDir,
      PORT: '0',
      LOG_LEVEL: 'warn',
      ...(server.databaseUrl !== undefined && { DATABASE_URL: server.databaseUrl, SECRET: 'x'.repeat(32) }),
      ...(server.redisUrl !== undefined && { REDIS_URL: server.redisUrl }),
      ...env,
    },
  })
  let output = ''
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  const running = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk
      const url = /Status\s+(http:\/\/\S+)\/v1\/status[\s\S]*Ctrl\+C/.exec(output)?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    ended.then((how) => reject(new Error(`servanda ended (${how}) before it was running:\n${output}`)), reject)
  })
  running.catch(() => {}) // a process that is killed while it starts is part of some tests
  return { child, output: () => output, running, ended }
}

/** The key of the instance in `server`'s data folder. */
export async function adminKeyOf(server: ModeServer): Promise<string> {
  return (await readFile(join(server.dataDir, 'admin-key'), 'utf8')).trim()
}

/** Posts an event and gives the status; null when the connection broke. */
export async function postTo(
  url: string,
  key: string,
  event: object,
): Promise<{ status: number; body: unknown } | null> {
  try {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    })
    return { status: response.status, body: await response.json() }
  } catch {
    return null
  }
}
