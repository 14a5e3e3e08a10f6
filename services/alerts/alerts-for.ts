import {
  type CaseResult,
  type Flag,
  type Instant,
  parseInstant,
  type TimeValue,
  type Verdict,
} from '../../rules/index.ts'
import type { Severity } from './filter.ts'
import { type AlertKind, KIND_OF_VERDICT, statesVerdict } from './kind.ts'

/** A reminder before a deadline. */
export interface Reminder {
  /** As the rulebook writes it: `6h`. */
  readonly rung: string
  readonly at: (due: Instant) => Instant
}

/** What a commitment says about its alerts. */
export interface AlertPolicy {
  readonly severity: Severity
  /** When somebody wants to be reminded of a deadline; empty: once, when the case says `due_soon`. */
  readonly reminders: readonly Reminder[]
  /** A second reading of a promise never alerts. */
  readonly readingOf: string | null
}

/** The last alert about a case that somebody may have been told. */
export interface Announced {
  /** The intent's number. */
  readonly intent: number
  readonly kind: AlertKind
  readonly verdict: Verdict
}

/** Everything an alert depends on besides the cases. */
export interface AlertContext {
  readonly recordedAt: Instant
  /** When the cases of `before` were evaluated; null: never. */
  readonly previousAt: Instant | null
  /** What happened longer ago than this is history. */
  readonly windowMs: number
  readonly causeOf: (caseId: string) => 'evidence' | 'time' | 'import' | 'rule_change'
  readonly policyOf: (caseId: string) => AlertPolicy
  /** The number of a case's verdict in `after`; a further violation counts as a new one. */
  readonly versionOf: (caseId: string) => number
  readonly announcedOf: (caseId: string) => Announced | null
  /** When a piece of evidence took place, if it is news in this evaluation; else null. */
  readonly newsAt: (event: {
    readonly source: string
    readonly id: string
    readonly revision: number
  }) => Instant | null
}

/** Something somebody may want to be told; unique by case, kind, rung and verdict version. */
export interface Alert {
  readonly caseId: string
  readonly kind: AlertKind
  /** Which reminder (`6h`); empty for every other kind. */
  readonly rung: string
  readonly verdictVersion: number
  readonly severity: Severity
  /** When it became true in the world. */
  readonly occurredAt: Instant
  /** The intent this one corrects or carries on. */
  readonly replaces: number | null
  /** False for a correction of something told, made by history: only those who were told hear it. */
  readonly isNews: boolean
  readonly before: CaseResult | null
  readonly after: CaseResult
}

/**
 * What there is to tell after an evaluation turned the cases `before` into `after` (the same commitments' cases). Pure.
 * History is never told: neither what lies longer ago than the window nor what an import, a first load or a new
 * rulebook brought to light; only a correction of something already told always is.
 */
export function alertsFor(
  before: readonly CaseResult[],
  after: readonly CaseResult[],
  context: AlertContext,
): readonly Alert[] {
  const earlier = new Map(before.map((one) => [one.id, one]))
  return after.flatMap((now) => {
    if (context.policyOf(now.id).readingOf !== null) return []
    const was = earlier.get(now.id) ?? null
    const correction = correctionOf(was, now, context)
    if (correction) return [correction]
    return [
      ...verdictAlert(was, now, context),
      ...reminders(was, now, context),
      ...FLAG_ALERTS.flatMap((kind) => flagAlert(kind, was, now, context)),
      ...finality(was, now, context),
    ].filter(({ isNews }) => isNews)
  })
}

/** Evidence changed a verdict somebody was told. A late performance or a repair is no correction: the news was right. */
function correctionOf(was: CaseResult | null, now: CaseResult, context: AlertContext): Alert | null {
  const told = context.announcedOf(now.id)
  if (!told || !statesVerdict(told.kind) || context.causeOf(now.id) === 'time') return null
  if (told.verdict === now.verdict || was?.verdict === now.verdict || was?.verdict === 'open') return null
  const carriesOn = now.verdict === 'met_late' || now.verdict === 'repaired'
  return alert(carriesOn ? now.verdict : 'corrected', was, now, decidedAt(now, context), context, told.intent)
}

function verdictAlert(was: CaseResult | null, now: CaseResult, context: AlertContext): Alert[] {
  if (isNew(was) && now.verdict === 'open' && now.phase !== 'dormant') {
    return [alert('opened', was, now, ends(now.opened) ?? context.recordedAt, context)]
  }
  const kind = KIND_OF_VERDICT[now.verdict]
  if (kind === null || (was?.verdict === now.verdict && !hasNewViolation(was, now))) return []
  return [alert(kind, was, now, decidedAt(now, context), context, context.announcedOf(now.id)?.intent ?? null)]
}

/** The newest reminder that fell due since the last look: after an outage the older ones are no help to anybody. */
function reminders(was: CaseResult | null, now: CaseResult, context: AlertContext): Alert[] {
  const due = ends(now.due)
  if (now.verdict !== 'open' || now.phase !== 'running' || due === null || context.recordedAt > due) return []
  const { reminders: rungs } = context.policyOf(now.id)
  if (rungs.length === 0) return flagAlert('due_soon', was, now, context)
  const since =
    was && ends(was.due) === due ? (context.previousAt ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY
  const [newest] = rungs
    .map(({ rung, at }) => ({ rung, at: at(due) }))
    .filter(({ at }) => at <= context.recordedAt && at > since)
    .sort((a, b) => b.at - a.at)
  return newest ? [{ ...alert('due_soon', was, now, newest.at, context), rung: newest.rung }] : []
}

const FLAG_ALERTS = ['overdue', 'at_risk', 'stalled'] as const

function flagAlert(
  flag: Extract<Flag, AlertKind>,
  was: CaseResult | null,
  now: CaseResult,
  context: AlertContext,
): Alert[] {
  if (!now.flags.includes(flag) || was?.flags.includes(flag)) return []
  const at = flag === 'overdue' ? ends(now.due) : null
  return [alert(flag, was, now, at ?? context.recordedAt, context)]
}

function finality(was: CaseResult | null, now: CaseResult, context: AlertContext): Alert[] {
  if (was?.verdict !== now.verdict || was.certainty === now.certainty || now.certainty !== 'final') return []
  return [alert('final', was, now, context.recordedAt, context)]
}

function alert(
  kind: AlertKind,
  before: CaseResult | null,
  after: CaseResult,
  occurredAt: Instant,
  context: AlertContext,
  replaces: number | null = null,
): Alert {
  const { severity } = context.policyOf(after.id)
  const verdictVersion = context.versionOf(after.id)
  const isNews = tellsNews(context.causeOf(after.id)) && context.recordedAt - occurredAt <= context.windowMs
  return { caseId: after.id, kind, rung: '', verdictVersion, severity, occurredAt, replaces, isNews, before, after }
}

function tellsNews(cause: ReturnType<AlertContext['causeOf']>): boolean {
  return cause === 'evidence' || cause === 'time'
}

/**
 * When the verdict became true: at the close for what absence decides, else with the evidence that is new, else now.
 */
export function decidedAt(
  now: CaseResult,
  context: { readonly recordedAt: Instant; readonly newsAt: AlertContext['newsAt'] },
): Instant {
  const news = now.evidence
    .filter(({ role }) => role !== 'ignored' && role !== 'trigger')
    .flatMap(({ event }) => context.newsAt(event) ?? [])
  const latest = news.length > 0 ? (Math.max(...news) as Instant) : null
  const close = ends(now.close)
  const closed = close !== null && close < context.recordedAt ? close : null
  const byAbsence = now.verdict === 'breached' || now.verdict === 'partly_met' || now.verdict === 'lapsed'
  const at = (byAbsence ? (closed ?? latest) : (latest ?? closed)) ?? context.recordedAt
  return Math.min(at, context.recordedAt) as Instant
}

/** Whether `now` counts a violation that `was` did not. */
export function hasNewViolation(was: CaseResult, now: CaseResult): boolean {
  const known = new Set(violations(was))
  return violations(now).some((violation) => !known.has(violation))
}

function violations(one: CaseResult): string[] {
  return one.evidence
    .filter(({ role }) => role === 'violated')
    .map(({ event }) => JSON.stringify([event.source, event.id]))
}

function isNew(was: CaseResult | null): boolean {
  return was === null || was.phase === 'dormant'
}

/** The later end of a time; null when there is none. */
function ends(time: TimeValue | null): Instant | null {
  if (time === null) return null
  return parseInstant(typeof time === 'string' ? time : time.to)
}
