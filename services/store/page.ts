import { type Expression, type SqlBool, sql } from 'kysely'

/** A part of a list. */
export interface Page<Item, Key> {
  readonly items: readonly Item[]
  /** Where it ends, for whoever goes on from there; null: nothing follows. */
  readonly next: Key | null
}

/** Where a page begins (null: with the list), and how much may be on it. */
export interface PageOrder<Key> {
  readonly after: Key | null
  readonly limit: number
}

/** The page of which `rows` are the items, and one more where the list goes on. */
export function pageOf<Row, Key>(rows: readonly Row[], limit: number, keyOf: (row: Row) => Key): Page<Row, Key> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last !== undefined && rows.length > limit ? keyOf(last) : null }
}

/**
 * Whether `column` is one of `values`; null: whatever it is.
 * A single one is compared by itself: in an index that is walked in order, PostgreSQL before 17 looks for no lists.
 */
export function isAmong(column: Expression<unknown>, values: readonly string[] | null): Expression<SqlBool> {
  if (values === null) return sql<SqlBool>`true`
  if (values.length === 1) return sql<SqlBool>`${column} = ${values[0]}`
  return sql<SqlBool>`${column} = any(${values}::text[])`
}
