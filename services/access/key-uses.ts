import { type Kysely, sql } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'

/** Uses of one secret that are nearer to each other than this are one, in real time. */
const APART_MS = 60_000

/** Remembers when each secret was used last, until it is written down: no request waits for that, or fails by it. */
export class KeyUses {
  readonly #apartMs: number
  readonly #noted = new Map<string, Instant>()
  #waiting = new Map<string, Instant>()

  /** @param rate  how fast the clock runs */
  constructor(rate: number) {
    this.#apartMs = APART_MS * rate
  }

  /** @param secret  the hash of the one that opened a key */
  note(secret: string, at: Instant): void {
    const before = this.#noted.get(secret)
    if (before !== undefined && at - before < this.#apartMs) return
    this.#noted.set(secret, at)
    this.#waiting.set(secret, at)
  }

  /** Writes down what was noted since. What cannot be written waits for the next time. */
  async write(db: Kysely<Database>): Promise<void> {
    if (this.#waiting.size === 0) return
    const written = this.#waiting
    this.#waiting = new Map()
    try {
      await sql`
        update servanda.key_secrets as secret set last_used_at = used.at
        from unnest(${[...written.keys()]}::text[], ${[...written.values()].map(formatInstant)}::timestamptz[]) as used(hash, at)
        where secret.hash = used.hash and (last_used_at is null or last_used_at < used.at)
      `.execute(db)
    } catch (error) {
      this.#waiting = new Map([...written, ...this.#waiting])
      throw error
    }
  }
}
