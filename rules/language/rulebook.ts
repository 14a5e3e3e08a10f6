import type { Instant } from '../engine/instant.ts'
import type { IsoDate } from '../engine/zone-time.ts'
import type { Amount } from './decimal.ts'
import type { Calendars, Duration } from './duration.ts'
import type { ServandaEvent, Standing } from './event.ts'
import type { JsonNumber } from './json.ts'
import type { Place } from './yaml-tree.ts'

/** A checked rulebook: every name resolved, every text parsed. Plain data, apart from the compiled conditions. */
export interface Rulebook {
  readonly id: string
  readonly title: string
  readonly legalForce: 'binding' | 'political' | 'mixed'
  /** Whether everybody may read how it stands, where reading is public at all. */
  readonly visibility: 'public' | 'internal'
  readonly file: string
  /** SHA-256 of the file's text, and of the texts that it includes, hex. */
  readonly hash: string
  readonly included: readonly IncludedText[]
  readonly parties: Readonly<Record<string, string>>
  readonly signed: IsoDate | null
  readonly inForce: InForce
  readonly where: Calendars
  readonly fiscalYears: ReadonlyMap<string, FiscalYear>
  readonly texts: readonly SourceText[]
  /** What the rulebook leaves out, in words. */
  readonly note: string | null
  readonly sources: readonly DeclaredSource[]
  readonly terms: ReadonlyMap<string, EpisodeTerm>
  readonly commitments: readonly Commitment[]
  readonly tests: readonly Scenario[]
}

/** A file of shared definitions that a rulebook includes. */
export interface IncludedText {
  /** As the rulebook names it. */
  readonly name: string
  /** Names it to people. */
  readonly file: string
  readonly text: string
}

export interface InForce {
  /** First day in force; null when an event brings the agreement into force. */
  readonly from: IsoDate | null
  /** The event that brings it into force. */
  readonly when: readonly Match[]
  readonly term: Duration | null
  /** Last day in force. */
  readonly until: IsoDate | null
}

export interface FiscalYear {
  /** `MM-DD` */
  readonly starts: string
  readonly named: 'start' | 'end'
}

export interface SourceText {
  readonly id: string
  readonly title: string
  readonly url: string | null
  readonly published: IsoDate | null
}

export interface DeclaredSource {
  readonly id: string
  /** CloudEvents sources that are this source. */
  readonly is: readonly string[]
  readonly covers: readonly string[]
  readonly expectedEvery: Duration | null
  readonly title: string | null
  readonly url: string | null
}

/** Events that belong together: one joins when it starts at most `mergeWithin` after the latest start, within `longest` of the first. */
export interface EpisodeTerm {
  readonly name: string
  readonly of: readonly Match[]
  readonly mergeWithin: Duration | null
  readonly longest: Duration | null
}

/** Which events are meant. */
export interface Match {
  readonly event: string
  /** Whether `event` meets `where`; `trigger` is what opened the case, where there is one. */
  readonly where: (event: ServandaEvent, trigger: ServandaEvent | null) => boolean
  /** `where` asks nothing but `equals`. */
  readonly onlyEquals: boolean
  /** Dotted paths that must equal the trigger's. */
  readonly same: readonly (readonly string[])[]
  /** The equality conditions of `where`, for routing; empty for a CEL condition. */
  readonly equals: readonly Condition[]
  /** Whether `where` asks about the trigger, so that it cannot be answered without one. */
  readonly asksTrigger: boolean
  readonly at: Place
}

export interface Condition {
  readonly path: readonly string[]
  /** A scalar field has to be one of these, a list field to contain all of them. */
  readonly allowed: readonly (string | number | boolean | null | JsonNumber)[]
}

export type When =
  | { readonly kind: 'event'; readonly matches: readonly Match[] }
  | { readonly kind: 'episode'; readonly term: string }
  | { readonly kind: 'exercised' | 'breached' | 'met'; readonly of: string }

/** A state that events start and end. */
export interface EventState {
  readonly starts: readonly Match[]
  readonly ends: readonly Match[]
  /** Null: not known until the first event. */
  readonly initially: boolean | null
}

/** The clause a commitment comes from. */
export interface Clause {
  readonly text: string | null
  readonly ref: string | null
  readonly quote: string | null
}

/** Which reports count as certain. */
export interface EvidencePolicy {
  /** Null: every standing but disputed. */
  readonly accepts: readonly Standing[] | null
  readonly minimumSources: number
  /** Ids of declared sources; empty: anybody. */
  readonly reportedBy: readonly string[]
}

interface CommitmentBase {
  readonly id: string
  readonly title: string
  readonly by: readonly string[]
  readonly to: readonly string[]
  readonly severity: 'info' | 'warning' | 'critical'
  readonly tags: readonly string[]
  readonly clause: Clause | null
  readonly note: string | null
  readonly readingOf: string | null
  /** Longest first. */
  readonly remind: readonly Duration[]
  readonly settle: Duration | null
  readonly grace: Duration | null
  readonly evidence: EvidencePolicy
  readonly excusedBy: readonly Match[]
  readonly suspension: 'tolls' | 'runs'
  readonly survives: boolean
  readonly at: Place
}

/** What opens the cases of an act or a power; all null or empty: one case for the term. */
interface Opening {
  readonly when: When | null
  readonly onlyIf: EventState | null
  readonly unless: EventState | null
}

export type Every = 'year' | 'quarter' | 'month' | 'anniversary' | { readonly fiscalYear: string }

/** Periods repeated over the term, or between `from` and `until` (both inclusive). */
export interface Recurrence {
  readonly every: Every
  readonly from: IsoDate | null
  readonly until: IsoDate | null
}

export type During =
  | { readonly kind: 'calendar_year'; readonly year: number }
  | { readonly kind: 'fiscal_year'; readonly year: number; readonly of: string }
  | { readonly kind: 'range'; readonly from: IsoDate; readonly until: IsoDate }
  | { readonly kind: 'term' }

export interface Act extends CommitmentBase, Opening {
  readonly kind: 'act'
  readonly counts: readonly Match[]
  readonly within: Duration | null
  readonly byDate: IsoDate | null
  readonly every: Recurrence | null
  /** True: at any time before; a duration: that long before. */
  readonly earlyCounts: boolean | Duration
  readonly stillOwed: boolean
  readonly repairs: boolean
}

export interface Counting {
  readonly match: Match
  readonly measure: 'amount' | 'quantity' | 'distinct' | 'events'
  /** Path of the amount, quantity or distinct field; empty when events are counted. */
  readonly path: readonly string[]
  readonly currency: readonly string[] | null
  readonly dedupe: readonly string[] | null
}

export interface Target {
  readonly bound: 'at_least' | 'at_most'
  /** The figure, or the percentage when `percentOf` is set. */
  readonly amount: Amount
  readonly unit: string
  readonly percentOf: { readonly indicator: string; readonly year: 'same' | 'previous' } | null
  /** A fraction: 0.05 for 5%. */
  readonly approximately: Amount | null
  /** Dated shares of the target, in order; empty for a straight line; null when pace is not watched. */
  readonly path: readonly { readonly on: IsoDate; readonly share: Amount }[] | null
  readonly partial: boolean
  /** A fraction of the path: 0.8 for 80%. */
  readonly atRiskBelow: Amount
}

export interface Convert {
  readonly rate: 'flow_day' | 'period_average' | ReadonlyMap<string, Amount>
  readonly series: string
  readonly via: string | null
  readonly maxAge: Duration
}

export interface Total extends CommitmentBase {
  readonly kind: 'total'
  readonly target: Target
  readonly counts: readonly Counting[]
  readonly during: During | null
  readonly every: Recurrence | null
  readonly byDate: IsoDate | null
  readonly convert: Convert
}

export type MaintainState =
  | ({ readonly kind: 'events' } & EventState)
  | {
      readonly kind: 'indicator'
      readonly series: string
      readonly bound: 'at_least' | 'at_most'
      readonly amount: Amount
      readonly unit: string | null
    }

export interface Maintain extends CommitmentBase {
  readonly kind: 'maintain'
  readonly state: MaintainState
  readonly lapseAllowed: Duration | null
  readonly during: During | null
}

export interface Prohibit extends CommitmentBase {
  readonly kind: 'prohibit'
  readonly what: readonly Match[]
  readonly unclear: readonly Match[]
  readonly during: During | null
}

export interface Endeavour extends CommitmentBase {
  readonly kind: 'endeavour'
  readonly signsOfEffort: readonly Match[]
  readonly stalledAfter: Duration | null
  readonly judgedBy: string | null
  readonly outcome: readonly Match[]
  readonly during: During | null
}

export type Effect =
  | { readonly kind: 'ends'; readonly after: Duration | null }
  | {
      readonly kind: 'suspends' | 'resumes' | 'waives'
      readonly commitments: readonly string[]
      readonly after: Duration | null
    }
  | { readonly kind: 'extends'; readonly commitment: string; readonly by: Duration; readonly after: Duration | null }

export interface Power extends CommitmentBase, Opening {
  readonly kind: 'power'
  readonly exercisedBy: readonly Match[]
  readonly every: Recurrence | null
  readonly availableAfter: Duration | null
  readonly availableFor: Duration | null
  readonly oncePer: 'case' | Duration | null
  readonly effect: Effect | null
  readonly withdrawnBy: readonly Match[]
}

/** One duty, power or prohibition under a clause. */
export type Commitment = Act | Total | Maintain | Prohibit | Endeavour | Power

/** A test beside the rules: given these events, expect these answers. */
export interface Scenario {
  readonly name: string
  readonly at: Place
  readonly given: readonly ServandaEvent[]
  readonly expect: readonly Expectation[]
}

export interface Expectation {
  readonly at: Place
  readonly asOf: Instant
  readonly knownAt: Instant | null
  readonly commitment: string
  /** Part of the case's id. */
  readonly case: string | null
  /** Output fields as they should read. */
  readonly fields: Readonly<Record<string, unknown>>
}
