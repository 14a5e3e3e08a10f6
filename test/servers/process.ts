import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { accessSync, chownSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Who a server runs as: PostgreSQL refuses to be root. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

/** A server that was started for the tests. */
export interface RunningServer {
  stop(): Promise<void>
}

/** A server with a folder of its own, found at the same address again after a restart. */
export interface OwnServer extends RunningServer {
  readonly url: string
  /** Ends it, as its administrator would; what it has written to the disk stays. */
  halt(): Promise<void>
  /** Starts it again. */
  resume(): Promise<void>
}

/** Starts `command`, whose data is in `folder` and which answers at `url`. */
export async function startOwnServer(command: ServerCommand, folder: string, url: string): Promise<OwnServer> {
  let running: RunningServer | null = await startServer(command)
  return {
    url,
    async halt() {
      await running?.stop()
      running = null
    },
    async resume() {
      running = await startServer(command)
    },
    async stop() {
      await running?.stop()
      removeFolder(folder)
    },
  }
}

/** What `startServer` runs, and the words by which it says that it is ready. */
export interface ServerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly identity: Identity | null
  readonly ready: RegExp
}

/** Runs "$@" until it ends or our end of the pipe closes, which it does however this process dies. */
const SUPERVISOR = `exec 3<&0; "$@" </dev/null & server=$!; (cat <&3 >/dev/null; kill -INT $server) & wait $server`

const START_TIMEOUT_MS = 30_000

/** Starts a server that cannot outlive this process, and waits until it says that it is ready. */
export async function startServer({ command, args, identity, ready }: ServerCommand): Promise<RunningServer> {
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    ...identity,
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await saidReady(child, ready, command)
  return {
    async stop() {
      child.stdin?.end()
      await ended
    },
  }
}

async function saidReady(child: ChildProcess, ready: RegExp, command: string): Promise<void> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`${command} ${why}:\n${output}`))
    const timer = setTimeout(() => failed('did not get ready'), START_TIMEOUT_MS)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        if (output.length < 100_000) output += chunk
        if (ready.test(output)) resolve(clearTimeout(timer))
      })
    }
    child.once('exit', (code) => failed(`ended with ${code}`))
    child.once('error', reject)
  })
}

/** The full path of `name` in `folders` or on the PATH; null when it is not installed. */
export function findBinary(name: string, folders: readonly string[] = []): string | null {
  const candidates = [...folders, ...(process.env.PATH ?? '').split(delimiter)].map((folder) => join(folder, name))
  return candidates.find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Another user to run as when we are root, else null. */
export function unprivileged(): Identity | null {
  if (process.getuid?.() !== 0) return null
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const entry = ['postgres', 'nobody'].map((name) => users.find((line) => line.startsWith(`${name}:`))).find(Boolean)
  const [, , uid = '65534', gid = '65534'] = entry?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

/** Makes a folder under the system's temporary one, owned by `identity`. */
export function temporaryFolder(name: string, identity: Identity | null = null): string {
  const folder = mkdtempSync(join(tmpdir(), `servanda-${name}-`))
  if (identity !== null) chownSync(folder, identity.uid, identity.gid)
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Runs a command to its end as `identity`. */
export function runAs(identity: Identity | null, command: string, args: readonly string[]): void {
  execFileSync(command, args, {
    stdio: 'pipe',
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    ...identity,
  })
}

/** A port on the loopback interface that nobody had a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
