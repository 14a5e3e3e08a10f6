import type { Transaction } from 'kysely'
import type { Clock } from '../../config/clock.ts'
import { type CommitmentPart, type Instant, instant, parseInstant, type Rulebook, restsOn } from '../../rules/index.ts'
import { type Alert, announcedCases, recordIntents } from '../alerts/index.ts'
import { eventsBetween, type LedgerEvent } from '../ledger/index.ts'
import { type AdoptedRulebook, bumpStatus, type RulebookShelf } from '../rulebooks/index.ts'
import { type Database, timestamp } from '../store/index.ts'
import { alertsAbout, commitmentOf, intentAbout } from './alert-facts.ts'
import { changesBetween, newsAmong, type Occasion } from './changes.ts'
import { type Advanced, advanceState } from './engine-state.ts'
import { nextRun, type Pending, type Run } from './next-run.ts'
import { saveShownDays } from './shown-days.ts'
import {
  dropCommitments,
  type IfBusy,
  latestCase,
  lockAgreement,
  nextCheckOf,
  saveCases,
  saveCommitments,
  saveReached,
  storedCases,
} from './sql-cases.ts'
import { savedUnder, sqlState } from './sql-state.ts'
import type { AgreementState, CaseChanges, ChangedCase, StoredCase, StoredCommitment } from './state.ts'
import { recordOf, tallyAfter, tallyIndicator, tallyOf } from './tally.ts'

/** What an evaluation needs besides the transaction. */
export interface EvaluationDeps {
  readonly clock: Clock
  readonly shelf: RulebookShelf
  readonly alertWindowMs: number
}

/** What one evaluation did. */
export interface Evaluated {
  readonly cause: Run['cause']
  readonly transitions: number
  readonly intents: number
  /** How long after it was to be looked at each case that time alone changed was, in the clock's time. */
  readonly lateMs: readonly number[]
}

/** How many events one evaluation takes in. */
export const MOST_EVENTS = 10_000

/** How many cases that time alone changes one evaluation looks at: others wait no longer than that takes. */
const MOST_WAKING = 250

/**
 * Evaluates an agreement once, in the caller's transaction: takes what waits for it (or has become due), works out the
 * cases which that touches, and writes changed cases, transitions, alert intents and the status number together.
 * @param most how many of the events that wait are taken in
 * @returns null when nothing waits and nothing is due, or when it is left to somebody else
 */
export async function evaluateOnce(
  trx: Transaction<Database>,
  agreement: string,
  deps: EvaluationDeps,
  { most, ifBusy }: { readonly most: number; readonly ifBusy: IfBusy },
): Promise<Evaluated | null> {
  const state = await lockAgreement(trx, agreement, ifBusy)
  if (!state) return null
  const adopted = (await deps.shelf.current(trx)).find(({ rulebook }) => rulebook.id === agreement)
  if (!adopted) return null
  // A clock that was set back must not undo what has become true: verdicts never flap with it.
  const now = instant(deps.clock.now().epochMilliseconds)
  const at = state.evaluatedAt !== null && state.evaluatedAt > now ? state.evaluatedAt : now
  const isKept = (await savedUnder(trx, agreement)) === adopted.rulebook.hash
  const next = nextRun(state.evaluatedSeq, await pendingRows(trx, agreement, most), await isDue(trx, agreement, at))
  const run = isKept || next?.cause === 'import' ? next : anew(state, next)
  if (!run) return null
  const look = await lookAt(trx, adopted, state, run, at, isKept && run.cause !== 'rule_change')
  const { changes, occasion } = look
  const saving = { agreement, at, seq: run.upTo, rulebookVersion: adopted.version }
  const transitions = await saveCases(trx, changes, saving)
  const heads = await saveHeads(trx, adopted.rulebook, state, look)
  await saveReached(trx, agreement, { at, seq: run.upTo })
  const alerts = await alertsOf(trx, state, look, adopted.rulebook, deps)
  const intents = await recordIntents(
    trx,
    alerts.map((alert) => intentAbout(adopted.rulebook, alert)),
    occasion.at,
  )
  await settle(trx, agreement, run)
  const commitments = [...new Set([...heads, ...changes.cases.map(({ commitment }) => commitment)])]
  if (commitments.length > 0) await bumpStatus(trx, at, { agreement, commitments, transitions })
  return { cause: run.cause, transitions: changes.transitions.length, intents, lateMs: latenessOf(changes, at) }
}

function latenessOf({ transitions }: CaseChanges, at: Instant): readonly number[] {
  return transitions.flatMap(({ cause, before }) =>
    cause === 'time' && before?.next_check ? [Math.max(0, at - parseInstant(before.next_check))] : [],
  )
}

/** Nothing is kept of it, or under other rules: before any news it is worked out from the ledger, quietly. */
function anew({ evaluatedSeq }: AgreementState, next: Run | null): Run {
  return next?.cause === 'rule_change' ? next : { cause: 'rule_change', upTo: evaluatedSeq, settles: [] }
}

/** What a new rulebook asks for; else what the first `most` events ask for that wait. */
async function pendingRows(trx: Transaction<Database>, agreement: string, most: number): Promise<readonly Pending[]> {
  const all = trx
    .selectFrom('servanda.outbox')
    .select(['commitment', 'seq', 'cause'])
    .where('agreement', '=', agreement)
    .orderBy('seq')
    .orderBy('cause')
  const rules = await all.where('cause', '=', 'rule_change').execute()
  if (rules.length > 0) return rules
  const waiting = await trx
    .selectFrom('servanda.outbox')
    .select('seq')
    .distinct()
    .where('agreement', '=', agreement)
    .orderBy('seq')
    .limit(most)
    .execute()
  const last = waiting.at(-1)
  return last ? all.where('seq', '<=', last.seq).execute() : []
}

async function isDue(trx: Transaction<Database>, agreement: string, at: Instant): Promise<boolean> {
  const rows = await trx
    .selectFrom('servanda.engine_agreements')
    .select('agreement')
    .where('agreement', '=', agreement)
    .where('wake', '<=', timestamp(at))
    .unionAll(
      trx
        .selectFrom('servanda.engine_cases')
        .select('agreement')
        .where('agreement', '=', agreement)
        .where('wake', '<=', timestamp(at)),
    )
    .limit(1)
    .execute()
  return rows.length > 0
}

async function settle(trx: Transaction<Database>, agreement: string, run: Run): Promise<void> {
  if (run.settles.length === 0) return
  await trx
    .deleteFrom('servanda.outbox')
    .where('agreement', '=', agreement)
    .where('cause', '=', run.settles[0]?.cause ?? 'evidence')
    .where('seq', '<=', Math.max(...run.settles.map(({ seq }) => seq)))
    .execute()
}

/** What one evaluation has found. */
interface Look {
  readonly advanced: Advanced
  readonly occasion: Occasion
  /** Whether every case was loaded. */
  readonly isWhole: boolean
  readonly found: readonly CommitmentPart[]
  readonly changes: CaseChanges
}

async function lookAt(
  trx: Transaction<Database>,
  { rulebook }: AdoptedRulebook,
  state: AgreementState,
  run: Run,
  at: Instant,
  isKept: boolean,
): Promise<Look> {
  const engine = sqlState(trx, rulebook)
  if (!isKept) await engine.discard()
  const events = await eventsFor(trx, rulebook, isKept ? state.evaluatedSeq : 0, run)
  const known = events.map(({ event }) => event)
  const advanced = await advanceState(engine, rulebook, known, at, MOST_WAKING)
  const isWhole = advanced.saved.shares === null
  const found = advanced.parts()
  const before = await storedCases(trx, rulebook.id, isWhole ? null : idsOf(rulebook, advanced, found))
  const awaited = new Set(run.settles.map(({ seq }) => seq))
  const news = events.filter(({ seq }) => seq > state.evaluatedSeq || awaited.has(seq))
  const occasion = occasionOf(run, rulebook, news, at)
  const changes = changesBetween(before, found, occasion)
  // What was worked out anew is written anew, also where it says the same.
  const cases = isKept ? changes.cases : [...changes.cases, ...unchanged(before, changes)]
  return { advanced, occasion, isWhole, found, changes: { ...changes, cases } }
}

/** The events after row `from` that this run takes in, and those that are taken up again; without those set aside. */
async function eventsFor(
  trx: Transaction<Database>,
  rulebook: Rulebook,
  from: number,
  { settles, upTo }: Run,
): Promise<readonly LedgerEvent[]> {
  const rows = await trx.selectFrom('servanda.set_aside').select('seq').where('agreement', '=', rulebook.id).execute()
  const without = rows.map(({ seq }) => seq)
  const again = [...new Set(settles.flatMap(({ seq }) => (seq <= from ? [seq] : [])))]
  const found = await Promise.all(again.map((seq) => eventsBetween(trx, rulebook, { from: seq - 1, to: seq, without })))
  return [...found.flat(), ...(await eventsBetween(trx, rulebook, { from, to: upTo, without }))]
}

function idsOf({ id: agreement }: Rulebook, { saved }: Advanced, found: readonly CommitmentPart[]): readonly string[] {
  const kept = saved.cases.flatMap((row) => (row.status ? [`${agreement}/${row.commitment}@${row.case}`] : []))
  return [...new Set([...kept, ...found.flatMap(({ cases }) => cases.map(({ id }) => id))])]
}

function unchanged(before: readonly StoredCase[], { cases }: CaseChanges): readonly ChangedCase[] {
  const changed = new Set(cases.map(({ id }) => id))
  return before.filter(({ id }) => !changed.has(id)).map((one) => ({ ...one, before: one }))
}

function occasionOf(run: Run, { where }: Rulebook, events: readonly LedgerEvent[], at: Instant): Occasion {
  const waiting = new Set(run.settles.map(({ commitment }) => commitment))
  return {
    at,
    // What nothing was waiting for changed by itself, whatever the occasion for looking was.
    causeOf: (commitment) => (waiting.has(commitment) || run.settles.length === 0 ? run.cause : 'time'),
    newsOf: newsAmong(
      events.map(({ event }) => event),
      where.zone,
      at,
    ),
  }
}

/**
 * Saves what commitments show, where some of their cases were looked at.
 * @returns those that show something else than before
 */
async function saveHeads(
  trx: Transaction<Database>,
  rulebook: Rulebook,
  state: AgreementState,
  look: Look,
): Promise<readonly string[]> {
  const { advanced, changes, found, isWhole, occasion } = look
  const known = new Map(state.commitments.map((one) => [one.id, one]))
  const touched = new Set([
    ...changes.cases.map(({ commitment }) => commitment),
    ...[...advanced.save.cases, ...advanced.save.gone].map(({ commitment }) => commitment),
  ])
  const heads: StoredCommitment[] = []
  for (const [position, part] of found.entries()) {
    const before = known.get(part.id)
    if (before && !isWhole && ![part.id, ...grounds(rulebook, part.id)].some((id) => touched.has(id))) continue
    const head = await headOf(trx, rulebook, look, part, { position, before: before ?? null })
    if (JSON.stringify(head) !== JSON.stringify(before)) heads.push(head)
  }
  const named = new Set(found.map(({ id }) => id))
  const dropped = state.commitments.filter(({ id }) => !named.has(id)).map(({ id }) => id)
  await dropCommitments(trx, rulebook.id, dropped)
  await saveCommitments(trx, rulebook.id, heads)
  const shown = [
    ...heads.map(({ id, indicator }) => ({ id, before: known.get(id)?.indicator ?? null, after: indicator })),
    ...dropped.map((id) => ({ id, before: known.get(id)?.indicator ?? null, after: null })),
  ]
  await saveShownDays(trx, rulebook, shown, occasion.at)
  return shown.map(({ id }) => id)
}

async function headOf(
  trx: Transaction<Database>,
  rulebook: Rulebook,
  { changes, isWhole, occasion: { at } }: Look,
  { id, isOver, cases }: CommitmentPart,
  { position, before }: { readonly position: number; readonly before: StoredCommitment | null },
): Promise<StoredCommitment> {
  const own = changes.cases.filter(({ commitment }) => commitment === id)
  const tally = isWhole ? tallyOf(cases) : tallyAfter(before?.tally ?? {}, own)
  const latest = await latestCase(trx, rulebook.id, id)
  const nextCheck = laterThan(at, await nextCheckOf(trx, rulebook.id, id, grounds(rulebook, id)))
  return {
    id,
    position,
    indicator: tallyIndicator(tally, latest, isOver),
    nextCheck,
    record: recordOf(tally),
    tally,
  }
}

/** The commitments that the cases of `id` follow from; the language lets none follow from itself. */
function grounds({ commitments }: Pick<Rulebook, 'commitments'>, id: string): readonly string[] {
  const one = commitments.find((commitment) => commitment.id === id)
  const before = one ? restsOn(one) : null
  return before === null ? [] : [before, ...grounds({ commitments }, before)]
}

/** What is due already is looked at in a moment. */
function laterThan(at: Instant, nextCheck: Instant | null): Instant | null {
  return nextCheck === null || nextCheck > at ? nextCheck : ((at + 1) as Instant)
}

async function alertsOf(
  trx: Transaction<Database>,
  state: AgreementState,
  { advanced, changes, occasion }: Look,
  rulebook: Rulebook,
  deps: EvaluationDeps,
): Promise<readonly Alert[]> {
  const announced = await announcedCases(
    trx,
    changes.cases.map(({ id }) => id),
  )
  return alertsAbout(changes, announced, rulebook, {
    recordedAt: occasion.at,
    previousAt: previousLook(state, advanced.saved.cases, occasion.at),
    windowMs: deps.alertWindowMs,
    causeOf: (caseId) => occasion.causeOf(commitmentOf(caseId)),
    newsAt: (event) => occasion.newsOf(event)?.at ?? null,
  })
}

/** Before this instant no reminder of the loaded cases has been passed over, though others were looked at meanwhile. */
function previousLook({ evaluatedAt }: AgreementState, cases: Advanced['saved']['cases'], at: Instant): Instant | null {
  if (evaluatedAt === null) return null
  const overdue = cases.flatMap(({ wake }) => (wake !== null && wake <= at ? [wake - 1] : []))
  return Math.min(evaluatedAt, ...overdue) as Instant
}
