import { ICalCalendar, type ICalEventData, ICalEventStatus } from 'ical-generator'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type CaseResult, formatInstant, type Instant, type TimeValue } from '../../rules/index.ts'
import { type ApiBase, caseLink } from '../cases/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { oneLine, timeValueText, VERDICT_WORDS } from '../text/index.ts'
import { type AgreementStatus, deadlineOf } from './document.ts'
import { uuidOf } from './uuid.ts'

/** What a calendar shows. */
export interface CalendarOrder {
  readonly title: string
  readonly base: ApiBase
  readonly agreements: readonly AgreementStatus[]
  /** Of one agreement only this commitment; null: all but other readings of a promise. */
  readonly commitment: string | null
  /** Cases that are decided are shown when they were due after this. */
  readonly since: Instant
}

/** Of those that run, and of those that are decided; those that are due soonest, or were last. */
const MOST_ENTRIES = 500

const REFRESH_SECONDS = 3_600

/** Writing one takes about a millisecond, most of it for folding its lines: others have their turn in between. */
const AT_A_TIME = 5

/** Entries as they were written last; most of them stay what they are. */
const MOST_WRITTEN = 2_000
const written = new Map<string, string>()

interface Entry {
  readonly agreement: string
  readonly commitment: string
  readonly id: string
  readonly verdict: CaseResult['verdict']
  readonly isOpen: boolean
  readonly due: TimeValue
  readonly close: TimeValue | null
  readonly explanation: string
  readonly calendar_version: number
  readonly calendar_at: Instant
}

/** When cases are due, as an iCalendar. */
export async function calendarText(db: Kysely<Database>, order: CalendarOrder): Promise<string> {
  const known = new Map(order.agreements.map((one) => [one.id, one]))
  const events: string[] = []
  for (const [n, entry] of (await readEntries(db, order)).entries()) {
    const agreement = known.get(entry.agreement)
    if (agreement) events.push(eventText(eventOf(entry, agreement, order.base)))
    if (n % AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const name = oneLine(order.title, 200)
  const frame = new ICalCalendar({ prodId: PRODUCT, name, ttl: REFRESH_SECONDS }).toString()
  return frame.replace(END, () => `${events.join('')}${END}`)
}

const PRODUCT = '//Servanda//Deadlines//EN'
const END = 'END:VCALENDAR'

function eventText(event: ICalEventData): string {
  const key = JSON.stringify(event)
  const known = written.get(key)
  if (known !== undefined) return known
  const text = new ICalCalendar({ prodId: PRODUCT, events: [event] }).toString()
  const made = text.slice(text.indexOf('BEGIN:VEVENT'), text.lastIndexOf(END))
  if (written.size >= MOST_WRITTEN) written.clear()
  written.set(key, made)
  return made
}

function eventOf(entry: Entry, agreement: AgreementStatus, base: ApiBase): ICalEventData {
  const { from, to } = typeof entry.due === 'string' ? { from: entry.due, to: entry.due } : entry.due
  const changedAt = formatInstant(entry.calendar_at)
  const title = agreement.commitments.find(({ id }) => id === entry.commitment)?.title ?? entry.commitment
  return {
    id: uuidOf(`case ${entry.id}`),
    sequence: entry.calendar_version,
    stamp: changedAt,
    lastModified: changedAt,
    start: from,
    ...(to !== from && { end: to }),
    summary: summaryOf(entry, oneLine(title, 200)),
    description: descriptionOf(entry, agreement),
    url: caseLink(base, agreement.id, entry.id),
    status: entry.verdict === 'void' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  }
}

function summaryOf({ isOpen, verdict }: Entry, title: string): string {
  const words = isOpen ? 'due' : VERDICT_WORDS[verdict]
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${title}`
}

function descriptionOf(entry: Entry, { title, legal_force, zone }: AgreementStatus): string {
  const grace = deadlineOf(entry, zone)?.grace_until ?? null
  return [
    oneLine(entry.explanation),
    `Due: ${timeValueText(entry.due, zone)}`,
    ...(grace === null ? [] : [`Grace until: ${timeValueText(grace, zone)}`]),
    `Agreement: ${oneLine(title)} (legal force: ${legal_force})`,
    `Case: ${oneLine(entry.id)}`,
  ].join('\n')
}

async function readEntries(
  db: Kysely<Database>,
  { agreements, commitment, since }: CalendarOrder,
): Promise<readonly Entry[]> {
  const asked = agreements.flatMap((agreement) =>
    agreement.commitments
      .filter(({ id, reading_of }) => (commitment === null ? reading_of === null : id === commitment))
      .map(({ id }) => `${agreement.id}/${id}`),
  )
  const ofEach = (condition: RawBuilder<unknown>, order: RawBuilder<unknown>) => sql`
    select found.id from unnest(${agreements.map(({ id }) => id)}::text[]) as asked (id)
    cross join lateral (
      select id, due_at from servanda.cases
      where agreement = asked.id and agreement || '/' || commitment = any(${asked}::text[]) and ${condition}
      order by ${order} limit ${MOST_ENTRIES}
    ) as found
    order by ${order} limit ${MOST_ENTRIES}`
  const isOpen = sql`phase = 'running' and verdict = 'open'`
  const { rows } = await sql<Entry>`
    select agreement, commitment, id, verdict, ${isOpen} as "isOpen", calendar_version, calendar_at,
      result -> 'due' as due, result -> 'close' as close, result ->> 'explanation' as explanation
    from servanda.cases
    where id in (
      (${ofEach(sql`${isOpen} and due_at is not null`, sql`due_at`)})
      union all
      (${ofEach(sql`not (${isOpen}) and due_at >= ${timestamp(since)}`, sql`due_at desc`)})
    )
    order by due_at, id collate "C"`.execute(db)
  return rows
}
