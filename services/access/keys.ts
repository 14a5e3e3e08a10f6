import type { Kysely } from 'kysely'
import type { Instant, Standing } from '../../rules/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import {
  type AccessKey,
  formatToken,
  newToken,
  parseToken,
  type Scope,
  secretHash,
  secretMatches,
  type Token,
} from './key.ts'

/** What a new key is to be. */
export type KeyOrder = Omit<AccessKey, 'id'>

/** Makes a key. The token is in the answer and nowhere else. */
export async function createKey(
  db: Kysely<Database>,
  order: KeyOrder,
  at: Instant,
  token: Token = newToken(),
): Promise<{ key: AccessKey; token: string }> {
  await db
    .insertInto('servanda.keys')
    .values({
      id: token.id,
      secret_hash: secretHash(token.secret),
      name: order.name,
      scopes: JSON.stringify(order.scopes),
      sources: order.sources === null ? null : JSON.stringify(order.sources),
      highest_standing: order.highestStanding,
      created_at: timestamp(at),
      expires_at: order.expiresAt === null ? null : timestamp(order.expiresAt),
    })
    .execute()
  return { key: { id: token.id, ...order }, token: formatToken(token) }
}

/** The key that `text` (`svd_<id>_<secret>`) opens; null when it is none, revoked or expired. */
export async function authenticate(db: Kysely<Database>, text: string, at: Instant): Promise<AccessKey | null> {
  const token = parseToken(text)
  if (!token) return null
  const row = await db.selectFrom('servanda.keys').selectAll().where('id', '=', token.id).executeTakeFirst()
  // An unknown id takes as long as a wrong secret.
  const matches = secretMatches(token.secret, row?.secret_hash ?? NOBODYS_HASH)
  if (!row || !matches || row.revoked_at !== null) return null
  if (row.expires_at !== null && row.expires_at <= at) return null
  return keyOf(row)
}

const NOBODYS_HASH = '0'.repeat(64)

/** Every key that has not been revoked, oldest first. */
export async function listKeys(db: Kysely<Database>): Promise<readonly AccessKey[]> {
  const rows = await db
    .selectFrom('servanda.keys')
    .selectAll()
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(keyOf)
}

/** Ends a key for good. @returns whether there was one to end */
export async function revokeKey(db: Kysely<Database>, id: string, at: Instant): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('servanda.keys')
    .set({ revoked_at: timestamp(at) })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

function keyOf(row: {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly sources: readonly string[] | null
  readonly highest_standing: string
  readonly expires_at: Instant | null
}): AccessKey {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes as Scope[],
    sources: row.sources,
    highestStanding: row.highest_standing as Standing,
    expiresAt: row.expires_at,
  }
}
