import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { type AccessKey, secretHash } from './key.ts'
import { hasEnded, keyOf, type OpenedKey } from './keys.ts'

/** Somebody who is signed in, with what the key allows that they signed in with. */
export interface Session {
  readonly key: AccessKey
  /** The hash of the secret they signed in with. */
  readonly secret: string
  /** Whose key it is; null: nobody's in particular. */
  readonly person: { readonly id: string; readonly name: string } | null
  /** What a page has to send with each write, to show that it is not another's. */
  readonly csrfToken: string
  readonly expiresAt: Instant
}

/** How long a session lasts from its beginning, used or not, in real time. */
const LASTS_MS = 12 * 3_600_000

const TOKEN = /^[\w-]{43}$/

/**
 * Begins a session with the key that was opened. It ends with the secret that opened it, at the latest.
 * @param rate  how fast the clock runs
 * @returns the token by which it is known, which is stored nowhere
 */
export async function startSession(
  trx: Transaction<Database>,
  { key, secret }: OpenedKey,
  rate: number,
  author: Author,
): Promise<{ token: string; session: Session }> {
  const { at } = author
  await trx.deleteFrom('servanda.sessions').where('expires_at', '<=', timestamp(at)).execute()
  const { expires_at: secretEnds } = await trx
    .selectFrom('servanda.key_secrets')
    .select('expires_at')
    .where('hash', '=', secret)
    .executeTakeFirstOrThrow()
  const ends = [(at + LASTS_MS * rate) as Instant, key.expiresAt, secretEnds].filter((end) => end !== null)
  const expiresAt = Math.min(...ends) as Instant
  const token = randomBytes(32).toString('base64url')
  await trx
    .insertInto('servanda.sessions')
    .values({ hash: secretHash(token), secret, created_at: timestamp(at), expires_at: timestamp(expiresAt) })
    .execute()
  const session = await openSession(trx, token, at)
  if (session === null) throw new Error('a session that was just begun is not there')
  await note(trx, author, 'session.started', { subject: key.id, details: { expires_at: formatInstant(expiresAt) } })
  return { token, session }
}

/** The session known by `token`; null when there is none, or it has ended, or its key or the secret of that has. */
export async function openSession(db: Kysely<Database>, token: string, at: Instant): Promise<Session | null> {
  if (!TOKEN.test(token)) return null
  const row = await db
    .selectFrom('servanda.sessions as session')
    .innerJoin('servanda.key_secrets as secret', 'secret.hash', 'session.secret')
    .innerJoin('servanda.keys as key', 'key.id', 'secret.key')
    .leftJoin('servanda.persons as person', 'person.id', 'key.person')
    .selectAll('key')
    .select([
      'session.expires_at as session_expires_at',
      'session.secret',
      'secret.expires_at as secret_expires_at',
      'person.name as person_name',
    ])
    .where('session.hash', '=', secretHash(token))
    .executeTakeFirst()
  if (!row || row.revoked_at !== null) return null
  if ([row.session_expires_at, row.secret_expires_at, row.expires_at].some((end) => hasEnded(end, at))) return null
  return {
    key: keyOf(row),
    secret: row.secret,
    person: row.person === null ? null : { id: row.person, name: row.person_name ?? '' },
    csrfToken: csrfTokenOf(token),
    expiresAt: row.session_expires_at,
  }
}

/** Signs out. */
export async function endSession(trx: Transaction<Database>, token: string, key: AccessKey, author: Author) {
  await trx.deleteFrom('servanda.sessions').where('hash', '=', secretHash(token)).execute()
  await note(trx, author, 'session.ended', { subject: key.id })
}

/** Whether `given` is the session's token against forged writes, in constant time. */
export function isCsrfToken({ csrfToken }: Session, given: unknown): boolean {
  const expected = Buffer.from(csrfToken)
  const sent = Buffer.from(typeof given === 'string' ? given : '')
  return sent.length === expected.length && timingSafeEqual(sent, expected)
}

/** Follows from the session's token, which no page can read: so it need not be stored, and a page can be told it again. */
function csrfTokenOf(token: string): string {
  return createHash('sha256').update(`csrf:${token}`).digest('base64url')
}
