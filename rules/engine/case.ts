import type { Amount } from '../language/decimal.ts'
import type { Commitment } from '../language/rulebook.ts'
import type { Dossier, Doubt } from './evidence.ts'
import type { Fact } from './history.ts'
import type { Horizon } from './horizon.ts'
import type { Instant, Span } from './instant.ts'
import type { Certainty, Flag, Phase, Verdict } from './result.ts'

/** What opened a case: an event, or the close, violation or performance of another case. */
export interface Trigger {
  readonly span: Span
  /** The event behind it. */
  readonly fact: Fact | null
  /** No event is behind it, as with a breach by silence: `fact` is what opened the case it follows from. */
  readonly inherited: boolean
}

/** One occasion on which a commitment has to be kept, before anything is said about how it went. */
export interface Occasion {
  /** What follows `@` in the case's id. */
  readonly part: string
  readonly trigger: Trigger | null
  /** The trigger, the period's start, else entry into force; null while that has not happened. */
  readonly opened: Span | null
  /** The period it covers, for kinds and cases that have one: `from` null before entry, `to` null without end. */
  readonly period: { readonly from: Instant | null; readonly to: Instant | null } | null
  /** The year in its name, else the one it starts, for percentages of a yearly indicator. */
  readonly year: number | null
  /** Why the occasion itself is only possible. */
  readonly doubts: readonly Doubt[]
  /** Of a case that a breach opened: which one. */
  readonly breach: { readonly part: string; readonly violation: number | null } | null
  /** What the occasion itself rests on and time may still change. */
  readonly restsOn: Horizon | null
}

/** The deadlines of a case as the agreement's life leaves them. */
export interface Frame {
  readonly due: Span | null
  readonly close: Span | null
  /**
   * The last instants at which performance is in time, from the earliest and the latest trigger: `due` with its grace,
   * whatever a suspension does to the close, and never past a termination. Infinite where nothing bounds it.
   */
  readonly until: { readonly from: number; readonly to: number }
  /** Since when it is suspended: now, and not closed before; null: it is not. */
  readonly suspendedSince: Instant | null
  /** What suspended, resumed or extended it. */
  readonly movedBy: readonly Fact[]
  /** The termination that falls before its close; null: none does. */
  readonly ended: { readonly at: Instant; readonly fact: Fact } | null
}

/** An exercise of a power; possible only when `doubts` is not empty. */
export interface Exercise {
  readonly fact: Fact
  readonly doubts: readonly Doubt[]
}

/** A breach by action or lapse: when, by which event, and how it is said. */
export interface Violation {
  readonly span: Span
  readonly fact: Fact | null
}

/** Something that, if nothing stronger is true, is the verdict; `at` is the instant of the evidence that decided it. */
export interface Claim {
  readonly at: Span | null
  readonly fact: Fact | null
}

/** The interval a total lies in; null is unbounded. */
export interface Measured {
  readonly min: Amount | null
  readonly max: Amount | null
  readonly unit: string | null
  readonly target: Amount | null
  readonly expected: Amount | null
}

/** What one kind of commitment says about a case, before judgement, waiver, termination and repair. */
export interface Assessment {
  readonly claims: Readonly<Partial<Record<Verdict, Claim>>>
  /** Doubt about the evidence. */
  readonly doubts: readonly Doubt[]
  /** The figure that it is measured against has not been published. */
  readonly awaiting: boolean
  readonly violations: readonly Violation[]
  readonly value: Measured | null
  readonly stalled: boolean
  readonly atRisk: boolean
  /** What would settle it, or how it stands: words for the explanation. */
  readonly story: Story
}

/** What the message of an explanation is filled with, beyond what every case has. */
export type Story = Readonly<Record<string, string | number | null>>

/** Everything the kinds need to assess one case. */
export interface CaseContext<C extends Commitment = Commitment> {
  /** The case's full id. */
  readonly id: string
  readonly commitment: C
  readonly occasion: Occasion
  readonly frame: Frame
  readonly dossier: Dossier
  readonly h: Horizon
}

/** What takes a case out of the reckoning: an excuse or a waiver, a discharge; and an excuse that is only possible. */
export interface Relief {
  readonly excused: Claim | null
  readonly discharged: Claim | null
  /** Doubts of excuses that may apply; null when there is none. */
  readonly possibleExcuse: readonly Doubt[] | null
}

/** What can be said of a case before anybody judges it and before any repair. */
export interface Reckoning {
  readonly verdict: Verdict
  readonly claim: Claim
  /** The frame with which it stands: a termination ends some cases and not others. */
  readonly frame: Frame
  readonly doubts: readonly Doubt[]
  /** Ids of the named sources whose report is awaited. */
  readonly awaiting: readonly string[]
  readonly relief: Relief
}

/** A person's verdict on a case, or on one unclear event of it. */
export interface Judgement {
  readonly fact: Fact
  readonly verdict: Verdict
}

/** A case as it stands. */
export interface CaseState {
  readonly commitment: Commitment
  readonly occasion: Occasion
  readonly context: CaseContext
  readonly assessment: Assessment
  readonly reckoning: Reckoning
  readonly judgement: Judgement | null
  readonly frame: Frame
  readonly phase: Phase
  readonly verdict: Verdict
  readonly certainty: Certainty
  readonly flags: readonly Flag[]
  /** How many of its reminders are due. */
  readonly rung: number
  readonly h: Horizon
}
