import { findBinary, freePort, type OwnServer, startOwnServer, temporaryFolder } from './process.ts'

/** The program of Redis or Valkey; null when neither is installed. */
export function findRedis(): string | null {
  return findBinary('redis-server') ?? findBinary('valkey-server')
}

/** Starts a Redis of our own on a free loopback port, with a numbered database for every test file. */
export async function startRedis(program: string): Promise<OwnServer> {
  const folder = temporaryFolder('redis')
  const port = await freePort()
  const settings = { port, bind: '127.0.0.1', dir: folder, databases: 4096, 'maxmemory-policy': 'noeviction' }
  const command = {
    command: program,
    args: ['--save', '', ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])],
    identity: null,
    ready: /Ready to accept connections/i,
  }
  return startOwnServer(command, folder, `redis://127.0.0.1:${port}`)
}
