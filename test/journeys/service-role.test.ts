import { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { verifyLedger } from '../../services/ledger/index.ts'
import { openStore } from '../../services/store/index.ts'
import { describeOnEachDatabase } from '../servers/modes.ts'
import { ACCORD, attack } from './accord.ts'
import { type RunningService, runService } from './running-service.ts'

/** As in docs/ledger.md. */
const GRANTS = (role: string, password: string) => `
  create role ${role} login password '${password}';
  do $$ begin execute format('grant create on database %I to ${role}', current_database()); end $$;
  grant usage on schema servanda to ${role};
  grant select, insert, update, delete on all tables in schema servanda to ${role};
  revoke update, delete on servanda.events, servanda.transitions, servanda.audit from ${role};
  alter default privileges in schema servanda grant select, insert, update, delete on tables to ${role};
`

describeOnEachDatabase('a service under a role that does not own its tables', (server) => {
  const role = `service_${crypto.randomUUID().slice(0, 8)}`
  let running: RunningService | undefined

  /** The embedded database has one role. */
  const applies = () => server().databaseUrl !== undefined

  async function asOwner(statement: string): Promise<void> {
    const client = new Client(server().databaseUrl)
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }

  function urlOf(name: string): string {
    const url = new URL(server().databaseUrl as string)
    url.username = name
    url.password = 'secret'
    return url.href
  }

  beforeAll(async () => {
    if (!applies()) return
    await (await openStore({ ...server(), log: pino({ level: 'silent' }) })).close()
    await asOwner(GRANTS(role, 'secret'))
    const files = [{ file: 'accord/rulebook.yaml', text: ACCORD }]
    const clock = new TestClock('2026-03-01T12:00:00Z')
    running = await runService({ ...server(), databaseUrl: urlOf(role) }, clock, files)
  })

  afterAll(async () => {
    await running?.close()
    if (applies()) await asOwner(`drop owned by ${role} cascade; drop role ${role}`)
  })

  test('takes events, and can take back none', async () => {
    if (!running) return
    expect(await running.post(attack('a1', '2026-03-01T11:00:00Z'))).toMatchObject({ status: 202 })
    const { db, pool } = running.service.store
    for (const statement of [
      'update servanda.events set seq = seq',
      'delete from servanda.events',
      'truncate servanda.events',
      'alter table servanda.events disable trigger append_only',
      'drop trigger append_only on servanda.events',
      'create or replace function servanda.refuse_change() returns trigger language plpgsql as $$ begin return new; end $$',
      'set session_replication_role = replica',
      'grant update on servanda.events to current_user',
      'drop table servanda.events',
    ]) {
      const done = pool.query(statement)
      // A grant that gives nothing is a warning.
      if (statement.startsWith('grant')) await done.catch(() => {})
      else await expect(done, statement).rejects.toThrow(/permission denied|must be owner/)
    }
    await expect(pool.query('update servanda.events set seq = seq')).rejects.toThrow('permission denied')
    expect(await verifyLedger(db)).toMatchObject({ rows: 1, findings: [] })
  })
})
