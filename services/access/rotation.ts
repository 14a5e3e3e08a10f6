import { sql, type Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import { formatInstant, type Instant } from '../../rules/index.ts'
import { type Author, note } from '../audit/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { newToken, type Token } from './key.ts'
import { addSecret, type KeyRecord, keyRecord, unknownKey } from './keys.ts'

/** Secrets that may open a key at once. */
const MOST_SECRETS = 2

/**
 * Gives a key another secret. The one before opens it until `oldUntil`, so that whoever uses it can be given the new one
 * meanwhile; sessions that were begun with it end then too.
 * @throws {ServandaError} `KEY_UNKNOWN`; `KEY_ROTATING` when that would leave more than two
 */
export async function rotateKey(
  trx: Transaction<Database>,
  id: string,
  oldUntil: Instant,
  author: Author,
): Promise<{ key: KeyRecord; token: Token }> {
  const { at } = author
  const found = await trx
    .selectFrom('servanda.keys')
    .select(['id'])
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', timestamp(at))]))
    .forUpdate()
    .executeTakeFirst()
  if (!found) throw unknownKey(id)
  await sql`
    update servanda.key_secrets set expires_at = least(expires_at, ${timestamp(oldUntil)}) where key = ${id}
  `.execute(trx)
  await trx.deleteFrom('servanda.key_secrets').where('key', '=', id).where('expires_at', '<=', timestamp(at)).execute()
  const left = await trx
    .selectFrom('servanda.key_secrets')
    .select('expires_at')
    .where('key', '=', id)
    .orderBy('expires_at')
    .execute()
  if (left.length >= MOST_SECRETS) throw stillRotating(id, left[0]?.expires_at ?? at)
  const token: Token = { ...newToken(), id }
  await addSecret(trx, token, at)
  const key = await keyRecord(trx, id, at)
  await note(trx, author, 'key.rotated', { subject: id, details: { old_until: formatInstant(oldUntil) } })
  return { key, token }
}

function stillRotating(id: string, until: Instant): ServandaError {
  return new ServandaError(
    'KEY_ROTATING',
    `Key ${id} has two secrets until ${formatInstant(until)}, and cannot have a third. Rotate it after that, or end both ` +
      'at once with "old_until":"now".',
  )
}
