import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLog } from '../../config/log.ts'
import { formatInstant, instant, parseInstant } from '../../rules/index.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { openStore, type Store, timestamp } from './index.ts'

const ms = (text: string) => Temporal.Instant.from(text).epochMilliseconds
const log = openLog({ logLevel: 'silent' })

describeOnEachDatabase('the store', (server) => {
  let store: Store

  beforeAll(async () => {
    store = await openStore({ ...server(), log })
    await store.pool.query('create schema scratch')
    await store.pool.query('create table scratch.notes (number int primary key, text text)')
  })
  afterAll(() => store?.close())

  async function numbers(): Promise<number[]> {
    const { rows } = await store.pool.query<{ number: number }>('select number from scratch.notes order by number')
    return rows.map(({ number }) => number)
  }
  const insert = (number: number) => sql`insert into scratch.notes values (${number}, 'x')`
  const clear = () => store.pool.query('delete from scratch.notes')

  test('says which kind it is', () => {
    expect(store.mode).toBe(server().databaseUrl === undefined ? 'embedded' : 'server')
  })

  test.each([
    { type: 'bigint', text: '9007199254740991', value: 9007199254740991 },
    { type: 'bigint', text: '-5', value: -5 },
    { type: 'bigint[]', text: '{1,NULL,2}', value: [1, null, 2] },
    { type: 'integer', text: '42', value: 42 },
    { type: 'numeric', text: '12345678901234567.8900', value: '12345678901234567.8900' },
    { type: 'numeric[]', text: '{1.10,2}', value: ['1.10', '2'] },
    { type: 'double precision', text: '0.1', value: 0.1 },
    { type: 'boolean', text: 'true', value: true },
    { type: 'text', text: 'Київ \u{1f300} "quoted"', value: 'Київ \u{1f300} "quoted"' },
    { type: 'text[]', text: '{a,"b c",NULL}', value: ['a', 'b c', null] },
    { type: 'date', text: '2024-02-29', value: '2024-02-29' },
    { type: 'timestamp', text: '2024-02-29 12:00:00', value: '2024-02-29 12:00:00' },
    { type: 'timestamptz', text: '2024-12-24T22:00:00.123Z', value: ms('2024-12-24T22:00:00.123Z') },
    { type: 'timestamptz', text: '2024-12-24T22:00:00.1+05:30', value: ms('2024-12-24T16:30:00.1Z') },
    { type: 'timestamptz', text: '2024-12-24T22:00:00.000999Z', value: ms('2024-12-24T22:00:00Z') },
    { type: 'timestamptz', text: '1969-12-31T23:59:59.999Z', value: -1 },
    { type: 'timestamptz', text: '1883-11-18T12:03:57Z', value: ms('1883-11-18T12:03:57Z') },
    { type: 'timestamptz', text: '0001-01-01T00:00:00Z', value: ms('0001-01-01T00:00:00Z') },
    { type: 'timestamptz', text: '0044-03-15 00:00:00+00 BC', value: ms('-000043-03-15T00:00:00Z') },
    { type: 'timestamptz', text: '12024-01-01T00:00:00Z', value: ms('+012024-01-01T00:00:00Z') },
    { type: 'timestamptz[]', text: '{2024-12-24T22:00:00.123Z,NULL}', value: [ms('2024-12-24T22:00:00.123Z'), null] },
    { type: 'json', text: '{"b":1,"a":[true,null]}', value: { b: 1, a: [true, null] } },
    { type: 'jsonb', text: '{"a": "x"}', value: { a: 'x' } },
    { type: 'bytea', text: '\\x00ff', value: Buffer.from([0, 255]) },
  ])('$type $text is read alike in every mode', async ({ type, text, value }) => {
    const { rows } = await store.pool.query(`select $1::text::${type} as value`, [text])
    expect(rows[0].value).toEqual(value)
    const nothing = await store.pool.query(`select null::${type} as value`)
    expect(nothing.rows[0].value).toBeNull()
  })

  test('a bigint that a number cannot hold is refused, not rounded', async () => {
    await expect(store.pool.query(`select '9007199254740993'::bigint as value`)).rejects.toMatchObject({
      code: 'BIGINT_RANGE',
    })
    expect((await store.pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }])
  })

  test.each(['2024-12-24T22:00:00.123Z', '0001-01-01T00:00:00.001Z', '1969-12-31T23:59:59.999Z'])(
    'the instant %s is written and read back to the millisecond',
    async (text) => {
      const at = parseInstant(text)
      const { rows } = await sql<{ value: number }>`select ${timestamp(at)} as value`.execute(store.db)
      expect(rows[0]?.value).toBe(at)
    },
  )

  test('a result says what was done and to how many rows', async () => {
    await clear()
    const inserted = await store.pool.query(`insert into scratch.notes values (1, 'a'), (2, 'b')`)
    expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 2 })
    expect(await store.pool.query(`update scratch.notes set text = 'c'`)).toMatchObject({
      command: 'UPDATE',
      rowCount: 2,
    })
    expect(await store.pool.query('delete from scratch.notes')).toMatchObject({ command: 'DELETE', rowCount: 2 })
  })

  test('an error of the database has its SQLSTATE and its constraint', async () => {
    await clear()
    await insert(1).execute(store.db)
    await expect(insert(1).execute(store.db)).rejects.toMatchObject({ code: '23505', constraint: 'notes_pkey' })
  })

  test('a transaction is stored when its work returns, and nothing of it when it throws', async () => {
    await clear()
    const answer = await store.transaction(async (trx) => {
      await insert(1).execute(trx)
      return 'done'
    })
    const failed = store.transaction(async (trx) => {
      await insert(2).execute(trx)
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(answer).toBe('done')
    expect(await numbers()).toEqual([1])
  })

  test('200 concurrent transactions, half of them thrown, leave exactly the other half', async () => {
    await clear()
    const all = Array.from({ length: 200 }, (_, number) =>
      store.transaction(async (trx) => {
        await insert(number).execute(trx)
        const { rows } = await sql<{
          number: number
        }>`select number from scratch.notes where number = ${number}`.execute(trx)
        if (number % 2 === 1) throw new Error(`odd ${rows.length}`)
      }),
    )
    const outcomes = await Promise.allSettled(all)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(100)
    expect(await numbers()).toEqual(Array.from({ length: 100 }, (_, index) => index * 2))
  })

  test("another client's statement is no part of an open transaction", async () => {
    await clear()
    const [ours, theirs] = await Promise.all([store.pool.connect(), store.pool.connect()])
    await ours.query('begin')
    await ours.query(`insert into scratch.notes values (1, 'ours')`)
    const acknowledged = theirs.query(`insert into scratch.notes values (2, 'theirs')`)
    const seen = store.pool.query('select count(*) as count from scratch.notes where number = 1')
    await ours.query('rollback')
    await acknowledged
    expect((await seen).rows[0].count).toBe(0)
    ours.release()
    theirs.release()
    expect(await numbers()).toEqual([2])
  })

  test("a COMMIT makes nobody else's half-finished work permanent", async () => {
    await clear()
    const [ours, theirs] = await Promise.all([store.pool.connect(), store.pool.connect()])
    await ours.query('begin')
    await ours.query(`insert into scratch.notes values (1, 'ours')`)
    const other = (async () => {
      await theirs.query('begin')
      await theirs.query(`insert into scratch.notes values (2, 'theirs')`)
      await theirs.query('commit')
    })()
    await ours.query(`insert into scratch.notes values (3, 'ours')`)
    await ours.query('rollback')
    await other
    ours.release()
    theirs.release()
    expect(await numbers()).toEqual([2])
  })

  test('a transaction-level advisory lock has one holder', async () => {
    const order: string[] = []
    const locked = (name: string) =>
      store.transaction(async (trx) => {
        await sql`select pg_advisory_xact_lock(7)`.execute(trx)
        order.push(`${name} in`)
        await sql`select 1`.execute(trx)
        order.push(`${name} out`)
      })
    await Promise.all([locked('a'), locked('b'), locked('c')])
    for (let at = 0; at < order.length; at += 2) expect(order[at]?.[0]).toBe(order[at + 1]?.[0])
  })

  test('a client released with a transaction open has it rolled back', async () => {
    await clear()
    const careless = await store.pool.connect()
    await careless.query('begin')
    await careless.query(`insert into scratch.notes values (1, 'lost')`)
    careless.release()
    await store.pool.query(`insert into scratch.notes values (2, 'kept')`)
    expect(await numbers()).toEqual([2])
  })

  test('a client released while its BEGIN is under way passes no transaction on', async () => {
    await clear()
    const careless = await store.pool.connect()
    const begun = careless.query('begin').catch(() => {})
    careless.release()
    await begun
    const { rows } = await store.pool.query('select pg_current_xact_id_if_assigned() is null as clean')
    expect(rows).toEqual([{ clean: true }])
    await store.transaction(async (trx) => void (await insert(1).execute(trx)))
    expect(await numbers()).toEqual([1])
  })

  test('a failed statement whose error was swallowed makes the transaction fail, not vanish', async () => {
    await clear()
    await insert(1).execute(store.db)
    const swallowing = store.transaction(async (trx) => {
      await insert(2).execute(trx)
      await insert(1)
        .execute(trx)
        .catch(() => {})
    })
    await expect(swallowing).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' })
    expect(await numbers()).toEqual([1])
  })

  test.each([
    { what: 'db', use: () => sql`select 1`.execute(store.db) },
    { what: 'pool.query', use: () => store.pool.query('select 1') },
    { what: 'pool.connect', use: () => store.pool.connect() },
    { what: 'another transaction', use: () => store.transaction(async () => {}) },
  ])('$what inside a transaction is refused at once', async ({ use }) => {
    await clear()
    const nested = store.transaction(async (trx) => {
      await insert(1).execute(trx)
      await use()
    })
    await expect(nested).rejects.toMatchObject({ code: 'NESTED_POOL_USE' })
    expect(await numbers()).toEqual([])
  })

  test('what a transaction left for later may use the pool once it is over', async () => {
    let later: Promise<unknown> = Promise.resolve()
    let over = () => {}
    const ended = new Promise<void>((resolve) => {
      over = resolve
    })
    await store.transaction(async () => {
      later = ended.then(() => store.pool.query('select 1'))
    })
    over()
    await expect(later).resolves.toMatchObject({ rowCount: 1 })
  })

  test('who listens hears what others committed, and nothing of what they rolled back', async () => {
    const heard: string[] = []
    const listener = await store.pool.connect()
    const stranger = await store.pool.connect()
    stranger.on('notification', ({ payload }) => heard.push(`stranger ${payload}`))
    const second = new Promise<void>((resolve) => {
      listener.on('notification', ({ payload = '' }) => {
        heard.push(payload)
        if (payload === 'two') resolve()
      })
    })
    await listener.query('listen scratch')
    await store.transaction(async (trx) => {
      await sql`select pg_notify('scratch', 'one')`.execute(trx)
      expect(heard).toEqual([])
    })
    await store
      .transaction(async (trx) => {
        await sql`select pg_notify('scratch', 'never')`.execute(trx)
        throw new Error('no')
      })
      .catch(() => {})
    await store.pool.query(`select pg_notify('scratch', 'two')`)
    await second
    expect(heard).toEqual(['one', 'two'])
    await listener.query('unlisten scratch')
    listener.release()
    stranger.release()
  })

  test('a connection lost in the middle of a transaction fails it, and nothing else', async () => {
    if (store.mode === 'embedded') return // there the database itself is lost, see embedded.test.ts
    await clear()
    const broken = store.transaction(async (trx) => {
      await insert(1).execute(trx)
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx)
    })
    await expect(broken).rejects.toThrow()
    await store.transaction(async (trx) => void (await insert(2).execute(trx)))
    expect(await numbers()).toEqual([2])
  })

  test('a big answer and a big parameter arrive whole', async () => {
    const text = 'ж'.repeat(2_000_000)
    const { rows } = await store.pool.query('select $1::text as text from generate_series(1, 3)', [text])
    expect(rows.map((row) => row.text === text)).toEqual([true, true, true])
  })

  test('unnest takes instants and numbers by the thousand', async () => {
    const count = 5_000
    const at = Array.from({ length: count }, (_, index) => formatInstant(instant(index)))
    const { rows } = await store.pool.query('select a from unnest($1::timestamptz[]) as a', [at])
    expect(rows.map((row) => row.a)).toEqual(Array.from({ length: count }, (_, index) => instant(index)))
  })
})
