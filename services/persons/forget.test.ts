import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { authenticate, createKey, openSession, startSession } from '../access/index.ts'
import { ensureDefaultSubscription } from '../alerts/index.ts'
import { auditEntries, verifyAudit } from '../audit/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { createPerson, forget } from './index.ts'

const AT = parseInstant('2026-03-01T10:00:00Z')
const AUTHOR = { actor: 'command line', at: AT, requestId: null } as const
const KEY = { scopes: ['read'], sources: null, highestStanding: 'reported', expiresAt: null } as const

describeOnEachDatabase('a person who is forgotten', (server) => {
  let store: Store
  let outbox: string

  beforeAll(async () => {
    store = await openStore({ ...server(), log: pino({ level: 'silent' }) })
    outbox = join(server().dataDir, 'outbox')
    await mkdir(outbox, { recursive: true })
    for (const [name, to] of [
      ['a.eml', 'Ann <ANN@xn--mnchen-3ya.example>'],
      ['b.eml', 'bob@example.org'],
    ]) {
      await writeFile(join(outbox, name as string), `From: x@y\r\nTo: ${to}\r\n\r\nDear Ann\r\n`)
    }
    await ensureDefaultSubscription(store.db, { address: 'monitor@localhost', zone: 'UTC' }, AT)
    await store.pool.query(`insert into servanda.subscriptions (id, name, channel, address, zone, locale, kinds, minimum_severity,
      escalation, secrets, is_public, state, state_since, created_at)
      values ('s', 'Ann', 'mail', 'ann@münchen.example', 'UTC', 'en-GB', '[]', 'info', '[]', '[]', false, 'active', '2026-03-01', '2026-03-01')`)
    await store.pool.query(`insert into servanda.intents (about, agreement, commitment, kind, rung, verdict_version, verdict,
      severity, occurred_at, recorded_at, is_news, body) select n::text, 'a', 'c', 'breached', '', 1, 'breached', 'info',
      '2026-03-01', '2026-03-01', true, '{}' from generate_series(1, 3) as n`)
    await store.pool.query(`insert into servanda.deliveries (id, purpose, subscription, channel, receiver, state, message_id, thread,
        attempts, next_attempt_at, created_at, answer)
      select 'd' || about, 'alert', 's', 'mail', 'm', case about when '1' then 'sent' else 'sending' end, '<m' || about || '>',
        '[]', 1, case about when '1' then null else '2026-03-02'::timestamptz end, '2026-03-01', '550 <ann@münchen.example> is unknown'
      from servanda.intents`)
  })

  afterAll(async () => {
    await store.close()
  })

  const everything = async () => {
    const tables = ['persons', 'keys', 'key_secrets', 'sessions', 'subscriptions', 'deliveries', 'audit'] as const
    const rows = await Promise.all(
      tables.map((table) => store.db.selectFrom(`servanda.${table}`).selectAll().execute()),
    )
    return JSON.stringify(rows)
  }

  test('is nowhere any more, by name or address, and can do nothing', async () => {
    const person = await store.transaction((trx) =>
      createPerson(trx, { name: 'Ann', address: 'Ann@münchen.example' }, AUTHOR),
    )
    const { token } = await createKey(store.db, { ...KEY, name: 'Ann, at her desk', person: person.id }, AT)
    const other = await createKey(store.db, { ...KEY, name: 'desk' }, AT)
    const opened = await authenticate(store.db, token, AT)
    if (opened === null) throw new Error('the key opens nothing')
    const session = await store.transaction((trx) => startSession(trx, opened, 1, AUTHOR))
    expect(await openSession(store.db, session.token, AT)).toMatchObject({ person: { name: 'Ann' } })

    expect(await forget(person.id, { store, outbox }, AUTHOR)).toEqual({
      persons: [person.id],
      subscriptions: 1,
      answers: 3,
      keys: 1,
      sessions: 1,
      mails: 1,
    })
    expect(await everything()).not.toMatch(/\bann\b|münchen/i)
    expect(await readdir(outbox)).toEqual(['b.eml'])
    expect(await authenticate(store.db, token, AT)).toBeNull()
    expect(await openSession(store.db, session.token, AT)).toBeNull()
    expect(await authenticate(store.db, other.token, AT)).not.toBeNull()
    const { rows } = await store.pool.query('select state, next_attempt_at from servanda.deliveries order by id')
    expect(rows).toEqual([
      { state: 'sent', next_attempt_at: null },
      { state: 'withheld', next_attempt_at: null },
      { state: 'withheld', next_attempt_at: null },
    ])
  })

  test('is on record as forgotten, by id', async () => {
    const [last] = await auditEntries(store.db, { action: null, actor: null, before: null, limit: 1 })
    expect(last).toMatchObject({ action: 'person.forgotten', actor: 'command line', subject: expect.any(String) })
    expect(last?.details).toMatchObject({ persons: [last?.subject], mails: 1 })
    expect((await verifyAudit(store.db)).findings).toEqual([])
  })

  test('may be known by an address alone, in whatever spelling', async () => {
    expect(await forget('BOB@example.org', { store, outbox }, AUTHOR)).toMatchObject({ persons: [], mails: 1 })
    expect(await readdir(outbox)).toEqual([])
  })

  test.each(['ann@münchen.example', 'bob@example.org', 'nobody', ''])('is nobody: %j', async (who) => {
    const before = await everything()
    await expect(forget(who, { store, outbox }, AUTHOR)).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
    expect(await everything()).toBe(before)
  })

  test('is not the one whom the settings name', async () => {
    const before = await everything()
    const refused = forget('Monitor@localhost', { store, outbox }, AUTHOR)
    await expect(refused).rejects.toMatchObject({ code: 'ADDRESS_IN_SETTINGS' })
    expect(await everything()).toBe(before)
  })
})
