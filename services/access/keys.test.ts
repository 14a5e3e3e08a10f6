import { readFile, rm, stat } from 'node:fs/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { openStore, type Store } from '../store/index.ts'
import { ensureFirstKey, firstKeyFile } from './first-key.ts'
import { authenticate, createKey, listKeys, revokeKey } from './keys.ts'

const NOW = parseInstant('2026-03-01T00:00:00Z')
const LATER = parseInstant('2026-03-02T00:00:00Z')

describeOnEachDatabase('keys', (server) => {
  let store: Store

  beforeAll(async () => {
    const { databaseUrl, dataDir } = server()
    store = await openStore({ databaseUrl, dataDir, log: pino({ level: 'silent' }) })
  })

  afterAll(async () => {
    await store.close()
  })

  test('begin with one for the admin, told once and kept for its owner alone', async () => {
    const { dataDir } = server()
    const token = await ensureFirstKey(store, dataDir, NOW)
    expect(await authenticate(store.db, token ?? '', NOW)).toMatchObject({ scopes: ['admin'] })
    expect(await ensureFirstKey(store, dataDir, NOW)).toBeNull()
    expect((await readFile(firstKeyFile(dataDir), 'utf8')).trim()).toBe(token)
    expect((await stat(firstKeyFile(dataDir))).mode & 0o777).toBe(0o600)
  })

  test('are not stored as they are shown', async () => {
    const { token } = await make()
    const rows = await store.db.selectFrom('servanda.keys').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token.split('_').slice(2).join('_'))
  })

  test('open nothing with another secret, after their end, or once revoked', async () => {
    const { key, token } = await make()
    expect(await authenticate(store.db, token, NOW)).toMatchObject({ id: key.id, sources: ['https://a.example/'] })
    const last = token.endsWith('A') ? 'E' : 'A'
    expect(await authenticate(store.db, `${token.slice(0, -1)}${last}`, NOW)).toBeNull()
    expect(await authenticate(store.db, token, LATER)).toBeNull()
    expect(await revokeKey(store.db, key.id, NOW)).toBe(true)
    expect(await revokeKey(store.db, key.id, NOW)).toBe(false)
    expect(await authenticate(store.db, token, NOW)).toBeNull()
  })

  test('can be begun anew when every one was revoked', async () => {
    for (const { id } of await listKeys(store.db)) await revokeKey(store.db, id, NOW)
    const again = await ensureFirstKey(store, server().dataDir, NOW)
    expect(await authenticate(store.db, again ?? '', NOW)).not.toBeNull()
    await rm(firstKeyFile(server().dataDir))
  })

  function make() {
    const order = {
      name: 'feed',
      scopes: ['events'],
      sources: ['https://a.example/'],
      highestStanding: 'reported',
    } as const
    return createKey(store.db, { ...order, expiresAt: LATER }, NOW)
  }
})
