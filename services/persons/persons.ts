import { randomBytes } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { Instant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type Database, timestamp } from '../store/index.ts'

/** Somebody. What can be told of them stands here and nowhere else; other tables know the id. */
export interface Person {
  readonly id: string
  /** Null: forgotten. */
  readonly name: string | null
  readonly address: string | null
  readonly createdAt: Instant
  readonly forgottenAt: Instant | null
}

export async function createPerson(
  trx: Transaction<Database>,
  { name, address }: { readonly name: string; readonly address: string | null },
  author: Author,
): Promise<Person> {
  const id = randomBytes(6).toString('hex')
  await trx
    .insertInto('servanda.persons')
    .values({ id, name, address, created_at: timestamp(author.at) })
    .execute()
  await note(trx, author, 'person.created', { subject: id })
  return { id, name, address, createdAt: author.at, forgottenAt: null }
}

/** Everybody, oldest first; of those who were forgotten the id is left. */
export async function listPersons(db: Kysely<Database>): Promise<readonly Person[]> {
  const rows = await db.selectFrom('servanda.persons').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows.map(({ created_at, forgotten_at, ...rest }) => ({
    ...rest,
    createdAt: created_at,
    forgottenAt: forgotten_at,
  }))
}
