import type { Kysely } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import { compileRulebook, type IncludedText, includeFrom, type Rulebook } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'

/** A rulebook in use and the number of its version. */
export interface AdoptedRulebook {
  readonly rulebook: Rulebook
  readonly version: number
  readonly file: string
}

/** A version of a rulebook as it is stored. */
export interface RulebookRow {
  readonly hash: string
  readonly text: string
  readonly file: string
  readonly included: unknown
}

/** The rulebooks in use, compiled once and looked up again only when one was adopted. */
export class RulebookShelf {
  #seq = -1
  #adopted: readonly AdoptedRulebook[] = []
  readonly #compiled = new Map<string, Rulebook>()

  /** Every agreement's newest version, as `db` sees it, in the order of their ids. */
  async current(db: Kysely<Database>): Promise<readonly AdoptedRulebook[]> {
    const { seq } = await db
      .selectFrom('servanda.projections')
      .select('seq')
      .where('name', '=', 'rulebooks')
      .executeTakeFirstOrThrow()
    if (seq === this.#seq) return this.#adopted
    const rows = await db
      .selectFrom('servanda.rulebooks')
      .distinctOn('agreement')
      .select(['agreement', 'version', 'hash', 'file', 'text', 'included'])
      .orderBy('agreement')
      .orderBy('version', 'desc')
      .execute()
    this.#adopted = rows.map((row) => ({ rulebook: this.compiled(row), version: row.version, file: row.file }))
    this.#seq = seq
    return this.#adopted
  }

  /** The rulebook in `row`, which may be an earlier version. */
  compiled(row: RulebookRow): Rulebook {
    const known = this.#compiled.get(row.hash)
    if (known) return known
    const compiled = compileRulebook(row.text, row.file, includeFrom(row.included as readonly IncludedText[]))
    if (!compiled.ok) {
      throw new ServandaError('RULEBOOK_UNREADABLE', `The stored rulebook ${row.file} can no longer be read`, {
        details: { file: row.file, problems: compiled.problems },
      })
    }
    this.#compiled.set(row.hash, compiled.rulebook)
    return compiled.rulebook
  }
}
