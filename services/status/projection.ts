import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { RulebookShelf } from '../rulebooks/index.ts'
import type { Store } from '../store/index.ts'
import type { StatusDocument } from './document.ts'
import { type ApiBase, readStatus } from './read.ts'

/** An answer ready to be sent: the bytes and what names them. */
export interface Prepared {
  readonly body: Buffer
  /** Strong: the same bytes, and never other bytes, under it. */
  readonly etag: string
}

export interface ProjectionDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  /** Where the API is; known for certain only once it listens. */
  readonly base: () => ApiBase
  readonly clock: string | null
}

/** The published status, prepared once for each change and then served from memory. */
export class StatusProjection {
  readonly #deps: ProjectionDeps
  #status: StatusDocument | null = null
  /** Whether the database could not be read at the last look. */
  #isAway = false
  #prepared = new Map<string, Prepared>()
  #refreshing: Promise<void> | null = null
  #again = false

  constructor(deps: ProjectionDeps) {
    this.#deps = deps
  }

  /** The number of the status that is served; -1 before the first. */
  get seq(): number {
    return this.#status?.seq ?? -1
  }

  /** What is served; null before the first. While the database is away it is out of date, and says so. */
  get status(): StatusDocument | null {
    if (this.#status === null || !this.#isAway) return this.#status
    const agreements = this.#status.agreements.map((one) => ({ ...one, stale: true }))
    return { ...this.#status, stale: true, agreements }
  }

  /**
   * Bytes that `make` makes of the status, once for each change.
   * @param name  names them among all that are made of it
   * @returns null before the first status, and where `make` finds nothing to make
   */
  prepared(name: string, make: (status: StatusDocument) => string | null): Prepared | null {
    const known = this.#prepared.get(name)
    if (known) return known
    const { status } = this
    const text = status && make(status)
    if (status === null || text === null) return null
    const made = { body: Buffer.from(text), etag: this.#etag(status) }
    this.#prepared.set(name, made)
    return made
  }

  /**
   * Looks whether the status has changed and prepares it anew if so; callers that come meanwhile share the next look. What
   * was served before is still served when that fails, as `stale`.
   */
  async refresh(): Promise<void> {
    this.#again = true
    this.#refreshing ??= this.#run().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false
        await this.#prepare()
      }
    } catch (error) {
      this.#setAway(true)
      throw error
    }
  }

  async #prepare(): Promise<void> {
    const { store, shelf, base, clock } = this.#deps
    const { seq: latest } = await store.db
      .selectFrom('servanda.projections')
      .select('seq')
      .where('name', '=', 'status')
      .executeTakeFirstOrThrow()
    if (latest === this.#status?.seq) return this.#setAway(false)
    // One snapshot: the number and what is shown under it belong together.
    const status = await store.transaction(async (trx) => {
      await sql`set transaction isolation level repeatable read, read only`.execute(trx)
      return readStatus(trx, shelf, base(), clock)
    })
    this.#isAway = false
    this.#status = status
    this.#prepared = new Map()
  }

  /** Goes on serving the same, as out of date or no longer. */
  #setAway(isAway: boolean): void {
    if (isAway === this.#isAway) return
    this.#isAway = isAway
    this.#prepared = new Map()
  }

  /** From the sequence; the rest tells apart what another database, address or clock would show under the same number. */
  #etag({ seq, as_of }: StatusDocument): string {
    const { base, clock } = this.#deps
    const rest = createHash('sha256')
      .update(JSON.stringify([as_of, this.#isAway, base(), clock]))
      .digest('hex')
      .slice(0, 8)
    return `"${seq}-${rest}"`
  }
}
