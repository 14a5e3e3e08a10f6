import { sql, type Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import { formatInstant, type Instant } from '../../rules/index.ts'
import type { Database, Store } from '../store/index.ts'
import { appliedMigrations } from '../store/migrate.ts'
import { Digest, type Ending, type Header, type SequenceValue, type TableStart } from './format.ts'
import { isUntouched, type Table, tablesOf } from './tables.ts'

/** Told now and then how far it has come. */
export type Progress = (table: string, rows: number) => void

export interface DumpOptions {
  readonly at: Instant
  /** Of this program. */
  readonly version: string
  readonly progress?: Progress | undefined
}

/** How much text a fetch should bring, in characters, and the most rows it asks for. */
const FETCH_LENGTH = 1_000_000
const MOST_ROWS = 1_000
const FIRST_ROWS = 50

/**
 * Writes everything as it stands at one moment, piece by piece. On a server nobody waits for it; on the embedded
 * database, which has one session, everybody does.
 * @throws {ServandaError} `BACKUP_OF_NOTHING` when the database holds no tables of ours
 */
export async function dump(
  store: Store,
  { at, version, progress = () => {} }: DumpOptions,
  write: (text: string) => Promise<void>,
): Promise<Header> {
  return store.transaction(async (trx) => {
    await sql`set transaction isolation level repeatable read, read only`.execute(trx)
    if (await isUntouched(trx)) {
      throw new ServandaError(
        'BACKUP_OF_NOTHING',
        'The database holds nothing of Servanda, so there is nothing to back up',
      )
    }
    const tables = await tablesOf(trx)
    const header: Header = {
      servanda_backup: 1,
      made_at: formatInstant(at),
      servanda: version,
      database: store.mode,
      migrations: await appliedMigrations(trx),
      ledger: await ledgerHead(trx),
      tables: Object.fromEntries(await counted(trx, tables)),
    }
    const digest = new Digest()
    const put = async (...lines: string[]) => {
      const text = lines.map((line) => `${line}\n`).join('')
      digest.add(text)
      await write(text)
    }
    await put(JSON.stringify(header))
    for (const table of tables) {
      const start: TableStart = { table: table.name, columns: table.columns.map(({ name }) => name) }
      await put(JSON.stringify(start))
      let rows = 0
      for await (const lines of rowsOf(trx, table)) {
        await put(...lines)
        rows += lines.length
        progress(table.name, rows)
      }
    }
    for (const sequence of await sequencesOf(trx, tables)) await put(JSON.stringify(sequence))
    await write(`${JSON.stringify({ sha256: digest.end() } satisfies Ending)}\n`)
    return header
  })
}

async function ledgerHead(trx: Transaction<Database>): Promise<Header['ledger']> {
  const last = await trx
    .selectFrom('servanda.events')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { events: last?.seq ?? 0, hash: last?.hash ?? null }
}

async function counted(trx: Transaction<Database>, tables: readonly Table[]): Promise<[string, number][]> {
  const counts: [string, number][] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(`servanda.${name}`)}
    `.execute(trx)
    counts.push([name, rows[0]?.count ?? 0])
  }
  return counts
}

/** The rows as lines, which the database itself makes. How many are asked for follows how long they are. */
async function* rowsOf(trx: Transaction<Database>, { name, columns }: Table): AsyncGenerator<readonly string[]> {
  const values = sql.join(columns.map((column) => sql`${sql.ref(column.name)}::text`))
  await sql`
    declare backup_rows no scroll cursor for
    select json_build_array(${values})::text as line from ${sql.table(`servanda.${name}`)}
  `.execute(trx)
  for (let count = FIRST_ROWS; ; ) {
    const { rows } = await sql<{ line: string }>`fetch ${sql.raw(String(count))} from backup_rows`.execute(trx)
    if (rows.length === 0) break
    yield rows.map(({ line }) => line)
    const length = rows.reduce((sum, { line }) => sum + line.length, 0) / rows.length
    count = Math.max(1, Math.min(MOST_ROWS, count * 2, Math.floor(FETCH_LENGTH / length)))
  }
  await sql`close backup_rows`.execute(trx)
}

async function sequencesOf(trx: Transaction<Database>, tables: readonly Table[]): Promise<readonly SequenceValue[]> {
  const values: SequenceValue[] = []
  for (const table of tables) {
    for (const { name, sequence } of table.columns) {
      if (sequence === null) continue
      const { rows } = await sql<{ value: string; is_called: boolean }>`
        select last_value::text as value, is_called from ${sql.raw(sequence)}
      `.execute(trx)
      const [row] = rows
      if (row) values.push({ sequence: `${table.name}.${name}`, ...row })
    }
  }
  return values
}
