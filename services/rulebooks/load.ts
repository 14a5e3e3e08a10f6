import { formatProblem, type Problem, readEvents, type ServandaEvent } from '../../rules/index.ts'
import { appendBatches, type Outcome, sha256 } from '../ledger/index.ts'
import { timestamp } from '../store/index.ts'
import type { EventsFile, RulesFolder } from './folder.ts'
import { listenersOn } from './listeners.ts'
import { type OfferDeps, offerRulebook } from './offer.ts'
import type { RulebookShelf } from './shelf.ts'
import { bumpStatus } from './status-number.ts'

export interface LoadDeps extends OfferDeps {
  readonly shelf: RulebookShelf
}

/** What became of one file of the folder. */
export interface Loaded {
  readonly file: string
  /** Of a rulebook; `events` where events alone were read. */
  readonly state: 'adopted' | 'unchanged' | 'rejected' | 'events'
  readonly agreement: string | null
  readonly problems: readonly Problem[]
  /** How many events were new to the ledger. */
  readonly events: number
}

/**
 * Brings the rulebooks of a folder, and its evidence, into the service. Doing it again changes nothing; what it brings in
 * is history, which nobody is mailed about. A rulebook with problems never replaces a good one. Evidence comes after all
 * rulebooks, since an event is taken only if every agreement it concerns can read it.
 */
export async function loadRulebooks(folder: RulesFolder, deps: LoadDeps): Promise<readonly Loaded[]> {
  await forgetRejections(folder, deps)
  const fileOf = new Map<string, string>()
  const adopted: Loaded[] = []
  for (const { file, text } of folder.rulebooks) {
    const { state, agreement, ...rest } = await offerRulebook(
      { origin: 'folder', file, text, shared: folder.shared },
      deps,
      fileOf,
    )
    if (agreement !== null) fileOf.set(agreement, file)
    adopted.push({ file, state, agreement, problems: 'problems' in rest ? rest.problems : [], events: 0 })
  }
  const loaded: Loaded[] = []
  for (const evidence of folder.evidence) {
    const imported = await importEvidence(evidence, deps)
    loaded.push({ file: evidence.file, state: 'events', agreement: null, ...imported })
  }
  for (const [i, one] of adopted.entries()) {
    const evidence = one.state === 'rejected' ? null : folder.rulebooks[i]?.evidence
    loaded.push(evidence ? { ...one, ...(await importEvidence(evidence, deps)) } : one)
  }
  return loaded
}

/** A rejected file that is gone has nothing more to mend. */
async function forgetRejections({ rulebooks }: RulesFolder, { store, now }: LoadDeps): Promise<void> {
  const files = rulebooks.map(({ file }) => file)
  await store.transaction(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('servanda.rejections')
      .where('origin', '=', 'folder')
      .where(({ eb }) => eb.not(eb('file', '=', eb.fn.any(eb.val(files)))))
      .executeTakeFirst()
    if (numDeletedRows > 0n) await bumpStatus(trx, now())
  })
}

const CHUNK = 1_000

/** Appends what the ledger does not hold yet; a file that was imported already, as it stands, is not read again. */
async function importEvidence(
  evidence: EventsFile,
  { store, shelf, now, log }: LoadDeps,
): Promise<{ problems: readonly Problem[]; events: number }> {
  const digest = sha256(evidence.text)
  const before = await store.db
    .selectFrom('servanda.imports')
    .select(['digest', 'problems'])
    .where('file', '=', evidence.file)
    .executeTakeFirst()
  if (before?.digest === digest) return { problems: before.problems as readonly Problem[], events: 0 }
  const { events, problems } = readEvents(evidence.text, evidence.file)
  const conflicts: Problem[] = []
  let added = 0
  for (let from = 0; from < events.length; from += CHUNK) {
    const part = events.slice(from, from + CHUNK)
    const outcomes = await store.transaction(async (trx) => {
      const batches = part.map((event) => batchOf(event))
      return (await appendBatches(trx, batches, now(), listenersOn(shelf))).outcomes
    })
    added += outcomes.filter((one) => one.ok && one.receipts.some((receipt) => !receipt.duplicate)).length
    conflicts.push(...conflictsOf(outcomes, evidence.file))
  }
  const all = [...problems, ...conflicts]
  for (const problem of all) log.warn({ file: evidence.file, problem: formatProblem(problem) }, 'evidence not taken')
  const row = { digest, events: events.length, problems: JSON.stringify(all), imported_at: timestamp(now()) }
  await store.db
    .insertInto('servanda.imports')
    .values({ file: evidence.file, ...row })
    .onConflict((conflict) => conflict.column('file').doUpdateSet(row))
    .execute()
  return { problems: all, events: added }
}

function batchOf(event: ServandaEvent) {
  return { events: [event], origin: 'import' as const, keyId: null, authorize: () => null }
}

function conflictsOf(outcomes: readonly Outcome[], file: string): Problem[] {
  return outcomes.flatMap((outcome) =>
    outcome.ok
      ? []
      : outcome.refusals.map(({ code, message, mend }) => ({
          file,
          line: 0,
          column: 0,
          code,
          message,
          why:
            code === 'EVENT_INVALID'
              ? 'An event is taken only if every agreement it concerns can read it.'
              : 'What was recorded once is never overwritten.',
          mend: mend ?? 'Give the corrected line the next revision.',
          excerpt: '',
        })),
  )
}
