import type { Server } from 'node:http'

/** How long those who keep a connection open may take to hear, with their next answer, that it was the last. */
const LAST_ANSWERS_MS = 1_000
const LOOK_MS = 20

/**
 * Resolves when nobody is connected to `server` any more, and soon in any case. Until then it goes on answering, so that a
 * request which is on its way over an open connection is not cut off.
 */
export async function lastAnswers(server: Server): Promise<void> {
  const until = performance.now() + LAST_ANSWERS_MS
  while (performance.now() < until && (await connectionsOf(server)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)))
}
