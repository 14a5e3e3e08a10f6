import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instant } from '../../rules/index.ts'
import type { Store } from '../store/index.ts'
import { formatToken, newToken, parseToken, type Token } from './key.ts'
import { issueKey, listKeys } from './keys.ts'

/** Where the first key lies, for its owner alone. */
export function firstKeyFile(dataDir: string): string {
  return join(dataDir, 'admin-key')
}

/**
 * Makes the instance's first key, an admin's, and keeps it 0600 in the data folder. It is on disk before it opens
 * anything, so that a crash in between leaves a key that is taken up at the next start.
 * @returns the token when it was made now; null when the instance has keys already
 */
export async function ensureFirstKey(store: Store, dataDir: string, at: Instant): Promise<string | null> {
  if ((await listKeys(store.db, at)).length > 0) return null
  const left = await readFirstKey(dataDir)
  const token = left && !(await wasUsed(store, left.id)) ? left : newToken()
  await keep(dataDir, token)
  const order = { name: 'first admin', scopes: ['admin'], sources: null, highestStanding: 'confirmed' } as const
  const author = { actor: 'service', at, requestId: null } as const
  await store.transaction((trx) => issueKey(trx, { ...order, expiresAt: null }, author, token))
  return formatToken(token)
}

/** Keeps the new secret of the first key in place of the old one, where `token` is that key's and it is kept at all. */
export async function keepRotated(dataDir: string, token: Token): Promise<void> {
  if ((await readFirstKey(dataDir))?.id === token.id) await keep(dataDir, token)
}

async function keep(dataDir: string, token: Token): Promise<void> {
  const file = firstKeyFile(dataDir)
  const hidden = `${file}.tmp`
  const handle = await open(hidden, 'w', 0o600)
  try {
    await handle.writeFile(`${formatToken(token)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(hidden, file)
}

async function wasUsed(store: Store, id: string): Promise<boolean> {
  const row = await store.db.selectFrom('servanda.keys').select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}

/** The key in the data folder; null when there is none. */
export async function readFirstKey(dataDir: string) {
  try {
    return parseToken((await readFile(firstKeyFile(dataDir), 'utf8')).trim())
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
