import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Instant, parseEvent, parseInstant, type ServandaEvent } from '../../rules/index.ts'
import { compiled, rulebookText } from '../../rules/testing/worlds.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { openStore, type Store } from '../store/index.ts'
import { appendBatches, type Listeners } from './append.ts'
import { GroupCommit } from './group-commit.ts'
import type { Batch } from './plan.ts'
import { eventsBetween, lastSeq } from './read.ts'
import { verifyLedger } from './verify.ts'

const AT = parseInstant('2026-03-01T10:00:00Z')

const everybodyListens: Listeners = async () => ({
  touchedBy: (revisions) =>
    [...new Set(revisions.flatMap(({ type }) => type ?? []))].map((type) => ({
      agreement: 'accord',
      commitment: type,
    })),
  object: () => null,
})

const ATTACKS = compiled(
  rulebookText('id: talks, kind: act, when: {event: attack}, within: 24h, counts: {event: talks, same: [attack]}'),
)
const WATERMARK = { type: 'servanda.watermark', data: { source: 's', through: '2026-03-01T00:00:00Z' } }

function event(id: string, changes: object = {}): ServandaEvent {
  const given = { specversion: '1.0', source: 's', id, type: 'attack', time: '2026-03-01T09:00:00Z' }
  const parsed = parseEvent({ ...given, ...changes })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.event
}

function batch(...events: ServandaEvent[]): Batch {
  return { events, origin: 'http', keyId: 'k', authorize: () => null }
}

describeOnEachDatabase('the ledger', (server) => {
  let store: Store
  let ledger: GroupCommit
  let transactions = 0

  beforeAll(async () => {
    const { databaseUrl, dataDir } = server()
    store = await openStore({ databaseUrl, dataDir, log: pino({ level: 'silent' }) })
    ledger = new GroupCommit((batches) => {
      transactions += 1
      return store.transaction(async (trx) => (await appendBatches(trx, batches, AT, everybodyListens)).outcomes)
    })
  })

  afterAll(async () => {
    await store.close()
  })

  test('takes many senders at once into few transactions, without a gap or a repetition', async () => {
    const before = transactions
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, n) => ledger.append(batch(event(`many-${n % 150}`)))),
    )
    const receipts = outcomes.flatMap((one) => (one.ok ? one.receipts : []))
    expect(receipts).toHaveLength(200)
    expect(receipts.filter(({ duplicate }) => duplicate)).toHaveLength(50)
    expect(await lastSeq(store.db)).toBe(150)
    expect(transactions - before).toBeLessThan(20)
  })

  test('gives every event back as it was told, digit for digit', async () => {
    const told = event('digits', { data: { amount: '12345678901234567.89', text: 'é \u2028 "' } })
    await ledger.append(batch(told))
    const events = await eventsBetween(store.db, ATTACKS, { from: 0, to: await lastSeq(store.db) })
    const { content, digest } = events.at(-1)?.event ?? {}
    expect({ content, digest }).toEqual({ content: told.content, digest: told.digest })
  })

  test('gives the events that bear on a rulebook, with whatever corrects one', async () => {
    const from = await lastSeq(store.db)
    const more = [event('more'), event('noise', { type: 'noise' }), event('watch', WATERMARK)]
    await ledger.append(batch(...more))
    await ledger.append(batch(event('noise', { type: 'other', revision: 2 })))
    const found = await eventsBetween(store.db, ATTACKS, { from, to: await lastSeq(store.db) })
    expect(found.map((one) => [one.seq - from, one.event.id])).toEqual([
      [1, 'more'],
      [3, 'watch'],
      [4, 'noise'],
    ])
    const [rest, ...others] = await eventsBetween(store.db, ATTACKS, { from, to: from + 3, without: [from + 1] })
    expect([rest?.seq, others]).toEqual([from + 3, []])
  })

  test('puts a correction before those who listened to what it corrects', async () => {
    await ledger.append(batch(event('typed', { type: 'talks' })))
    await ledger.append(batch(event('typed', { revision: 2, retracted: true, type: undefined })))
    const rows = await store.db
      .selectFrom('servanda.outbox')
      .select(['commitment', 'cause'])
      .where('seq', '=', await lastSeq(store.db))
      .execute()
    expect(rows).toEqual([{ commitment: 'talks', cause: 'evidence' }])
  })

  test('fails nobody for a neighbour in the same transaction', async () => {
    const failing: Batch = {
      ...batch(event('poison')),
      authorize: () => {
        throw new Error('poison')
      },
    }
    const [good, bad] = await Promise.allSettled([ledger.append(batch(event('good'))), ledger.append(failing)])
    expect([good?.status, bad?.status]).toEqual(['fulfilled', 'rejected'])
  })

  const CHANGES = ['events', 'transitions'].flatMap((table) => [
    `update servanda.${table} set seq = seq`,
    `delete from servanda.${table}`,
    `truncate servanda.${table}`,
  ])

  test.each(CHANGES)('refuses to be changed, by the database itself: %s', async (statement) => {
    await expect(sql.raw(statement).execute(store.db)).rejects.toThrow('append-only')
  })

  test.each(CHANGES)('is not to be changed by whoever calls the session a replica: %s', async (statement) => {
    const asReplica = store.transaction(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx)
      await sql.raw(statement).execute(trx)
    })
    await expect(asReplica).rejects.toThrow('append-only')
  })

  test.each(CHANGES)('gives its own owner no right to it: %s', async (statement) => {
    const { rows } = await sql<{ rights: string }>`select grantee || ' ' || privilege_type as rights
      from information_schema.role_table_grants where table_schema = 'servanda' and table_name in ('events', 'transitions')`.execute(
      store.db,
    )
    const [right = ''] = statement.toUpperCase().split(' ')
    expect(rows.map(({ rights }) => rights).filter((one) => one.endsWith(right))).toEqual([])
  })

  test('records no event before the one ahead of it, when the clock went back', async () => {
    const earlier = (AT - 3_600_000) as Instant
    await store.transaction((trx) => appendBatches(trx, [batch(event('back'))], earlier, everybodyListens))
    const [last] = await store.db.selectFrom('servanda.events').select('recorded_at').orderBy('seq', 'desc').execute()
    expect(last?.recorded_at).toBe(AT)
  })

  test('vouches for every row', async () => {
    const last = await lastSeq(store.db)
    expect(await verifyLedger(store.db)).toMatchObject({ rows: last, head: { seq: last }, findings: [] })
  })
})
