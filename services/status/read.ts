import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import { formatInstant, type Instant, type Rulebook } from '../../rules/index.ts'
import type { ApiBase } from '../cases/index.ts'
import { clauseOf } from '../evaluation/index.ts'
import type { AdoptedRulebook, RulebookShelf } from '../rulebooks/index.ts'
import type { Database } from '../store/index.ts'
import { endOfLocalDay, localDay } from './clock-time.ts'
import {
  type AgreementStatus,
  agreementLinks,
  type CommitmentStatus,
  commitmentStatus,
  deadlineOf,
  type NextDeadline,
  type RejectedRulebook,
  type SilentSource,
  together,
} from './document.ts'
import {
  type AgreementRow,
  type CommitmentRow,
  keyOf,
  type LastChange,
  type Named,
  type RunningCase,
  readAgreements,
  readChanges,
  readCommitments,
  readDeadlines,
  readLastChanges,
  readRejections,
  readShownDays,
  readSilentSources,
} from './facts.ts'
import { Shown } from './shown.ts'
import { type ShownDay, StripDays } from './strip.ts'

/** How many of an agreement's next deadlines are kept; no more are shown of all together. */
export const SHOWN_DEADLINES = 20

/** Everything that is published, under one number. */
export interface KnownStatus {
  readonly seq: number
  readonly asOf: Instant | null
  /** In the order in which they are shown. */
  readonly agreements: ReadonlyMap<string, KnownAgreement>
  readonly rejected: readonly RejectedRulebook[]
  readonly base: ApiBase
  /** When the first of the strips ends with another day; null: there are none. */
  readonly turnsAt: Instant | null
}

export interface KnownAgreement {
  readonly shown: Shown<AgreementStatus>
  readonly commitments: ReadonlyMap<string, KnownCommitment>
  readonly deadlines: readonly TimedDeadline[]
  readonly head: Head
  readonly isPublic: boolean
}

/** What is known of an agreement as a whole. While that stays, and no commitment changes, it is shown as it was. */
interface Head {
  readonly rulebook: Rulebook
  readonly version: number
  readonly row: AgreementRow
  readonly silent: readonly SilentSource[]
  readonly today: string
  readonly last: LastChange | null
}

interface KnownCommitment {
  readonly position: number
  readonly status: CommitmentStatus
}

export interface TimedDeadline {
  readonly at: Instant
  /** What it was made of. */
  readonly row: RunningCase
  readonly deadline: NextDeadline
}

/** In what the status is read. */
export interface ReadContext {
  readonly shelf: RulebookShelf
  readonly base: ApiBase
  readonly clock: string | null
  readonly now: Instant
}

/** What the database has of the status at one moment. What has not changed since `before` is not read again. */
export interface StatusFacts {
  readonly projection: { readonly seq: number; readonly changed_at: Instant | null }
  readonly adopted: readonly AdoptedRulebook[]
  /** Null: what was known before is of no use. */
  readonly before: KnownStatus | null
  readonly rows: ReadonlyMap<string, AgreementRow>
  readonly last: ReadonlyMap<string, LastChange>
  /** The days that are today in the zones of the agreements. */
  readonly days: ReadonlyMap<string, string>
  readonly found: ReadonlyMap<string, Found>
  readonly silent: Awaited<ReturnType<typeof readSilentSources>>
  readonly rejected: readonly RejectedRulebook[]
}

/** Reads what there is to know beyond `before`; all of it from the snapshot that `db` is. */
export async function readFacts(
  db: Kysely<Database>,
  { shelf, base, now }: ReadContext,
  before: KnownStatus | null,
): Promise<StatusFacts> {
  const projection = await db
    .selectFrom('servanda.projections')
    .select(['seq', 'changed_at'])
    .where('name', '=', 'status')
    .executeTakeFirstOrThrow()
  const adopted = await shelf.current(db)
  const rows = new Map((await readAgreements(db)).map((row) => [row.id, row]))
  const changed = before?.base === base ? await changedSince(db, before, projection.seq) : null
  const zones = new Set(adopted.map(({ rulebook }) => rulebook.where.zone))
  const days = new Map([...zones].map((zone) => [zone, localDay(now, zone)]))
  const named = new Map<string, readonly string[] | null>()
  for (const { rulebook } of adopted) {
    const { id, where } = rulebook
    const one = changed && before?.agreements.get(id)
    if (!one || one.head.today !== days.get(where.zone)) named.set(id, null)
    else if (changed.named.has(id)) named.set(id, changed.named.get(id) ?? null)
  }
  return {
    projection,
    adopted,
    before: changed && before,
    rows,
    last: changed?.last ?? (await readLastChanges(db)),
    days,
    found: await readNamed(db, adopted, named, days),
    silent: await readSilentSources(db),
    rejected: await readRejections(db),
  }
}

/** The status that the facts come to. What has not changed is what it was; others are answered in between. */
export async function knownStatus(facts: StatusFacts, context: ReadContext): Promise<KnownStatus> {
  const { projection, adopted, before, rows, last, days, found, rejected } = facts
  const silent = byAgreement(facts.silent)
  const agreements = new Map<string, KnownAgreement>()
  let since = performance.now()
  for (const { rulebook, version } of adopted) {
    const { id, where } = rulebook
    const row = rows.get(id)
    if (!row) continue
    const told = silentSources(rulebook, silent.get(id) ?? [])
    const today = days.get(where.zone) ?? ''
    const head = { rulebook, version, row, silent: told, today, last: last.get(id) ?? null }
    agreements.set(id, knownAgreement(head, found.get(id) ?? null, before?.agreements.get(id) ?? null, context))
    if (performance.now() - since < LONGEST_TURN_MS) continue
    await setImmediate()
    since = performance.now()
  }
  const turns = [...days.keys()].map((zone) => endOfLocalDay(context.now, zone))
  return {
    seq: projection.seq,
    asOf: projection.changed_at,
    agreements,
    rejected,
    base: context.base,
    turnsAt: turns.length === 0 ? null : (Math.min(...turns) as Instant),
  }
}

/** For how long a status that is prepared may keep everything else waiting. */
const LONGEST_TURN_MS = 2

/** What has changed between `before` and the number `seq`; null: anything may have. */
async function changedSince(
  db: Kysely<Database>,
  before: KnownStatus,
  seq: number,
): Promise<{ readonly named: Named; readonly last: ReadonlyMap<string, LastChange> } | null> {
  const changes = await readChanges(db, before.seq)
  if (seq < before.seq || changes.length !== seq - before.seq) return null
  const named = new Map<string, readonly string[] | null>()
  const last = new Map(
    [...before.agreements].flatMap(([id, one]) => (one.head.last ? [[id, one.head.last] as const] : [])),
  )
  for (const change of changes) {
    if (change.agreement === null) return null
    const sofar = named.get(change.agreement) ?? []
    const isWhole = change.commitments === null || named.get(change.agreement) === null
    named.set(change.agreement, isWhole ? null : [...new Set([...sofar, ...(change.commitments ?? [])])])
    last.set(change.agreement, { seq: change.seq, changedAt: change.changed_at })
  }
  return { named, last }
}

/** What was read of an agreement. */
interface Found {
  readonly named: readonly string[] | null
  readonly commitments: readonly (CommitmentRow & { readonly days: readonly ShownDay[] })[]
  readonly deadlines: readonly RunningCase[]
}

async function readNamed(
  db: Kysely<Database>,
  adopted: readonly AdoptedRulebook[],
  named: Named,
  days: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Found>> {
  const asked = new Map([...named].filter(([, commitments]) => commitments === null || commitments.length > 0))
  if (asked.size === 0) return new Map()
  const rulebooks = adopted.map(({ rulebook }) => rulebook).filter(({ id }) => asked.has(id))
  const firstDay = rulebooks.map(({ where }) => new StripDays(days.get(where.zone) ?? '').from).sort()[0] ?? ''
  const commitments = byAgreement(await readCommitments(db, asked))
  const shown = await readShownDays(db, asked, firstDay)
  const readings = rulebooks.flatMap(({ id: agreement, commitments }) =>
    commitments.filter(({ readingOf }) => readingOf !== null).map(({ id }) => keyOf(agreement, id)),
  )
  const next = byAgreement(await readDeadlines(db, [...asked.keys()], { without: readings, most: SHOWN_DEADLINES }))
  return new Map(
    [...asked].map(([id, names]) => {
      const rows = (commitments.get(id) ?? []).map((row) => ({ ...row, days: shown.get(keyOf(id, row.id)) ?? [] }))
      return [id, { named: names, commitments: rows, deadlines: next.get(id) ?? [] }] as const
    }),
  )
}

function knownAgreement(
  facts: Head,
  found: Found | null,
  before: KnownAgreement | null,
  { base, clock }: ReadContext,
): KnownAgreement {
  if (before && found === null && isSameHead(facts, before.head)) return before
  const { rulebook, version, row, silent, today, last } = facts
  const commitments = found
    ? knownCommitments(rulebook, found, before, { base, days: new StripDays(today) })
    : (before?.commitments ?? new Map())
  const shown = [...commitments.values()].sort((a, b) => a.position - b.position).map(({ status }) => status)
  const head = {
    id: rulebook.id,
    title: rulebook.title,
    legal_force: rulebook.legalForce,
    visibility: rulebook.visibility,
    zone: rulebook.where.zone,
    rulebook_version: version,
    seq: last?.seq ?? 0,
    as_of: last && formatInstant(last.changedAt),
    evaluated_at: row.evaluated_at === null ? null : formatInstant(row.evaluated_at),
    stale: row.failure !== null || row.evaluated_at === null || (row.set_aside ?? 0) > 0,
    failure: row.failure,
    set_aside: row.set_aside ?? 0,
    ...together(shown),
    silent_sources: silent,
    links: agreementLinks(base, rulebook.id),
  }
  const etag = `"${head.seq}-${digestOf([head, today, clock])}"`
  return {
    shown: before?.shown.etag === etag ? before.shown : new Shown(etag, () => ({ ...head, commitments: shown })),
    commitments,
    deadlines: found ? timedDeadlines(found.deadlines, before, rulebook.where.zone) : (before?.deadlines ?? []),
    head: facts,
    isPublic: rulebook.visibility === 'public',
  }
}

function isSameHead({ rulebook, ...facts }: Head, { rulebook: known, ...before }: Head): boolean {
  return rulebook === known && isDeepStrictEqual(facts, before)
}

/** Those that were there before are as they were: reading clocks in a zone costs more than all the rest. */
function timedDeadlines(
  rows: readonly RunningCase[],
  before: KnownAgreement | null,
  zone: string,
): readonly TimedDeadline[] {
  const known = new Map(before?.deadlines.map((one) => [one.row.id, one]))
  return rows.flatMap((row) => {
    const one = known.get(row.id)
    if (one && one.deadline.zone === zone && isDeepStrictEqual(one.row, row)) return [one]
    const deadline = deadlineOf(row, zone)
    const { agreement, commitment } = row
    return deadline ? [{ at: row.due_at, row, deadline: { agreement, commitment, case: row.id, ...deadline } }] : []
  })
}

function knownCommitments(
  rulebook: Rulebook,
  { named, commitments }: Found,
  before: KnownAgreement | null,
  place: { readonly base: ApiBase; readonly days: StripDays },
): ReadonlyMap<string, KnownCommitment> {
  const known = new Map(named === null ? [] : before?.commitments)
  for (const id of named ?? []) known.delete(id)
  const defined = new Map(rulebook.commitments.map((one) => [one.id, one]))
  for (const row of commitments) {
    const commitment = defined.get(row.id)
    if (!commitment) continue
    const status = commitmentStatus(rulebook, commitment, clauseOf(rulebook, commitment.clause), row, place)
    known.set(row.id, { position: row.position, status })
  }
  return known
}

function silentSources(
  { sources }: Rulebook,
  rows: Readonly<Awaited<ReturnType<typeof readSilentSources>>>,
): readonly SilentSource[] {
  return rows.map(({ source, heard_at, expected_by }) => ({
    id: source,
    title: sources.find((one) => one.id === source)?.title ?? null,
    last_heard_at: heard_at && formatInstant(heard_at),
    expected_by: formatInstant(expected_by),
  }))
}

function byAgreement<Row extends { readonly agreement: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const others = found.get(row.agreement)
    if (others) others.push(row)
    else found.set(row.agreement, [row])
  }
  return found
}

/** Tells apart what would otherwise have the same name. */
export function digestOf(facts: unknown): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 8)
}
