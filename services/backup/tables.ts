import { type Kysely, sql } from 'kysely'
import type { Database } from '../store/index.ts'

/** One table as the database describes it. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
}

export interface Column {
  readonly name: string
  /** As it is written after `::`. */
  readonly type: string
  /** The sequence it takes its numbers from, qualified; null: none. */
  readonly sequence: string | null
}

/** Kept by the migrations for themselves, and made anew wherever it is missing. */
const NOT_KEPT = ['migration_lock']

/**
 * Every table of ours, those first that others refer to. Read from the database's own catalogue, so that a table that is
 * added later is in the next backup without a word here.
 */
export async function tablesOf(db: Kysely<Database>): Promise<readonly Table[]> {
  const { rows } = await sql<{ table: string; name: string; type: string; sequence: string | null }>`
    select class.relname as table, attname as name, format_type(atttypid, atttypmod) as type,
      pg_get_serial_sequence(format('%I.%I', 'servanda', class.relname), attname) as sequence
    from pg_class as class
    join pg_namespace as space on space.oid = class.relnamespace and space.nspname = 'servanda'
    join pg_attribute on attrelid = class.oid and attnum > 0 and not attisdropped and attgenerated = ''
    where class.relkind = 'r'
    order by class.relname, attnum
  `.execute(db)
  const { rows: references } = await sql<{ from: string; to: string }>`
    select distinct owner.relname as from, target.relname as to
    from pg_constraint
    join pg_class as owner on owner.oid = conrelid
    join pg_class as target on target.oid = confrelid
    join pg_namespace as space on space.oid = owner.relnamespace and space.nspname = 'servanda'
    where contype = 'f'
  `.execute(db)
  const kept = [...new Set(rows.map(({ table }) => table))].filter((name) => !NOT_KEPT.includes(name))
  return inOrder(kept, references).map((name) => ({ name, columns: rows.filter(({ table }) => table === name) }))
}

/** `names` with each after those that it refers to. Pure. */
export function inOrder(
  names: readonly string[],
  references: readonly { readonly from: string; readonly to: string }[],
): readonly string[] {
  const ordered = new Set<string>()
  const visit = (name: string, above: readonly string[]) => {
    if (ordered.has(name) || above.includes(name)) return
    for (const { from, to } of references) if (from === name && to !== name) visit(to, [...above, name])
    ordered.add(name)
  }
  for (const name of names) visit(name, [])
  return [...ordered]
}

/** How many relations of any kind there are in our schema: none means that the database has never been ours. */
export async function isUntouched(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select 1 from pg_class where relnamespace = to_regnamespace('servanda')) as any
  `.execute(db)
  return rows[0]?.any === false
}
