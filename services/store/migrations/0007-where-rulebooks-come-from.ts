import { type Kysely, sql } from 'kysely'

/**
 * Why: a rulebook may come from the folder or over HTTP. What the folder held all along must not undo what came over HTTP
 * since, and a refusal lies beside others of the same door.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  ...['rulebooks', 'rejections'].flatMap((table) => [
    `alter table servanda.${table} add column origin text not null default 'folder' check (origin in ('folder', 'http'))`,
    `alter table servanda.${table} alter column origin drop default`,
  ]),
  'alter table servanda.rejections drop constraint rejections_pkey',
  'alter table servanda.rejections add primary key (origin, file)',
]
