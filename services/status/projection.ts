import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { RulebookShelf } from '../rulebooks/index.ts'
import type { Store } from '../store/index.ts'
import { isStale } from './document.ts'
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
  #seq = -1
  #all: Prepared = { body: Buffer.alloc(0), etag: '' }
  #agreements: ReadonlyMap<string, Prepared> = new Map()
  #refreshing: Promise<void> | null = null
  #again = false

  constructor(deps: ProjectionDeps) {
    this.#deps = deps
  }

  /** The number of the status that is served; -1 before the first. */
  get seq(): number {
    return this.#seq
  }

  /** The whole status. */
  all(): Prepared {
    return this.#all
  }

  /** The status of one agreement; null when there is no such agreement. */
  agreement(id: string): Prepared | null {
    return this.#agreements.get(id) ?? null
  }

  /** Looks whether the status has changed and prepares it anew if so; callers that come meanwhile share the next look. */
  async refresh(): Promise<void> {
    this.#again = true
    this.#refreshing ??= this.#run().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false
      await this.#prepare()
    }
  }

  async #prepare(): Promise<void> {
    const { store, shelf, base, clock } = this.#deps
    const { seq: latest } = await store.db
      .selectFrom('servanda.projections')
      .select('seq')
      .where('name', '=', 'status')
      .executeTakeFirstOrThrow()
    if (latest === this.#seq) return
    // One snapshot: the number and what is shown under it belong together.
    const status = await store.transaction(async (trx) => {
      await sql`set transaction isolation level repeatable read, read only`.execute(trx)
      return readStatus(trx, shelf, base(), clock)
    })
    const { schema, seq, as_of, agreements } = status
    this.#agreements = new Map(
      agreements.map((agreement) => [
        agreement.id,
        prepared({ schema, seq, as_of, stale: isStale(agreement), clock, agreement }, this.#etag(seq, as_of)),
      ]),
    )
    this.#all = prepared(status, this.#etag(seq, as_of))
    this.#seq = seq
  }

  /** From the sequence; the rest tells apart what another database, address or clock would show under the same number. */
  #etag(seq: number, asOf: string | null): string {
    const { base, clock } = this.#deps
    const rest = createHash('sha256')
      .update(JSON.stringify([asOf, base(), clock]))
      .digest('hex')
      .slice(0, 8)
    return `"${seq}-${rest}"`
  }
}

function prepared(document: unknown, etag: string): Prepared {
  return { body: Buffer.from(`${JSON.stringify(document)}\n`), etag }
}
