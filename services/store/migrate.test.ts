import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { openLog } from '../../config/log.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { openQueues } from '../queue/index.ts'
import { openStore, type Store } from './index.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'

const log = openLog({ logLevel: 'silent' })

/** Every table, index, view, sequence, function and type of a schema that is not PostgreSQL's own. */
const OBJECTS = `
  select nspname as schema, count(*)::int as objects from (
    select relnamespace as namespace from pg_class
    union all select pronamespace from pg_proc
    union all select typnamespace from pg_type
    union all select collnamespace from pg_collation
    union all select oprnamespace from pg_operator
  ) as object join pg_namespace on pg_namespace.oid = namespace
  where nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_(toast|temp)'
  group by nspname order by nspname`

async function schemasWithObjects(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ schema: string }>(OBJECTS)
  return rows.map(({ schema }) => schema)
}

describeOnEachDatabase('migrations', (server) => {
  let store: Store

  beforeAll(async () => {
    store = await openStore({ ...server(), log })
  })
  afterAll(() => store?.close())

  test('create nothing outside the schema servanda', async () => {
    expect(await schemasWithObjects(store.pool)).toEqual(['servanda'])
    const { rows } = await store.pool.query('select name from servanda.migration order by name')
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(MIGRATIONS).sort())
  })

  test('of the queue create nothing outside the schema bullmq, and applying ours again adds nothing', async () => {
    const before = await store.pool.query(OBJECTS)
    const { redisUrl } = server()
    const queues = await openQueues({ store, redisUrl, clock: new TestClock('2026-01-01T00:00:00Z'), log })
    await queues.close()
    await migrate(store.db, log)
    const after = await store.pool.query(OBJECTS)
    expect(after.rows.filter(({ schema }) => schema !== 'bullmq')).toEqual(before.rows)
    expect(await schemasWithObjects(store.pool)).toEqual(redisUrl === undefined ? ['bullmq', 'servanda'] : ['servanda'])
  })

  test('that fail leave the tables as they were and say which one it was', async () => {
    const up = async (db: Store['db']) => {
      await db.schema.createTable('servanda.half').addColumn('whole', 'text').execute()
      throw new Error('half-way')
    }
    const broken = { ...MIGRATIONS, '9998-broken': { up } }
    const before = await store.pool.query(OBJECTS)
    await expect(migrate(store.db, log, broken)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      details: { migration: '9998-broken' },
    })
    expect((await store.pool.query(OBJECTS)).rows).toEqual(before.rows)
  })

  test('of a newer version make an older one refuse to start, saying so', async () => {
    await migrate(store.db, log, { ...MIGRATIONS, '9999-the-future': { up: async () => {} } })
    await expect(migrate(store.db, log)).rejects.toMatchObject({
      code: 'SCHEMA_NEWER',
      message: expect.stringContaining('9999-the-future'),
    })
    await store.close()
    await expect(openStore({ ...server(), log })).rejects.toMatchObject({ code: 'SCHEMA_NEWER' })
    await expect(openStore({ ...server(), log }), 'the refusal holds no lock').rejects.toMatchObject({
      code: 'SCHEMA_NEWER',
    })
  })
})

describeOnEachDatabase('a database opened by several at once', (server) => {
  test('is migrated by one of them', async () => {
    if (server().mode === 'pglite') return
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ ...server(), log })))
    const { rows } = (await stores[0]?.pool.query('select count(*) as count from servanda.migration')) ?? { rows: [] }
    expect(rows).toEqual([{ count: Object.keys(MIGRATIONS).length }])
    await Promise.all(stores.map((store) => store.close()))
  })
})
