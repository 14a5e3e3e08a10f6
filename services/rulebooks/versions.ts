import type { Kysely } from 'kysely'
import type { IncludedText, Instant } from '../../rules/index.ts'
import type { Database } from '../store/index.ts'
import type { RulebookOrigin } from './adopt.ts'

/** A version of an agreement's rulebook. */
export interface RulebookVersion {
  readonly version: number
  readonly hash: string
  readonly origin: RulebookOrigin
  readonly file: string
  readonly adoptedAt: Instant
}

/** Every version of an agreement's rulebook, the one in use first; empty when there is no such agreement. */
export async function rulebookVersions(db: Kysely<Database>, agreement: string): Promise<readonly RulebookVersion[]> {
  const rows = await db
    .selectFrom('servanda.rulebooks')
    .select(['version', 'hash', 'origin', 'file', 'adopted_at'])
    .where('agreement', '=', agreement)
    .orderBy('version', 'desc')
    .execute()
  return rows.map(({ adopted_at, ...rest }) => ({ ...rest, adoptedAt: adopted_at }))
}

/** A version's text, as it was offered, with the definitions it includes; null when there is no such version. */
export async function rulebookText(
  db: Kysely<Database>,
  agreement: string,
  version: number,
): Promise<{
  readonly hash: string
  readonly file: string
  readonly text: string
  readonly included: readonly IncludedText[]
} | null> {
  const row = await db
    .selectFrom('servanda.rulebooks')
    .select(['hash', 'file', 'text', 'included'])
    .where('agreement', '=', agreement)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ? { ...row, included: row.included as readonly IncludedText[] } : null
}

/**
 * The definitions that the rulebooks in use include, one of each name: where two have it, that of `agreement` itself, else
 * the one taken into use last.
 */
export async function definitionsFor(db: Kysely<Database>, agreement: string): Promise<readonly IncludedText[]> {
  const rows = await db
    .selectFrom('servanda.rulebooks')
    .distinctOn('agreement')
    .select(['agreement', 'included', 'adopted_at'])
    .orderBy('agreement')
    .orderBy('version', 'desc')
    .execute()
  const last = rows.sort(
    (a, b) => Number(a.agreement === agreement) - Number(b.agreement === agreement) || a.adopted_at - b.adopted_at,
  )
  const byName = new Map(
    last.flatMap(({ included }) => (included as readonly IncludedText[]).map((one) => [one.name, one])),
  )
  return [...byName.values()]
}
