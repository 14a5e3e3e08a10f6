import { sql, type Transaction } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Instant, parseEvent, parseInstant, type ServandaEvent } from '../../rules/index.ts'
import { describeOnEachDatabase } from '../../test/servers/modes.ts'
import { type Database, openStore, type Store, timestamp } from '../store/index.ts'
import { appendBatches } from './append.ts'
import { GENESIS, linkHash } from './chain.ts'
import type { LedgerRow } from './ledger-rows.ts'
import { verificationDocument, verifyLedger } from './verify.ts'
import { type Noted, parseNoted } from './verify-chain.ts'

type Trx = Transaction<Database>

const AT = parseInstant('2026-03-01T10:00:00Z')
const nobodyListens = async () => ({ touchedBy: () => [], object: () => null })

function event(n: number, changes: object = {}): ServandaEvent {
  const given = { specversion: '1.0', source: 's', id: `e${n}`, type: 'attack', time: '2026-03-01T09:00:00Z' }
  const parsed = parseEvent({ ...given, data: { amount: '4.5', n }, ...changes })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.event
}

const LAST = 10

/** Whoever may switch off what guards the table may do anything: the tests do. */
async function unguarded(trx: Trx): Promise<void> {
  await sql`alter table servanda.events disable trigger all`.execute(trx)
}

async function rowAt(trx: Trx, seq: number): Promise<LedgerRow> {
  return trx.selectFrom('servanda.events').selectAll().where('seq', '=', seq).executeTakeFirstOrThrow()
}

/** Gives rows `from` to `through` hashes as if they had been written as they stand. */
async function rehash(trx: Trx, from: number, through: number): Promise<void> {
  for (let seq = from; seq <= through; seq++) {
    const row = await rowAt(trx, seq)
    const previous = seq === 1 ? GENESIS : (await rowAt(trx, seq - 1)).hash
    const link = { ...row, recordedAt: row.recorded_at, claimedAt: row.claimed_at, keyId: row.key_id }
    await trx
      .updateTable('servanda.events')
      .set({ previous_hash: previous, hash: linkHash(previous, link) })
      .where('seq', '=', seq)
      .execute()
  }
}

async function move(trx: Trx, from: number, by: number): Promise<void> {
  await sql`update servanda.events set seq = seq + 1000 where seq >= ${from}`.execute(trx)
  await sql`update servanda.events set seq = seq - 1000 + ${by}::bigint where seq > 1000`.execute(trx)
}

/** A row with number `seq` that nobody sent, with a hash that follows row `after` or means nothing. */
async function forge(trx: Trx, seq: number, after: number | null): Promise<void> {
  const { content, digest } = event(seq, { id: 'forged' })
  const previous = after === null ? 'f'.repeat(64) : (await rowAt(trx, after)).hash
  const recordedAt = (AT + Math.min(seq, LAST) * 1_000) as Instant
  const link = { seq, recordedAt, claimedAt: null, content, digest, origin: 'http', keyId: 'k' }
  const row = await rowAt(trx, 1)
  await trx
    .insertInto('servanda.events')
    .values({
      ...row,
      seq,
      id: 'forged',
      recorded_at: timestamp(recordedAt),
      claimed_at: null,
      content,
      digest,
      origin: 'http',
      previous_hash: previous,
      hash: after === null ? 'e'.repeat(64) : linkHash(previous, link),
    })
    .execute()
}

const set = (assignment: string, seq: number) => async (trx: Trx) => {
  await sql`update servanda.events set ${sql.raw(assignment)} where seq = ${seq}`.execute(trx)
}
const remove = (from: number, through: number) => async (trx: Trx) => {
  await sql`delete from servanda.events where seq between ${from} and ${through}`.execute(trx)
}

interface Tampering {
  readonly what: string
  readonly how: (trx: Trx) => Promise<void>
  /** Kind, first row, last row, id of the event; and words of the message. */
  readonly found: readonly (readonly [kind: string, seq: number, through: number, id: string | null, says: string])[]
}

const TAMPERINGS: readonly Tampering[] = [
  {
    what: 'content',
    how: set(`content = replace(content, 'attack', 'parade')`, 3),
    found: [['altered', 3, 3, 'e3', 'content was changed']],
  },
  {
    what: 'a digit that the digest does not see',
    how: set(`content = replace(content, '"4.5"', '"4.50"')`, 3),
    found: [['altered', 3, 3, 'e3', 'a digit of its content']],
  },
  { what: 'content that is none', how: set(`content = 'x'`, 3), found: [['altered', 3, 3, 'e3', 'no event any more']] },
  ...[
    ['source', `'t'`],
    ['id', `'e300'`],
    ['revision', '7'],
    ['type', `'parade'`],
    ['type', 'null'],
    ['retracted', 'true'],
    ['standing', `'confirmed'`],
  ].map(
    ([column, value]): Tampering => ({
      what: `the column ${column}, to ${value}`,
      how: set(`${column} = ${value}`, 4),
      found: [['altered', 4, 4, column === 'id' ? 'e300' : 'e4', `column ${column} was changed`]],
    }),
  ),
  ...[
    `recorded_at = recorded_at + interval '1 millisecond'`,
    'claimed_at = recorded_at',
    `origin = 'import'`,
    `key_id = 'other'`,
    'key_id = null',
    `previous_hash = repeat('a', 64)`,
    `hash = repeat('a', 64)`,
  ].map(
    (assignment): Tampering => ({
      what: assignment,
      how: set(assignment, 5),
      found: [['altered', 5, 5, 'e5', 'does not match its hash']],
    }),
  ),
  {
    what: 'digest',
    how: set(`digest = repeat('a', 64)`, 5),
    found: [['altered', 5, 5, 'e5', 'digest']],
  },
  {
    what: 'the first and the last row',
    how: async (trx) => {
      await set(`key_id = 'other'`, 1)(trx)
      await set(`key_id = 'other'`, LAST)(trx)
    },
    found: [
      ['altered', 1, 1, 'e1', 'does not match'],
      ['altered', LAST, LAST, `e${LAST}`, 'does not match'],
    ],
  },
  {
    what: 'content and digest, and the hash made anew',
    how: async (trx) => {
      const { content, digest } = event(5, { type: 'parade' })
      await trx.updateTable('servanda.events').set({ content, digest, type: 'parade' }).where('seq', '=', 5).execute()
      await rehash(trx, 5, 5)
    },
    found: [['rewritten', 5, 5, 'e5', 'row 6 vouches for another hash']],
  },
  {
    what: 'two rows one after the other, with their hashes made anew',
    how: async (trx) => {
      await set(`key_id = 'other'`, 5)(trx)
      await rehash(trx, 5, 6)
    },
    found: [['rewritten', 6, 6, 'e6', 'row 7 vouches for another hash']],
  },
  {
    what: 'the first row, its hash made to name another beginning',
    how: async (trx) => {
      const row = await rowAt(trx, 1)
      const link = { ...row, recordedAt: row.recorded_at, claimedAt: row.claimed_at, keyId: row.key_id }
      const previous = 'b'.repeat(64)
      await set(`previous_hash = '${previous}', hash = '${linkHash(previous, link)}'`, 1)(trx)
    },
    found: [['rewritten', 1, 1, 'e1', 'name nothing']],
  },
  { what: 'a row that is gone', how: remove(4, 4), found: [['missing', 4, 4, null, 'gone']] },
  { what: 'rows that are gone', how: remove(4, 6), found: [['missing', 4, 6, null, 'gone']] },
  { what: 'a beginning that is gone', how: remove(1, 2), found: [['missing', 1, 2, null, 'gone']] },
  {
    what: 'a row that is gone, and the gap closed',
    how: async (trx) => {
      await remove(4, 4)(trx)
      await move(trx, 5, -1)
    },
    found: [['missing', 4, 4, null, 'row 4 was row 5']],
  },
  {
    what: 'a beginning that is gone, and the gap closed',
    how: async (trx) => {
      await remove(1, 3)(trx)
      await move(trx, 4, -3)
    },
    found: [['missing', 1, 3, null, 'row 1 was row 4']],
  },
  {
    what: 'a row put in between, with a hash that fits the row before it',
    how: async (trx) => {
      await move(trx, 6, 1)
      await forge(trx, 6, 5)
    },
    found: [['inserted', 6, 6, 'forged', 'row 7 names row 5']],
  },
  {
    what: 'a row put in between, with any hash',
    how: async (trx) => {
      await move(trx, 6, 1)
      await forge(trx, 6, null)
    },
    found: [['inserted', 6, 6, 'forged', 'row 7 names row 5']],
  },
  {
    what: 'a row put in the place of one that was removed',
    how: async (trx) => {
      await remove(6, 6)(trx)
      await forge(trx, 6, 5)
    },
    found: [['rewritten', 6, 6, 'forged', 'row 7 vouches for another hash']],
  },
  {
    what: 'a row put at the end, with any hash',
    how: (trx) => forge(trx, LAST + 1, null),
    found: [['inserted', LAST + 1, LAST + 1, 'forged', 'by another hand']],
  },
  {
    what: 'a row put beyond the end',
    how: (trx) => forge(trx, LAST + 5, LAST),
    found: [['inserted', LAST + 5, LAST + 5, 'forged', 'never gave it its number']],
  },
  {
    what: 'two rows that changed places',
    how: async (trx) => {
      await sql`update servanda.events set seq = 1000 where seq = 5`.execute(trx)
      await sql`update servanda.events set seq = 5 where seq = 6`.execute(trx)
      await sql`update servanda.events set seq = 6 where seq = 1000`.execute(trx)
    },
    found: [
      ['altered', 5, 5, 'e6', 'made for number 6'],
      ['altered', 6, 6, 'e5', 'made for number 5'],
    ],
  },
  {
    what: 'a row with another time, and the whole chain after it made anew',
    how: async (trx) => {
      await set(`recorded_at = recorded_at - interval '1 hour'`, 5)(trx)
      await rehash(trx, 5, LAST)
    },
    found: [['out_of_order', 5, 5, 'e5', 'recorded before row 4']],
  },
  {
    what: 'several at once',
    how: async (trx) => {
      await set(`key_id = 'other'`, 2)(trx)
      await remove(4, 4)(trx)
      await set(`type = 'parade'`, 8)(trx)
    },
    found: [
      ['altered', 2, 2, 'e2', 'does not match'],
      ['missing', 4, 4, null, 'gone'],
      ['altered', 8, 8, 'e8', 'column type'],
    ],
  },
  {
    what: 'an end that is gone, on which transitions rest',
    how: async (trx) => {
      await remove(9, LAST)(trx)
      await sql`insert into servanda.transitions
        (case_id, agreement, commitment, verdict_version, cause, occurred_at, recorded_at, seq, rulebook_version, after)
        values ('c', 'a', 'm', 1, 'evidence', '2026-03-01', '2026-03-01', 10, 1, '{}')`.execute(trx)
    },
    found: [['cut_off', 9, 10, null, 'transitions rest on row 10']],
  },
]

describeOnEachDatabase('a ledger that somebody has tampered with', (server) => {
  let store: Store
  let noted: Noted

  beforeAll(async () => {
    const { databaseUrl, dataDir } = server()
    store = await openStore({ databaseUrl, dataDir, log: pino({ level: 'silent' }) })
    for (let n = 1; n <= LAST; n++) {
      const batch = { events: [event(n)], origin: 'http' as const, keyId: 'k', authorize: () => null }
      const at = (AT + n * 1_000) as Instant
      await store.transaction((trx) => appendBatches(trx, [batch], at, nobodyListens))
    }
    const { head } = await verifyLedger(store.db)
    if (head === null) throw new Error('the ledger is empty')
    noted = head
  })

  afterAll(async () => {
    await store.close()
  })

  /** What is found after `how`, of which nothing stays. */
  async function foundAfter(how: (trx: Trx) => Promise<void>, expected: Noted | null = null) {
    const rollback = new Error('rollback')
    let found: Awaited<ReturnType<typeof verifyLedger>> | undefined
    const tampered = store.transaction(async (trx) => {
      await unguarded(trx)
      await how(trx)
      found = await verifyLedger(trx, { expected })
      throw rollback
    })
    await expect(tampered).rejects.toBe(rollback)
    return verificationDocument(found as NonNullable<typeof found>).findings
  }

  test.each(TAMPERINGS)('is found out: $what', async ({ how, found }) => {
    const findings = await foundAfter(how)
    expect(findings.map(({ kind, seq, through, id }) => [kind, seq, through, id])).toEqual(
      found.map((one) => one.slice(0, 4)),
    )
    for (const [index, [, , , , says]] of found.entries()) expect(findings[index]?.message).toContain(says)
  })

  describe('with its end cut off', () => {
    test('shows it against a hash that was noted, and not without', async () => {
      expect(await foundAfter(remove(9, LAST))).toEqual([])
      expect(await foundAfter(remove(9, LAST), noted)).toMatchObject([{ kind: 'cut_off', seq: 9, through: LAST }])
      expect(await foundAfter(remove(1, LAST), noted)).toMatchObject([{ kind: 'cut_off', seq: 1, through: LAST }])
    })
  })

  test('and every hash made anew shows it against a hash that was noted, and not without', async () => {
    const anew = async (trx: Trx) => {
      await set(`key_id = 'other'`, 5)(trx)
      await rehash(trx, 5, LAST)
    }
    expect(await foundAfter(anew)).toEqual([])
    expect(await foundAfter(anew, noted)).toMatchObject([{ kind: 'replaced', seq: LAST, id: `e${LAST}` }])
  })

  test('is whole when nobody has, and has the row that was noted', async () => {
    expect(await foundAfter(async () => {}, noted)).toEqual([])
  })

  test('with more wrong than anybody reads says how much more', async () => {
    const rows = (trx: Trx) =>
      sql`insert into servanda.events
      select 100 + n, 's', 'x' || n, 1, 'attack', false, 'reported', '2026-03-02', null, 'x', 'x', 'http', null, 'x', 'x'
      from generate_series(1, 1500) as n`.execute(trx)
    const rollback = new Error('rollback')
    const tampered = store.transaction(async (trx) => {
      await rows(trx)
      const { findings, omitted } = await verifyLedger(trx)
      expect(findings).toHaveLength(1_000)
      expect(omitted).toBe(501)
      throw rollback
    })
    await expect(tampered).rejects.toBe(rollback)
  })
})

test.each([
  [`446:${'a'.repeat(64)}`, { seq: 446, hash: 'a'.repeat(64) }],
  [`0:${'a'.repeat(64)}`, null],
  [`446:${'A'.repeat(64)}`, null],
  ['446', null],
  ['', null],
])('%s is what was noted: %o', (text, noted) => {
  expect(parseNoted(text)).toEqual(noted)
})
