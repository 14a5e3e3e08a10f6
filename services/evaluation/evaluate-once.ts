import type { Transaction } from 'kysely'
import type { Clock } from '../../config/clock.ts'
import {
  type CaseResult,
  evaluate,
  type Instant,
  instant,
  type KnownEvent,
  occurrence,
  type Rulebook,
} from '../../rules/index.ts'
import { type Alert, alertsFor, announcedCases, recordIntents } from '../alerts/index.ts'
import type { LedgerReader } from '../ledger/index.ts'
import { bumpStatus, type RulebookShelf } from '../rulebooks/index.ts'
import type { Database } from '../store/index.ts'
import { alertBody, alertPolicy, commitmentOf } from './alert-facts.ts'
import { changesBetween, type Occasion } from './changes.ts'
import { nextRun, type Pending, type Run } from './next-run.ts'
import { sqlCaseStore } from './sql-case-store.ts'
import type { AgreementState, Changes } from './state.ts'

/** What an evaluation needs besides the transaction. */
export interface EvaluationDeps {
  readonly clock: Clock
  readonly shelf: RulebookShelf
  readonly reader: LedgerReader
  readonly alertWindowMs: number
}

/** What one evaluation did. */
export interface Evaluated {
  readonly cause: Run['cause']
  readonly transitions: number
  readonly intents: number
}

/**
 * Evaluates an agreement once, in the caller's transaction: takes what waits for it (or what has become due), works out
 * its cases, and writes changed cases, transitions, alert intents and the status number together.
 * @returns null when nothing waits and nothing is due
 */
export async function evaluateOnce(
  trx: Transaction<Database>,
  agreement: string,
  deps: EvaluationDeps,
): Promise<Evaluated | null> {
  const cases = sqlCaseStore(trx)
  const state = await cases.load(agreement)
  const adopted = (await deps.shelf.current(trx)).find(({ rulebook }) => rulebook.id === agreement)
  if (!adopted) return null
  // A clock that was set back must not undo what has become true: verdicts never flap with it.
  const now = instant(deps.clock.now().epochMilliseconds)
  const at = state.evaluatedAt !== null && state.evaluatedAt > now ? state.evaluatedAt : now
  const run = nextRun(state, await pendingRows(trx, agreement), at)
  if (!run) return null
  const { rulebook, version } = adopted
  const events = await deps.reader.eventsUpTo(trx, run.upTo)
  const occasion = occasionOf(run, state, rulebook, events, version, at)
  const changes = changesBetween(state, evaluate(rulebook, events, { asOf: at }), occasion)
  await cases.save(changes)
  const alerts = alertsOf(state, changes, occasion, rulebook, deps, await announcedCases(trx, agreement))
  const bodyOf = (alert: Alert) => alertBody(rulebook, alert)
  const intents = await recordIntents(trx, alerts, bodyOf, at)
  await settle(trx, agreement, run)
  if (changes.cases.length + changes.commitments.length + changes.dropped.length > 0) await bumpStatus(trx, at)
  return { cause: run.cause, transitions: changes.transitions.length, intents }
}

async function pendingRows(trx: Transaction<Database>, agreement: string): Promise<readonly Pending[]> {
  return trx
    .selectFrom('servanda.outbox')
    .select(['commitment', 'seq', 'cause'])
    .where('agreement', '=', agreement)
    .orderBy('seq')
    .orderBy('cause')
    .execute()
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

function occasionOf(
  run: Run,
  state: AgreementState,
  rulebook: Rulebook,
  events: readonly KnownEvent[],
  rulebookVersion: number,
  at: Instant,
): Occasion {
  const waiting = new Set(run.settles.map(({ commitment }) => commitment))
  const news = new Map(
    events.slice(state.evaluatedSeq).map((event) => {
      const happened = occurrence(event, rulebook.where.zone)
      return [JSON.stringify([event.source, event.id]), { event, at: happened?.to ?? at }] as const
    }),
  )
  return {
    at,
    seq: run.upTo,
    rulebookVersion,
    // What nothing was waiting for changed by itself, whatever the occasion for looking was.
    causeOf: (commitment) => (waiting.has(commitment) ? run.cause : 'time'),
    newsOf: ({ source, id }) => news.get(JSON.stringify([source, id])) ?? null,
  }
}

function alertsOf(
  state: AgreementState,
  changes: Changes,
  occasion: Occasion,
  rulebook: Rulebook,
  deps: EvaluationDeps,
  announced: Awaited<ReturnType<typeof announcedCases>>,
): readonly Alert[] {
  const changed = new Map(changes.cases.map((one) => [one.id, one]))
  // A case whose trigger turned out to be another goes on under its new id: nobody is told again of the same verdict.
  const successors = changes.cases.filter(({ replacedBy }) => replacedBy !== null)
  const predecessorOf = new Map(successors.map(({ id, replacedBy }) => [replacedBy, id]))
  const before = state.cases.flatMap(({ id, result }): CaseResult[] => {
    const successor = changed.get(id)?.replacedBy
    return successor ? [{ ...result, id: successor }] : [result]
  })
  const after = changes.cases.filter(({ replacedBy }) => replacedBy === null).map(({ result }) => result)
  return alertsFor(before, after, {
    recordedAt: occasion.at,
    previousAt: state.evaluatedAt,
    windowMs: deps.alertWindowMs,
    causeOf: (caseId) => occasion.causeOf(commitmentOf(caseId)),
    policyOf: (caseId) => alertPolicy(rulebook, caseId),
    versionOf: (caseId) => changed.get(caseId)?.verdictVersion ?? 1,
    announcedOf: (caseId) => announced.get(caseId) ?? announced.get(predecessorOf.get(caseId) ?? '') ?? null,
    newsAt: (event) => occasion.newsOf(event)?.at ?? null,
  })
}
