import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isJsonObject, parseJson } from '../../rules/index.ts'
import { type AccessKey, eventRefusal } from '../access/index.ts'
import { knownRevisions, type LatestRevision, latestRevision, type Receipt } from '../ledger/index.ts'
import type { AppDeps } from './app.ts'
import { BODY_LIMIT } from './body.ts'
import { actorOf, type Caller } from './credentials.ts'
import { readEvents, receiptBody, refusalProblem } from './event-answer.ts'
import { batchBy } from './events-of-request.ts'
import { mergePatch } from './merge-patch.ts'
import { problem } from './problem.ts'

/** What a revision is made of, and with which key. */
export type ReviseDeps = Pick<AppDeps, 'store' | 'append'>

/** An event in the path of a request. */
export const EventParams = Type.Object({ source: Type.String(), id: Type.String() })

/** A JSON merge patch of an event. */
export const PatchShape = Type.Record(Type.String(), Type.Unknown(), {
  description: 'RFC 7396: what is to be otherwise in the CloudEvent; null takes a member away',
})

export const RetractionShape = Type.Object(
  { why: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })) },
  { additionalProperties: false },
)

/** Which event is to have a revision more, and what that is to say. */
export interface Revision {
  readonly source: string
  readonly id: string
  /** The revision that is to be replaced; null: whichever is the latest. */
  readonly replaces: number | null
  /** The CloudEvent that takes the place of the latest. @throws {ServandaError} where it may not be replaced */
  readonly change: (latest: LatestRevision) => Readonly<Record<string, unknown>>
  /** Throws where the latest may not be replaced by something else. */
  readonly guard?: (latest: LatestRevision) => void
}

/** Each time somebody else has been faster. */
const MOST_ATTEMPTS = 100

/**
 * Records the next revision of an event. Whoever revises the same event at the same time comes after: `change` is then
 * asked again, about what the other has left. What would say the same as the latest is not recorded again.
 * @throws {ServandaError} `EVENT_UNKNOWN`, `EVENT_FORBIDDEN`, `REVISION_REPLACED`, and whatever an append refuses
 */
export async function revise(
  { source, id, replaces, change, guard }: Revision,
  caller: Caller,
  { store, append }: ReviseDeps,
): Promise<Receipt> {
  const { key } = caller
  await refuseForeign({ source, id }, key, store)
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const latest = await latestRevision(store.db, { source, id })
    if (latest === null) break
    const { revision, seq, recordedAt, digest } = latest
    if (replaces !== null && replaces !== revision)
      throw problem('REVISION_REPLACED', `The latest revision of ${id} from ${source} is ${revision}.`)
    const changed = change(latest)
    const [same] = readEvents([{ ...changed, revision }], false)
    if (same?.digest === digest) return { source, id, revision, seq, recordedAt, digest, duplicate: true }
    guard?.(latest)
    const events = readEvents([{ ...signed(changed, caller), revision: revision + 1 }], false)
    if (Buffer.byteLength(events[0]?.content ?? '') > BODY_LIMIT)
      throw problem('BODY_TOO_LARGE', 'The event would become larger than this service takes.')
    const outcome = await append(batchBy(key, events))
    if (outcome.ok) return outcome.receipts[0] as Receipt
    if (outcome.refusals.some(({ code }) => code !== 'EVENT_CONFLICT')) throw refusalProblem(outcome.refusals, false)
  }
  throw problem('LEDGER_BUSY', `Too many revise ${id} from ${source} at once. Try again soon.`)
}

/**
 * The CloudEvent in `latest` with what `patch` changes.
 * @param given  what else the patch may not name, because the service gives it
 */
export function corrected(
  latest: LatestRevision,
  patch: Readonly<Record<string, unknown>>,
  given: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  refuseRetracted(latest)
  const fixed = [...FIXED, ...given].filter((name) => Object.hasOwn(patch, name))
  if (fixed.length === 0) return mergePatch(parseJson(latest.content), patch) as Record<string, unknown>
  throw problem(
    'REQUEST_INVALID',
    'What is sent says only what is to be otherwise in the event.',
    fixed.map((name) => ({ pointer: `/${name}`, message: `${name} is not to be changed here`, mend: mendOf(name) })),
  )
}

/** What takes the place of `latest` when the event is taken back. */
export function retracted(
  { source, id }: Pick<Revision, 'source' | 'id'>,
  latest: LatestRevision,
  why: string | undefined,
) {
  refuseRetracted(latest)
  // With its type it concerns nobody but those who listened to it.
  const { type } = latest
  return { source, id, retracted: true, ...(type !== null && { type }), ...(why !== undefined && { data: { why } }) }
}

/** The revision that `If-Match` names; null: any. */
export function replacedBy({ headers }: Pick<FastifyRequest, 'headers'>): number | null {
  const header = headers['if-match']?.trim() ?? '*'
  if (header === '*') return null
  const [, revision] = /^"(\d{1,10})"$/.exec(header) ?? []
  if (revision !== undefined) return Number(revision)
  throw problem('REQUEST_INVALID', 'If-Match names no revision.', [
    { pointer: '', message: `${header.slice(0, 80)} is no ETag of an event`, mend: 'for example If-Match: "2"' },
  ])
}

/** Answers as recording an event is answered. */
export function sendReceipt(reply: FastifyReply, receipt: Receipt) {
  reply.code(receipt.duplicate ? 200 : 202).header('ETag', `"${receipt.revision}"`)
  return receiptBody(receipt)
}

const FIXED = ['specversion', 'source', 'id', 'revision', 'retracted']

function mendOf(name: string): string {
  return name === 'retracted' ? 'to take the event back, POST …/retraction' : `leave "${name}" out`
}

function refuseRetracted(latest: LatestRevision): void {
  if (latest.retracted)
    throw problem('EVENT_RETRACTED', 'The event was taken back, so there is nothing left to change.')
}

/** Before anything is said about an event: whoever may not write it is not told what would be wrong with it. */
async function refuseForeign(
  { source, id }: Pick<Revision, 'source' | 'id'>,
  key: AccessKey,
  store: AppDeps['store'],
): Promise<void> {
  const known = await knownRevisions(store.db, { source, id })
  const latest = known.at(-1)
  if (latest === undefined) throw problem('EVENT_UNKNOWN', `There is no event ${id} of ${source}.`)
  const next = {
    source,
    revision: latest.revision + 1,
    type: latest.type,
    standing: 'disputed',
    recordedTime: null,
  } as const
  const forbidden = eventRefusal(key, next, known)
  if (forbidden !== null) throw problem('EVENT_FORBIDDEN', forbidden)
}

/** What orders something says who has ordered it. */
function signed(event: Readonly<Record<string, unknown>>, caller: Caller): Readonly<Record<string, unknown>> {
  const isOrder = typeof event.type === 'string' && event.type.startsWith('servanda.') && event.retracted !== true
  return isOrder && isJsonObject(event.data) ? { ...event, data: { ...event.data, by: actorOf(caller) } } : event
}
