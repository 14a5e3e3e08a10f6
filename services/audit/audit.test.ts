import { sql, type Transaction } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Instant, parseInstant } from '../../rules/index.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { GENESIS } from '../ledger/index.ts'
import { type Database, openStore, type Store } from '../store/index.ts'
import { auditEntries, auditVerificationDocument, note, verifyAudit } from './index.ts'

type Trx = Transaction<Database>

const AT = parseInstant('2026-03-01T10:00:00Z')
const ALL = { action: null, actor: null, before: null, limit: 100 }

describeOnEachDatabase('the audit log', (server) => {
  let store: Store

  const by = (n: number) => ({ actor: 'key:k' as const, at: (AT + n * 1_000) as Instant, requestId: `r${n}` })

  beforeAll(async () => {
    store = await openStore({ ...server(), log: pino({ level: 'silent' }) })
    // All at once: they follow one another all the same.
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((n) =>
        store.transaction((trx) => note(trx, by(n), 'key.created', { subject: `s${n}`, details: { n, b: 'Київ' } })),
      ),
    )
  })

  afterAll(async () => {
    await store.close()
  })

  test('has entries without gaps, each of which names the one before, at times that never run back', async () => {
    const rows = await store.db.selectFrom('servanda.audit').selectAll().orderBy('number').execute()
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6])
    expect(rows.map((row) => row.previous_hash)).toEqual([GENESIS, ...rows.slice(0, -1).map(({ hash }) => hash)])
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).sort((a, b) => a - b))
    expect(rows[0]?.details).toMatch(/^\{"b":"Київ","n":\d\}$/)
    expect(await verifyAudit(store.db)).toMatchObject({ rows: 6, findings: [], head: { hash: rows[5]?.hash } })
  })

  test('keeps nothing of what was not done', async () => {
    const failed = store.transaction(async (trx) => {
      await note(trx, by(7), 'key.revoked', { subject: 's' })
      throw new Error('not done')
    })
    await expect(failed).rejects.toThrow('not done')
    expect(await auditEntries(store.db, { ...ALL, action: 'key.revoked' })).toEqual([])
  })

  test('is read newest first, a page at a time', async () => {
    const numbers = async (query: Partial<typeof ALL>) =>
      (await auditEntries(store.db, { ...ALL, ...query } as typeof ALL)).map(({ number }) => number)
    expect(await numbers({})).toEqual([6, 5, 4, 3, 2, 1])
    expect(await numbers({ before: 4 as never, limit: 2 })).toEqual([3, 2])
    expect(await numbers({ actor: 'person:k' as never })).toEqual([])
  })

  test.each(['update servanda.audit set actor = actor', 'delete from servanda.audit', 'truncate servanda.audit'])(
    'refuses to be changed, also in a replica session: %s',
    async (statement) => {
      const refused = store.transaction(async (trx) => {
        await sql`set local session_replication_role = replica`.execute(trx)
        await sql.raw(statement).execute(trx)
      })
      await expect(refused).rejects.toThrow(/append-only|permission denied/)
    },
  )

  /** What is found after `how`, of which nothing stays. */
  async function foundAfter(how: (trx: Trx) => Promise<unknown>, noted?: { seq: number; hash: string }) {
    const rollback = new Error('rollback')
    let found: ReturnType<typeof auditVerificationDocument> | undefined
    const tampered = store.transaction(async (trx) => {
      await sql`alter table servanda.audit disable trigger all`.execute(trx)
      await how(trx)
      found = auditVerificationDocument(await verifyAudit(trx, { expected: noted ?? null }))
      throw rollback
    })
    await expect(tampered).rejects.toBe(rollback)
    return found?.findings.map(({ kind, number, through }) => [kind, number, through])
  }

  const run = (statement: string) => (trx: Trx) => sql.raw(statement).execute(trx)

  test.each([
    ['actor', `'key:x'`],
    ['action', `'key.revoked'`],
    ['subject', `'x'`],
    ['subject', 'null'],
    ['details', `'{"b":"Kyiv","n":3}'`],
    ['request_id', 'null'],
    ['at', `at + interval '1 millisecond'`],
  ])('shows that %s was changed to %s', async (column, value) => {
    const change = run(`update servanda.audit set ${column} = ${value} where number = 3`)
    expect(await foundAfter(change)).toEqual([['altered', 3, 3]])
  })

  test('shows that entries are gone, were slipped in, or were cut off behind one that was noted', async () => {
    const { head } = await verifyAudit(store.db)
    expect(await foundAfter(run('delete from servanda.audit where number in (2, 3)'))).toEqual([['missing', 2, 3]])
    const slipped = `insert into servanda.audit
      select 7, at, actor, action, subject, details, request_id, hash, 'x' from servanda.audit where number = 6`
    expect(await foundAfter(run(slipped))).toEqual([['altered', 7, 7]])
    const cut = run('delete from servanda.audit where number > 4')
    expect(await foundAfter(cut)).toEqual([])
    expect(await foundAfter(cut, head ?? undefined)).toEqual([['cut_off', 5, 6]])
  })
})
