import { sql } from 'kysely'
import { formatInstant, INDICATORS, type Instant } from '../../rules/index.ts'
import type { ApiBase } from '../cases/index.ts'
import type { RulebookShelf } from '../rulebooks/index.ts'
import type { Store } from '../store/index.ts'
import { type AgreementStatus, STATUS_SCHEMA, type StatusDocument, statusLinks, sumOf } from './document.ts'
import { digestOf, type KnownAgreement, type KnownStatus, knownStatus, readFacts, SHOWN_DEADLINES } from './read.ts'
import { type IsShown, SHOW_ALL, Shown } from './shown.ts'

export interface ProjectionDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  /** Where the API is; known for certain only once it listens. */
  readonly base: () => ApiBase
  readonly now: () => Instant
  readonly clock: string | null
}

/** What all that is shown says together. */
export type Overall = Pick<StatusDocument, 'seq' | 'as_of' | 'evaluated_through' | 'stale' | 'indicator' | 'counts'>

/** The published status: what changed is read once for each change, and everything is then served from memory. */
export class StatusProjection {
  readonly #deps: ProjectionDeps
  readonly #listeners = new Set<() => void>()
  #known: KnownStatus | null = null
  #isAway = false
  #shown = new Map<IsShown, Shown<StatusDocument>>()
  #outdated = new Map<string, Shown<AgreementStatus>>()
  #refreshing: Promise<void> | null = null
  #again = false

  constructor(deps: ProjectionDeps) {
    this.#deps = deps
  }

  /** The number of the status that is served; -1 before the first. */
  get seq(): number {
    return this.#known?.seq ?? -1
  }

  /** Whether everybody may see an agreement. */
  readonly isPublic: IsShown = (agreement) => this.#known?.agreements.get(agreement)?.isPublic ?? false

  /** How the clock is described when it is not the real one. */
  get clock(): string | null {
    return this.#deps.clock
  }

  /** Whether what is served may be out of date, because the database could not be read at the last look. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** What is served; null before the first. While the database is away it is out of date, and says so. */
  get status(): StatusDocument | null {
    return this.all()?.value ?? null
  }

  /** Everything that `isShown` lets be seen; null before the first status. */
  all(isShown: IsShown = SHOW_ALL): Shown<StatusDocument> | null {
    const known = this.#known
    const made = this.#shown.get(isShown)
    if (made || known === null) return made ?? null
    const overall = this.overall(isShown)
    const agreements = seen(known, isShown).map((one) => this.#current(one))
    const etag = `"${known.seq}-${digestOf([overall, agreements.map((one) => one.etag), this.#deps.clock])}"`
    const shown = new Shown(etag, () => ({
      ...this.#document(known, isShown),
      agreements: agreements.map(({ value }) => value),
    }))
    this.#shown.set(isShown, shown)
    return shown
  }

  /** One agreement; null where there is none that may be seen. */
  agreement(id: string, isShown: IsShown = SHOW_ALL): Shown<AgreementStatus> | null {
    const found = this.#known?.agreements.get(id)
    return found && isShown(id) ? this.#current(found) : null
  }

  /** What all that may be seen says together. */
  overall(isShown: IsShown = SHOW_ALL): Overall {
    const known = this.#known
    const agreements = known ? seen(known, isShown).map((one) => one.shown.value) : []
    const counts = sumOf(agreements.map((one) => one.counts))
    return {
      seq: this.seq,
      as_of: known?.asOf == null ? null : formatInstant(known.asOf),
      evaluated_through: lowest(agreements.map(({ evaluated_at }) => evaluated_at)),
      stale: this.#isAway || agreements.some(({ stale }) => stale),
      indicator: INDICATORS.find((one) => counts[one] !== undefined) ?? null,
      counts,
    }
  }

  /** Tells whenever what is shown has changed. @returns how to hear no more of it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
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
      if (!this.#isAway) this.#show(this.#known, true)
      throw error
    }
  }

  async #prepare(): Promise<void> {
    const { store, shelf, base, clock } = this.#deps
    const known = this.#known
    const now = this.#deps.now()
    const { seq: latest } = await store.db
      .selectFrom('servanda.projections')
      .select('seq')
      .where('name', '=', 'status')
      .executeTakeFirstOrThrow()
    const isSame = latest === known?.seq && known.base === base() && (known.turnsAt === null || now < known.turnsAt)
    if (isSame) return this.#isAway ? this.#show(known, false) : undefined
    // One snapshot: the number and what is shown under it belong together.
    const context = { shelf, base: base(), clock, now }
    const facts = await store.transaction(async (trx) => {
      await sql`set transaction isolation level repeatable read, read only`.execute(trx)
      return readFacts(trx, context, known)
    })
    this.#show(await knownStatus(facts, context), false)
  }

  #show(known: KnownStatus | null, isAway: boolean): void {
    this.#known = known
    this.#isAway = isAway
    this.#shown = new Map()
    this.#outdated = new Map()
    for (const listener of this.#listeners) listener()
  }

  /** An agreement as it is served now. */
  #current({ shown }: KnownAgreement): Shown<AgreementStatus> {
    if (!this.#isAway) return shown
    const { id } = shown.value
    const made = this.#outdated.get(id)
    if (made) return made
    const outdated = new Shown(`${shown.etag.slice(0, -1)}-stale"`, () => ({ ...shown.value, stale: true }))
    this.#outdated.set(id, outdated)
    return outdated
  }

  #document(known: KnownStatus, isShown: IsShown): Omit<StatusDocument, 'agreements'> {
    const next = seen(known, isShown)
      .flatMap(({ deadlines }) => deadlines)
      .sort((a, b) => a.at - b.at || (a.deadline.case < b.deadline.case ? -1 : 1))
    return {
      schema: STATUS_SCHEMA,
      ...this.overall(isShown),
      clock: this.#deps.clock,
      next_deadlines: next.slice(0, SHOWN_DEADLINES).map(({ deadline }) => deadline),
      rejected_rulebooks: known.rejected.filter(({ agreement }) => agreement === null || isShown(agreement)),
      links: statusLinks(known.base),
    }
  }
}

function seen({ agreements }: KnownStatus, isShown: IsShown): readonly KnownAgreement[] {
  return [...agreements].flatMap(([id, one]) => (isShown(id) ? [one] : []))
}

function lowest(times: readonly (string | null)[]): string | null {
  if (times.length === 0 || times.includes(null)) return null
  return times.reduce((least, one) => ((one ?? '') < (least ?? '') ? one : least), times[0] ?? null)
}
