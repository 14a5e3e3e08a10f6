import { readFile, rm, stat } from 'node:fs/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { openStore, type Store } from '../store/index.ts'
import { ensureFirstKey, firstKeyFile, keepRotated } from './first-key.ts'
import { formatToken } from './key.ts'
import { KeyUses } from './key-uses.ts'
import { authenticate, createKey, keyRecord, listKeys, revokeKey } from './keys.ts'
import { rotateKey } from './rotation.ts'

const NOW = parseInstant('2026-03-01T00:00:00Z')
const AUTHOR = { actor: 'command line', at: NOW, requestId: null } as const
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
    expect(await authenticate(store.db, token ?? '', NOW)).toMatchObject({ key: { scopes: ['admin'] } })
    expect(await ensureFirstKey(store, dataDir, NOW)).toBeNull()
    expect((await readFile(firstKeyFile(dataDir), 'utf8')).trim()).toBe(token)
    expect((await stat(firstKeyFile(dataDir))).mode & 0o777).toBe(0o600)
  })

  test('are not stored as they are shown', async () => {
    const { token } = await make()
    const rows = await Promise.all([
      store.db.selectFrom('servanda.keys').selectAll().execute(),
      store.db.selectFrom('servanda.key_secrets').selectAll().execute(),
    ])
    expect(JSON.stringify(rows)).not.toContain(token.split('_').slice(2).join('_'))
  })

  test('open nothing with another secret, after their end, or once revoked', async () => {
    const { key, token } = await make()
    expect(await authenticate(store.db, token, NOW)).toMatchObject({
      key: { id: key.id, sources: ['https://a.example/'] },
    })
    const last = token.endsWith('A') ? 'E' : 'A'
    expect(await authenticate(store.db, `${token.slice(0, -1)}${last}`, NOW)).toBeNull()
    expect(await authenticate(store.db, token, LATER)).toBeNull()
    await revoke(key.id)
    await expect(revoke(key.id)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' })
    expect(await authenticate(store.db, token, NOW)).toBeNull()
  })

  test('can be begun anew when every one was revoked', async () => {
    for (const { id } of await listKeys(store.db, NOW)) await revoke(id)
    const again = await ensureFirstKey(store, server().dataDir, NOW)
    expect(await authenticate(store.db, again ?? '', NOW)).not.toBeNull()
    await rm(firstKeyFile(server().dataDir))
  })

  test('have a second secret while they are rotated, and never a third', async () => {
    const { key, token } = await make()
    const at = (seconds: number) => (NOW + seconds * 1_000) as typeof NOW
    const opens = async (text: string, seconds: number) => (await authenticate(store.db, text, at(seconds))) !== null
    const rotated = formatToken((await rotate(key.id, at(60))).token)
    expect(rotated.split('_')[1]).toBe(key.id)
    expect([await opens(token, 59), await opens(rotated, 59)]).toEqual([true, true])
    expect([await opens(token, 60), await opens(rotated, 60)]).toEqual([false, true])
    await expect(rotate(key.id, at(120))).rejects.toMatchObject({ code: 'KEY_ROTATING' })
    const atOnce = await rotate(key.id, NOW)
    expect(atOnce.key.secrets).toEqual([{ createdAt: NOW, expiresAt: null, lastUsedAt: null }])
    expect([await opens(rotated, 0), await opens(formatToken(atOnce.token), 0)]).toEqual([false, true])
    await expect(rotate('000000000000', NOW)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' })
    await revoke(key.id)
    await expect(rotate(key.id, NOW)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' })
  })

  test('say when each secret was used last, to the minute, and not before that is written', async () => {
    const { key, token } = await make()
    const { secret } = (await authenticate(store.db, token, NOW)) ?? { secret: '' }
    const lastUsed = async () => (await keyRecord(store.db, key.id, NOW)).secrets[0]?.lastUsedAt
    const uses = new KeyUses(1)
    const use = async (seconds: number) => {
      uses.note(secret, (NOW + seconds * 1_000) as typeof NOW)
      await uses.write(store.db)
      return ((await lastUsed()) ?? NOW) - NOW
    }
    uses.note(secret, NOW)
    expect(await lastUsed()).toBeNull()
    expect(await use(59)).toBe(0)
    expect(await use(60)).toBe(60_000)
    expect(await use(119)).toBe(60_000)
  })

  test('of the first admin are kept anew where they were kept', async () => {
    const { dataDir } = server()
    const other = { id: '0'.repeat(12), secret: 'x'.repeat(43) }
    await keepRotated(dataDir, other)
    await expect(readFile(firstKeyFile(dataDir))).rejects.toMatchObject({ code: 'ENOENT' })
    for (const { id } of await listKeys(store.db, NOW)) await revoke(id)
    const [, id = ''] = (await ensureFirstKey(store, dataDir, NOW))?.split('_') ?? []
    await keepRotated(dataDir, other)
    await keepRotated(dataDir, { id, secret: 'y'.repeat(43) })
    expect(await readFile(firstKeyFile(dataDir), 'utf8')).toBe(`svd_${id}_${'y'.repeat(43)}\n`)
  })

  const revoke = (id: string) => store.transaction((trx) => revokeKey(trx, id, AUTHOR))
  const rotate = (id: string, until: typeof NOW) => store.transaction((trx) => rotateKey(trx, id, until, AUTHOR))

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
