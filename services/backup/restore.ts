import { CompiledQuery, sql, type Transaction } from 'kysely'
import { ServandaError } from '../../config/error.ts'
import type { Log } from '../../config/log.ts'
import { type Instant, parseInstant } from '../../rules/index.ts'
import { holdAlerts } from '../alerts/index.ts'
import { note, verifyAudit } from '../audit/index.ts'
import { verifyLedger } from '../ledger/index.ts'
import type { Database, Store } from '../store/index.ts'
import { knownMigrations, layTables, migrate, migrateInside } from '../store/migrate.ts'
import type { Progress } from './dump.ts'
import { type Header, type Part, type Row, readParts, type SequenceValue, type TableStart, unusable } from './format.ts'
import { isUntouched, type Table, tablesOf } from './tables.ts'

export interface RestoreOptions {
  readonly at: Instant
  readonly log: Log
  /** Restore also when the chain of the ledger, or of the audit log, does not hold; it is restored as it is. */
  readonly acceptBrokenLedger: boolean
  readonly progress?: Progress | undefined
}

export interface Restored {
  readonly header: Header
  readonly rows: number
  /** What is wrong with the ledger or the audit log, where that was accepted; null: nothing is. */
  readonly brokenLedger: string | null
}

/**
 * Fills a database without any tables of ours from a backup, in one transaction: everything, or nothing. Its tables are
 * laid as they were, filled, and brought up to date; the chains of the ledger and the audit log are recomputed; and alerts are held from then on.
 * @param text  the decompressed backup
 * @throws {ServandaError} `RESTORE_NOT_EMPTY`, `BACKUP_UNUSABLE`, `BACKUP_NEWER`, `LEDGER_BROKEN`
 */
export async function restoreBackup(
  store: Store,
  text: AsyncIterable<Buffer>,
  { at, log, acceptBrokenLedger, progress = () => {} }: RestoreOptions,
): Promise<Restored> {
  const restored = await store.transaction(async (trx) => {
    if (!(await isUntouched(trx))) throw notEmpty(store)
    const filling = new Filling(trx, at, progress)
    for await (const part of readParts(text)) await filling.take(part)
    const { header, rows } = await filling.finish()
    const brokenLedger = (await ledgerProblem(trx, header)) ?? (await auditProblem(trx))
    if (brokenLedger !== null && !acceptBrokenLedger) {
      throw new ServandaError(
        'LEDGER_BROKEN',
        `The ledger in the backup is not what was once written: ${brokenLedger}. Nothing was restored; ` +
          '--accept-broken-ledger restores it all the same.',
      )
    }
    await holdAlerts(trx, at, parseInstant(header.made_at))
    const author = { actor: 'command line', at, requestId: null } as const
    await note(trx, author, 'backup.restored', { subject: null, details: { made_at: header.made_at } })
    return { header, rows, brokenLedger }
  })
  await migrate(store.db, log)
  return restored
}

/** Lays the tables when the header comes, and fills them. */
class Filling {
  readonly #trx: Transaction<Database>
  readonly #at: Instant
  readonly #progress: Progress
  #header: Header | null = null
  #tables: readonly Table[] = []
  #statement: { readonly of: TableStart; readonly text: string } | null = null
  #rows = 0
  #inTable = 0

  constructor(trx: Transaction<Database>, at: Instant, progress: Progress) {
    this.#trx = trx
    this.#at = at
    this.#progress = progress
  }

  async take(part: Part): Promise<void> {
    if (part.kind === 'header') await this.#lay(part.header)
    else if (part.kind === 'rows') await this.#fill(part.table, part.rows)
    else await this.#set(part.sequence)
  }

  async finish(): Promise<{ header: Header; rows: number }> {
    if (this.#header === null) throw unusable('it is empty')
    await migrateInside(this.#trx, this.#header.migrations, this.#at)
    return { header: this.#header, rows: this.#rows }
  }

  async #lay(header: Header): Promise<void> {
    const known = knownMigrations()
    const unknown = header.migrations.filter((name) => !known.includes(name))
    if (unknown.length > 0) {
      throw new ServandaError(
        'BACKUP_NEWER',
        `The backup was made by a newer version of Servanda (${header.servanda}; ${unknown.join(', ')}). Restore it with ` +
          'that version.',
        { details: { unknown } },
      )
    }
    await layTables(this.#trx, header.migrations)
    this.#tables = await tablesOf(this.#trx)
    // What the migrations put there is in the backup too, as it was by then.
    for (const { name } of this.#tables) {
      const table = sql.table(`servanda.${name}`)
      const { rows } = await sql<{ any: boolean }>`select exists (select 1 from ${table}) as any`.execute(this.#trx)
      if (rows[0]?.any) await sql`delete from ${table}`.execute(this.#trx)
    }
    this.#header = header
  }

  /** One array a column, which costs a statement the same for two rows as for two thousand. */
  async #fill(table: TableStart, rows: readonly Row[]): Promise<void> {
    if (this.#statement?.of !== table) {
      this.#statement = { of: table, text: insertion(table, this.#known(table)) }
      this.#inTable = 0
    }
    const columns = table.columns.map((_, index) => rows.map((row) => row[index] ?? null))
    await this.#trx.executeQuery(CompiledQuery.raw(this.#statement.text, columns))
    this.#rows += rows.length
    this.#inTable += rows.length
    this.#progress(table.table, this.#inTable)
  }

  /** Only names that the database itself knows are ever put into a statement. */
  #known({ table, columns }: TableStart): Table {
    const known = this.#tables.find(({ name }) => name === table)
    const unknown = columns.filter((name) => !known?.columns.some((column) => column.name === name))
    if (!known || unknown.length > 0)
      throw unusable(`it holds ${[table, ...unknown].join('.')}, which is not known here`)
    return known
  }

  async #set({ sequence, value, is_called }: SequenceValue): Promise<void> {
    const [table, column] = sequence.split('.')
    const found = this.#tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column)?.sequence
    if (!found) throw unusable(`it holds the sequence ${sequence}, which is not known here`)
    await sql`select setval(${found}::regclass, ${value}::bigint, ${is_called})`.execute(this.#trx)
  }
}

function insertion({ columns }: TableStart, { name: table, columns: known }: Table): string {
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  const values = columns.map((name) => {
    const type = known.find((column) => column.name === name)?.type
    return `taken.${quoted(name)}::${type}`
  })
  const given = columns.map((_, index) => `$${index + 1}::text[]`).join(', ')
  const names = columns.map(quoted).join(', ')
  return (
    `insert into servanda.${quoted(table)} (${names}) overriding system value ` +
    `select ${values.join(', ')} from unnest(${given}) as taken(${names})`
  )
}

async function ledgerProblem(trx: Transaction<Database>, { ledger }: Header): Promise<string | null> {
  const { rows, head, findings } = await verifyLedger(trx)
  const [first] = findings
  if (first) return `row ${first.seq}: ${first.message}`
  if (rows !== ledger.events) return `it has ${rows} rows, and the backup says ${ledger.events}`
  return ledger.hash === null || ledger.hash === head?.hash ? null : 'its last row is another than the backup says'
}

async function auditProblem(trx: Transaction<Database>): Promise<string | null> {
  const [first] = (await verifyAudit(trx)).findings
  return first ? `entry ${first.seq} of the audit log: ${first.message}` : null
}

function notEmpty({ mode }: Store): ServandaError {
  const mend =
    mode === 'embedded'
      ? 'choose another folder with DATA_DIR, or move its folder db away'
      : 'make an empty one, and name it in DATABASE_URL'
  return new ServandaError(
    'RESTORE_NOT_EMPTY',
    `The database holds a Servanda already, and a backup is only restored into an empty one: ${mend}.`,
  )
}
