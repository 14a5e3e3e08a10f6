import { type Options, stringify } from 'csv-stringify/sync'
import { type TimeValue, VERDICTS, type Verdict } from '../../../rules/index.ts'
import { oneLine } from '../../text/index.ts'
import type { CaseRecord, CommitmentPart, EvidenceRow, Place, Report, TotalPart } from '../report.ts'

/**
 * The report for a spreadsheet: one table (RFC 4180) whose first column says of what a row tells, so that a filter makes of
 * it whichever list is wanted. Nothing that the report has rows for is cut; `omitted` rows say what it had no room for.
 * The byte order mark is for Excel, which takes UTF-8 for something else without it.
 */
export function reportCsv(report: Report): string {
  const pieces: string[] = []
  let rows: Cell[][] = []
  const write = (): void => {
    const isFirst = pieces.length === 0
    pieces.push(stringify(rows, { ...FORMAT, columns: [...COLUMNS], header: isFirst, bom: isFirst }))
    rows = []
  }
  for (const row of rowsOf(report)) {
    // Lists, whose cells need not be looked up by their names one by one.
    rows.push(COLUMNS.map((column) => safeCell(column, row[column])))
    if (rows.length === AT_ONCE) write()
  }
  write()
  return pieces.join('')
}

/** So many rows are held at once besides what is written. */
const AT_ONCE = 1_000

const FORMAT: Options = { record_delimiter: '\r\n' }

const CASES = VERDICTS.map((verdict) => `cases_${verdict}` as const)

/** Every row has all of them. A time that is exact has the same `_from` and `_to`. */
const COLUMNS = [
  'section',
  'agreement',
  'agreement_title',
  'commitment',
  'commitment_title',
  'reading_of',
  'case',
  'by',
  'to',
  'kind',
  'indicator',
  ...CASES,
  'change',
  'verdict_before',
  'verdict',
  'certainty',
  'flags',
  'suspended',
  'opened_from',
  'opened_to',
  'due_from',
  'due_to',
  'value_min',
  'value_max',
  'unit',
  'target',
  'expected',
  'event_source',
  'event_id',
  'event_revision',
  'event_type',
  'event_from',
  'event_to',
  'counts',
  'role',
  'awaits',
  'why',
  'settled_by',
  'omitted',
] as const
type Column = (typeof COLUMNS)[number]

const NUMBERS: ReadonlySet<Column> = new Set<Column>(['value_min', 'value_max', 'target', 'expected'])

type Section = 'commitment' | 'reading' | 'change' | 'clock' | 'total' | 'flow' | 'question' | 'evidence' | 'omitted'

/** A cell that is not there is empty. */
type Row = { readonly section: Section } & { readonly [column in Column]?: Cell }
type Cell = string | number | null | undefined

function* rowsOf(report: Report): Generator<Row, void> {
  const facts = factsOf(report)
  const placed = (place: Place) => ({ ...placeOf(place), ...facts.get(keyOf(place)) })
  yield* commitmentRows(report)
  for (const change of report.changes)
    yield {
      section: 'change',
      ...placed(change),
      indicator: change.after?.indicator,
      change: change.kind,
      verdict_before: change.before?.verdict,
      verdict: change.after?.verdict,
      certainty: change.after?.certainty,
      ...spread('due', change.due),
      why: change.why,
    }
  for (const clock of report.clocks)
    yield {
      section: 'clock',
      ...placed(clock),
      by: list(clock.by),
      kind: clock.kind,
      indicator: clock.indicator,
      flags: list(clock.flags),
      suspended: clock.is_suspended ? 'yes' : 'no',
      ...spread('opened', clock.opened),
      ...spread('due', clock.due),
    }
  for (const total of report.totals) yield { section: 'total', ...placed(total), ...totalCells(total) }
  for (const total of report.totals) yield* flowRows(total, placed(total))
  for (const question of report.questions)
    yield {
      section: 'question',
      ...placed(question),
      indicator: question.indicator,
      verdict: question.verdict,
      certainty: question.certainty,
      ...spread('due', question.due),
      awaits: question.awaits,
      why: question.why,
      settled_by: question.settled_by.join(' '),
    }
  for (const row of report.evidence) yield* evidenceRows(row, facts)
  if (report.evidence_omitted > 0)
    yield {
      section: 'omitted',
      omitted: report.evidence_omitted,
      why: 'events that bear on cases, and that the report had no room for',
    }
}

function* commitmentRows({ agreements }: Report): Generator<Row, void> {
  for (const { id: agreement, title: agreement_title, commitments } of agreements)
    for (const part of commitments) {
      const shared = { agreement, agreement_title, ...dutyOf(part) }
      const { id, title, indicator, record, readings } = part
      const cells = { ...shared, commitment: id, commitment_title: title, indicator, ...recordCells(record) }
      yield { section: 'commitment', ...cells }
      // Apart from the commitments, so that a sum of these counts each promise once.
      for (const { id: reading, title, indicator, record } of readings)
        yield {
          section: 'reading',
          ...shared,
          commitment: reading,
          commitment_title: title,
          reading_of: id,
          indicator,
          ...recordCells(record),
        }
    }
}

function* flowRows(total: TotalPart, place: Omit<Row, 'section'>): Generator<Row, void> {
  for (const { event, when, is_counted, reason } of total.flows)
    yield {
      section: 'flow',
      ...place,
      event_source: event.source,
      event_id: event.id,
      event_revision: event.revision,
      ...spread('event', when),
      counts: is_counted ? 'yes' : 'no',
      why: reason,
    }
  if (total.flows_omitted > 0)
    yield { section: 'omitted', ...place, omitted: total.flows_omitted, why: 'flows that the report had no room for' }
}

/** A row for each use: an event may bear on several cases. */
function* evidenceRows(row: EvidenceRow, facts: Facts): Generator<Row, void> {
  const event = {
    section: 'evidence',
    event_source: row.source,
    event_id: row.id,
    event_revision: row.revision,
    event_type: row.type,
    ...spread('event', row.when),
  } as const
  if (row.uses.length === 0) yield event
  for (const { case: id, role, reason } of row.uses)
    yield { ...event, ...facts.get(id.slice(0, id.indexOf('@'))), case: id, role, why: reason }
}

function totalCells({ by, indicator, verdict, certainty, due, value }: TotalPart): Omit<Row, 'section'> {
  const { min, max, unit, target, expected } = value
  const amounts = { value_min: min, value_max: max, unit, target, expected }
  return { by: list(by), indicator, verdict, certainty, ...spread('due', due), ...amounts }
}

/** What can be said of every row about a commitment, by `<agreement>/<commitment>`, as a case's name begins. */
type Facts = ReadonlyMap<string, Omit<Row, 'section'>>

function factsOf({ agreements }: Report): Facts {
  return new Map(
    agreements.flatMap(({ id: agreement, title: agreement_title, commitments }) =>
      commitments.map((part) => {
        const place = { agreement, agreement_title, commitment: part.id, commitment_title: part.title }
        return [keyOf(place), { ...place, ...dutyOf(part) }] as const
      }),
    ),
  )
}

function keyOf({ agreement, commitment }: Pick<Place, 'agreement' | 'commitment'>): string {
  return `${agreement}/${commitment}`
}

function placeOf({ agreement, agreement_title, commitment, commitment_title, case: id }: Place): Omit<Row, 'section'> {
  return { agreement, agreement_title, commitment, commitment_title, case: id }
}

function dutyOf({ by, to, kind }: CommitmentPart): Pick<Row, 'by' | 'to' | 'kind'> {
  return { by: list(by), to: list(to), kind }
}

function recordCells(record: CaseRecord): { readonly [column in `cases_${Verdict}`]?: number } {
  return Object.fromEntries(VERDICTS.map((verdict) => [`cases_${verdict}`, record[verdict] ?? 0]))
}

function spread(name: 'opened' | 'due' | 'event', time: TimeValue | null): Omit<Row, 'section'> {
  const { from, to } = time === null || typeof time === 'string' ? { from: time, to: time } : time
  return { [`${name}_from`]: from, [`${name}_to`]: to }
}

function list(items: readonly string[]): string {
  return items.join(', ')
}

/** Amounts come as the text of an exact decimal: as a binary number they would lose digits. */
function safeCell(column: Column, cell: Cell): Cell {
  if (typeof cell !== 'string' || PLAIN.test(cell) || (NUMBERS.has(column) && NUMBER.test(cell))) return cell
  return harmless(cell)
}

const NUMBER = /^-?\d+(\.\d+)?$/

/** What nothing has to be done about: printable ASCII that neither begins like a formula nor has a `;`. */
const PLAIN = /^(?![=+\-@])[!-:<-~]+(?: [!-:<-~]+)*$/

/**
 * Text that no spreadsheet takes for a formula. What begins like one is told by how it begins; but where Excel is set to a
 * language whose separator is `;`, it makes two cells of a text that has one, so what follows is a beginning too. The
 * library's `escape_formulas` knows of the first alone, and would make a text of the number `-12.5`.
 */
function harmless(text: string): string {
  return oneLine(text, Number.POSITIVE_INFINITY).replaceAll(FORMULA_STARTS, "$1'")
}

/** With the full-width and the small forms of `=`, `+`, `-` and `@`. */
const FORMULA_STARTS = /(^|;[\s"']*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B])/g
