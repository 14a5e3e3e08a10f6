import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  findBinary,
  freePort,
  type OwnServer,
  runAs,
  startOwnServer,
  temporaryFolder,
  unprivileged,
} from './process.ts'

/** Where Debian keeps each version's programs. */
const DEBIAN = '/usr/lib/postgresql'

/** Nothing of a test survives the run, so nothing is synced to the disk. */
const SERVER_SETTINGS = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '64MB',
}

/** The folder of `initdb` and `postgres`; null when PostgreSQL is not installed. */
export function findPostgres(): string | null {
  const binary = findBinary('initdb', debianFolders())
  return binary === null ? null : dirname(binary)
}

function debianFolders(): string[] {
  try {
    return readdirSync(DEBIAN)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(DEBIAN, version, 'bin'))
  } catch {
    return []
  }
}

/** Starts a PostgreSQL of our own on a free loopback port, as another user when we are root. */
export async function startPostgres(programs: string): Promise<OwnServer> {
  const identity = unprivileged()
  const folder = temporaryFolder('postgres', identity)
  const port = await freePort()
  runAs(identity, join(programs, 'initdb'), [
    ...['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'],
    ...['--no-locale', '--no-sync'],
  ])
  const settings = { ...SERVER_SETTINGS, port: String(port), unix_socket_directories: folder }
  const command = {
    command: join(programs, 'postgres'),
    args: [
      '-D',
      join(folder, 'data'),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    identity,
    ready: /ready to accept connections/,
  }
  return startOwnServer(command, folder, `postgres://postgres@127.0.0.1:${port}/postgres`)
}
