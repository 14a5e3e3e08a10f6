import { formatInstant, type Instant, type ServandaEvent, type Standing } from '../../rules/index.ts'
import { type Link, linkHash } from './chain.ts'

/** Events that are appended together or not at all. */
export interface Batch {
  readonly events: readonly ServandaEvent[]
  readonly origin: 'http' | 'import'
  readonly keyId: string | null
  /** Why this sender may not write `event`, of which the ledger holds the revisions `known`; null: it may. */
  readonly authorize: (event: ServandaEvent, known: readonly KnownRevision[]) => string | null
}

/** What a revision that the ledger holds says of who may write the next. */
export interface KnownRevision {
  readonly revision: number
  readonly type: string | null
  readonly standing: Standing
}

/** What the ledger holds of an event after an append; `duplicate` when it held it before. */
export interface Receipt {
  readonly source: string
  readonly id: string
  readonly revision: number
  readonly seq: number
  readonly recordedAt: Instant
  readonly digest: string
  readonly duplicate: boolean
}

/** Why the event at `index` was not taken (and so none of its batch). */
export interface Refusal {
  readonly index: number
  readonly code: 'EVENT_CONFLICT' | 'EVENT_FORBIDDEN' | 'EVENT_INVALID' | 'REVISION_TOO_HIGH'
  readonly pointer: string
  readonly message: string
  readonly mend?: string
  readonly details: Readonly<Record<string, unknown>>
}

export type Outcome =
  | { readonly ok: true; readonly receipts: readonly Receipt[] }
  | { readonly ok: false; readonly refusals: readonly Refusal[] }

/** A revision the ledger already holds. */
export interface HeldRevision extends KnownRevision {
  readonly source: string
  readonly id: string
  readonly seq: number
  readonly recordedAt: Instant
  readonly digest: string
}

/** The last row of the ledger. */
export interface Head {
  readonly seq: number
  readonly hash: string
  readonly recordedAt: Instant
}

/** A row to insert. */
export interface NewRow extends Link {
  readonly event: ServandaEvent
  readonly previousHash: string
  readonly hash: string
}

export interface Plan {
  readonly rows: readonly NewRow[]
  /** One for each batch, in their order. */
  readonly outcomes: readonly Outcome[]
}

/** Why an event that is well formed can still not be taken, and what would mend it. */
export interface Objection {
  readonly pointer: string
  readonly message: string
  readonly mend: string
}

/** What stands against an event, whoever sends it; null: nothing. */
export type Objector = (event: ServandaEvent) => Objection | null

/**
 * Decides what an append of `batches`, one after another, adds to a ledger that ends with `head` and holds `held`
 * of the events concerned. A batch with a refusal adds nothing and the others go on. Pure.
 * @param object  what stands against an event that is new
 */
export function planAppend(
  head: Head,
  held: readonly HeldRevision[],
  batches: readonly Batch[],
  at: Instant,
  object: Objector = () => null,
): Plan {
  const known = new Map<string, readonly HeldRevision[]>()
  for (const revision of held) remember(known, revision)
  const recordedAt = at > head.recordedAt ? at : head.recordedAt
  const rows: NewRow[] = []
  const outcomes: Outcome[] = []
  for (const batch of batches) {
    const last = rows.at(-1) ?? head
    const taken = planBatch(batch, known, { seq: last.seq, hash: last.hash }, recordedAt, object)
    outcomes.push(taken.outcome)
    if (!taken.outcome.ok) continue
    rows.push(...taken.rows)
    for (const receipt of taken.added) remember(known, receipt)
  }
  return { rows, outcomes }
}

/** What names an event in every revision; neither text holds a control character. */
export function identity(event: { readonly source: string; readonly id: string }): string {
  return `${event.source}\n${event.id}`
}

function planBatch(
  batch: Batch,
  held: ReadonlyMap<string, readonly HeldRevision[]>,
  last: { readonly seq: number; readonly hash: string },
  recordedAt: Instant,
  object: Objector,
): { outcome: Outcome; rows: NewRow[]; added: HeldRevision[] } {
  const receipts: Receipt[] = []
  const refusals: Refusal[] = []
  const rows: NewRow[] = []
  const added: HeldRevision[] = []
  const own = new Map<string, readonly HeldRevision[]>()
  for (const [index, event] of batch.events.entries()) {
    const key = identity(event)
    const revisions = own.get(key) ?? held.get(key) ?? []
    const refusal =
      refusalOf(batch, event, index, revisions) ?? invalidity(batch, event, index, revisions, recordedAt, object)
    if (refusal) {
      refusals.push(refusal)
      continue
    }
    const same = revisions.find((one) => one.revision === event.revision)
    if (same) {
      receipts.push(receiptOf(event, same, true))
      continue
    }
    const previous = rows.at(-1) ?? last
    const link = {
      seq: previous.seq + 1,
      recordedAt,
      claimedAt: event.recordedTime,
      content: event.content,
      digest: event.digest,
      origin: batch.origin,
      keyId: batch.keyId,
    }
    const row = newRow(link, event, previous.hash)
    const revision = heldAs(row)
    rows.push(row)
    added.push(revision)
    own.set(key, [...revisions, revision])
    receipts.push(receiptOf(event, row, false))
  }
  return { outcome: refusals.length > 0 ? { ok: false, refusals } : { ok: true, receipts }, rows, added }
}

function refusalOf(
  batch: Batch,
  event: ServandaEvent,
  index: number,
  revisions: readonly HeldRevision[],
): Refusal | null {
  const { source, id, revision } = event
  const details = { source, id, revision }
  const forbidden = batch.authorize(event, revisions)
  if (forbidden !== null) return { index, code: 'EVENT_FORBIDDEN', pointer: '', message: forbidden, details }
  const same = revisions.find((one) => one.revision === revision)
  if (same && same.digest !== event.digest) {
    return {
      index,
      code: 'EVENT_CONFLICT',
      pointer: '/id',
      message: `Revision ${revision} of ${id} from ${source} is known with other content; to correct it, send revision ${highest(revisions) + 1}.`,
      details: { ...details, known_digest: same.digest, sent_digest: event.digest, known_seq: same.seq },
    }
  }
  if (batch.origin === 'http' && !same && revision > highest(revisions) + 1) {
    return {
      index,
      code: 'REVISION_TOO_HIGH',
      pointer: '/revision',
      message: `Revision ${revision} of ${id} from ${source} would leave a gap; the next one is ${highest(revisions) + 1}.`,
      details: { ...details, next_revision: highest(revisions) + 1 },
    }
  }
  return null
}

/** What is known already is not judged again; what a file claims may lie ahead of a clock that is set back. */
function invalidity(
  batch: Batch,
  event: ServandaEvent,
  index: number,
  revisions: readonly HeldRevision[],
  recordedAt: Instant,
  object: Objector,
): Refusal | null {
  const { source, id, revision } = event
  if (revisions.some((one) => one.revision === revision)) return null
  const objection = (batch.origin === 'http' ? claimAboutFuture(event, recordedAt) : null) ?? object(event)
  return objection && { index, code: 'EVENT_INVALID', ...objection, details: { source, id, revision } }
}

function claimAboutFuture({ recordedTime }: ServandaEvent, recordedAt: Instant): Objection | null {
  if (recordedTime === null || recordedTime <= recordedAt) return null
  return {
    pointer: '/recordedtime',
    message: `${formatInstant(recordedTime)} has not come yet; it is ${formatInstant(recordedAt)}`,
    mend: 'leave "recordedtime" out, or write when the event became known',
  }
}

function highest(revisions: readonly HeldRevision[]): number {
  return revisions.reduce((most, one) => Math.max(most, one.revision), 0)
}

function remember(known: Map<string, readonly HeldRevision[]>, revision: HeldRevision): void {
  known.set(identity(revision), [...(known.get(identity(revision)) ?? []), revision])
}

// Spelled out: copying by spreading took a third of the time of a long append.

function newRow(link: Link, event: ServandaEvent, previousHash: string): NewRow {
  const { seq, recordedAt, claimedAt, content, digest, origin, keyId } = link
  const hash = linkHash(previousHash, link)
  return { seq, recordedAt, claimedAt, content, digest, origin, keyId, event, previousHash, hash }
}

function heldAs({ event, seq, recordedAt, digest }: NewRow): HeldRevision {
  const { source, id, revision, type, standing } = event
  return { source, id, revision, type, standing, seq, recordedAt, digest }
}

function receiptOf(
  { source, id, revision, digest }: ServandaEvent,
  { seq, recordedAt }: { readonly seq: number; readonly recordedAt: Instant },
  duplicate: boolean,
): Receipt {
  return { source, id, revision, seq, recordedAt, digest, duplicate }
}
