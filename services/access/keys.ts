import type { Kysely, Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import { formatInstant, type Instant, type Standing } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
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
export interface KeyOrder extends Omit<AccessKey, 'id'> {
  /** The id of the person who holds it; nobody in particular when left out. */
  readonly person?: string | null
}

/** A key with what is known of its secrets. */
export interface KeyRecord extends AccessKey {
  readonly person: string | null
  /** Those that open it now or once it is needed again, newest first; two while it is being rotated. */
  readonly secrets: readonly KeySecret[]
}

export interface KeySecret {
  readonly createdAt: Instant
  /** Null: not before the key itself. */
  readonly expiresAt: Instant | null
  /** To the minute; null: never. */
  readonly lastUsedAt: Instant | null
}

/** A key that was opened. */
export interface OpenedKey {
  readonly key: AccessKey
  /** The hash of the secret that opened it. */
  readonly secret: string
}

/** Makes a key. The token is in the answer and nowhere else. */
export async function createKey(
  db: Kysely<Database>,
  order: KeyOrder,
  at: Instant,
  token: Token = newToken(),
): Promise<{ key: AccessKey; token: string }> {
  const { person = null, ...access } = order
  await db
    .insertInto('servanda.keys')
    .values({
      id: token.id,
      name: order.name,
      scopes: JSON.stringify(order.scopes),
      sources: order.sources === null ? null : JSON.stringify(order.sources),
      highest_standing: order.highestStanding,
      created_at: timestamp(at),
      expires_at: order.expiresAt === null ? null : timestamp(order.expiresAt),
      person,
    })
    .execute()
  await addSecret(db, token, at)
  return { key: { id: token.id, ...access }, token: formatToken(token) }
}

/**
 * Makes a key for `author`, who is noted.
 * @throws {ServandaError} `PERSON_UNKNOWN` when it is to be somebody's who is not there
 */
export async function issueKey(
  trx: Transaction<Database>,
  order: KeyOrder,
  author: Author,
  token: Token = newToken(),
): Promise<{ key: KeyRecord; token: string }> {
  const { scopes, sources, highestStanding, expiresAt, person = null } = order
  if (person !== null && !(await isPerson(trx, person))) {
    const message = `There is no person ${person}.`
    throw new ServandaError('PERSON_UNKNOWN', message, { details: { errors: [{ pointer: '/person', message }] } })
  }
  await createKey(trx, order, author.at, token)
  const key = await keyRecord(trx, token.id, author.at)
  await note(trx, author, 'key.created', {
    subject: token.id,
    details: {
      scopes,
      sources,
      highest_standing: highestStanding,
      expires_at: expiresAt === null ? null : formatInstant(expiresAt),
      person,
    },
  })
  return { key, token: formatToken(token) }
}

/** The key that `text` (`svd_<id>_<secret>`) opens; null when it is none, revoked or expired. */
export async function authenticate(db: Kysely<Database>, text: string, at: Instant): Promise<OpenedKey | null> {
  const token = parseToken(text)
  if (!token) return null
  const rows = await db
    .selectFrom('servanda.key_secrets as secret')
    .innerJoin('servanda.keys as key', 'key.id', 'secret.key')
    .selectAll('key')
    .select(['secret.hash', 'secret.expires_at as secret_expires_at'])
    .where('key.id', '=', token.id)
    .execute()
  // An unknown id takes as long as a wrong secret.
  const hashes = rows.length > 0 ? rows.map(({ hash }) => hash) : [NOBODYS_HASH]
  const [matching] = hashes.filter((hash) => secretMatches(token.secret, hash))
  const row = rows.find(({ hash }) => hash === matching)
  if (!row || row.revoked_at !== null || hasEnded(row.expires_at, at) || hasEnded(row.secret_expires_at, at))
    return null
  return { key: keyOf(row), secret: row.hash }
}

const NOBODYS_HASH = '0'.repeat(64)

/** Every key that has not been revoked, oldest first. */
export async function listKeys(db: Kysely<Database>, at: Instant): Promise<readonly KeyRecord[]> {
  const rows = await db
    .selectFrom('servanda.keys')
    .selectAll()
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const secrets = await db
    .selectFrom('servanda.key_secrets')
    .select(['key', 'created_at', 'expires_at', 'last_used_at'])
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', timestamp(at))]))
    .orderBy('created_at', 'desc')
    .orderBy('expires_at', 'desc')
    .execute()
  return rows.map((row) => ({
    ...keyOf(row),
    person: row.person,
    secrets: secrets.filter(({ key }) => key === row.id).map(secretOf),
  }))
}

/** @throws {ServandaError} `KEY_UNKNOWN` */
export async function keyRecord(db: Kysely<Database>, id: string, at: Instant): Promise<KeyRecord> {
  const found = (await listKeys(db, at)).find((key) => key.id === id)
  if (!found) throw unknownKey(id)
  return found
}

/**
 * Ends a key for good, and with it the sessions that were begun with it.
 * @throws {ServandaError} `KEY_UNKNOWN` when there is none to end
 */
export async function revokeKey(trx: Transaction<Database>, id: string, author: Author): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('servanda.keys')
    .set({ revoked_at: timestamp(author.at) })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw unknownKey(id)
  await note(trx, author, 'key.revoked', { subject: id })
}

export function unknownKey(id: string): ServandaError {
  return new ServandaError('KEY_UNKNOWN', `There is no key ${id}.`)
}

/** Lets a key be opened by the secret of `token` from now on. */
export async function addSecret(db: Kysely<Database>, { id, secret }: Token, at: Instant): Promise<void> {
  await db
    .insertInto('servanda.key_secrets')
    .values({ hash: secretHash(secret), key: id, created_at: timestamp(at) })
    .execute()
}

/** Whether what ends at `expiresAt` (null: never) has ended. */
export function hasEnded(expiresAt: Instant | null, at: Instant): boolean {
  return expiresAt !== null && expiresAt <= at
}

async function isPerson(trx: Transaction<Database>, id: string): Promise<boolean> {
  const found = await trx
    .selectFrom('servanda.persons')
    .select('id')
    .where('id', '=', id)
    .where('forgotten_at', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}

/** The columns of a key that say what it may do. */
export interface KeyRow {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly sources: readonly string[] | null
  readonly highest_standing: string
  readonly expires_at: Instant | null
}

export function keyOf(row: KeyRow): AccessKey {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes as Scope[],
    sources: row.sources,
    highestStanding: row.highest_standing as Standing,
    expiresAt: row.expires_at,
  }
}

function secretOf(row: {
  readonly created_at: Instant
  readonly expires_at: Instant | null
  readonly last_used_at: Instant | null
}): KeySecret {
  return { createdAt: row.created_at, expiresAt: row.expires_at, lastUsedAt: row.last_used_at }
}
