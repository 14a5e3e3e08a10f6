import { createHash } from 'node:crypto'
import type { Caller } from './credentials.ts'

const MOST_KEYS = 16
const KEEP_MS = 3_600_000

/**
 * Keys that could be looked up within the hour, for the few questions that are asked most of all while they cannot be: how
 * the service is while its database is away. A key that is revoked meanwhile goes on asking these until it is back.
 */
export class RememberedKeys {
  readonly #keys = new Map<string, { readonly caller: Caller; readonly until: number }>()

  remember(token: string, caller: Caller): void {
    const name = hashOf(token)
    this.#keys.delete(name)
    this.#keys.set(name, { caller, until: performance.now() + KEEP_MS })
    // A Map keeps its order: the key that was used longest ago makes room.
    const [oldest] = this.#keys.keys()
    if (this.#keys.size > MOST_KEYS && oldest !== undefined) this.#keys.delete(oldest)
  }

  recall(token: string): Caller | null {
    const found = this.#keys.get(hashOf(token))
    return found && performance.now() < found.until ? found.caller : null
  }

  forget(token: string): void {
    this.#keys.delete(hashOf(token))
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
