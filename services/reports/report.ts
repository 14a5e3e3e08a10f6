import type {
  CaseResult,
  Certainty,
  Flag,
  Indicator,
  Kind,
  Role,
  TimeValue,
  Value,
  Verdict,
} from '../../rules/index.ts'

/**
 * A status report: everything that any of its forms shows, and what `--format json` prints. Times are RFC 3339 in UTC,
 * amounts exact decimals; texts of rulebooks and events stand as they were written, and every form makes them harmless.
 * What it rests on is all in `basis`: the same request on the same basis gives the same report.
 */
export interface Report {
  readonly schema: 'servanda.report/1'
  readonly title: string
  /** The language of its words, and the country whose dates and numbers it has (BCP 47): `en-DE` for whoever asks for `de-DE`. */
  readonly locale: string
  readonly period: Period
  /** The instant as of which the world was looked at: the first after the period, or one in it. */
  readonly as_of: string
  readonly basis: Basis
  readonly scope: Scope
  /** The executive summary: sentences that can be read aloud. */
  readonly summary: readonly string[]
  readonly counts: Counts
  readonly agreements: readonly AgreementPart[]
  /** Since the report before, or since the period began: corrections first, then what presses most. */
  readonly changes: readonly Change[]
  /** What runs, the next deadline first. */
  readonly clocks: readonly RunningClock[]
  readonly totals: readonly TotalPart[]
  /** What waits for evidence or for a judgement. */
  readonly questions: readonly Question[]
  readonly evidence: readonly EvidenceRow[]
  /** Events of the annex that there was no room for. */
  readonly evidence_omitted: number
  readonly method: Method
}

/** A stretch of the calendar of a zone. */
export interface Period {
  /** `2024`, `2024-Q1`, `2024-03`, `2024-W10`, `2024-03-04`, or `<first day>/<last day>` (EDTF where it has such a form). */
  readonly name: string
  /** As in `the year 2024`. */
  readonly words: string
  readonly zone: string
  /** Its first instant. */
  readonly from: string
  /** The first instant after it. */
  readonly until: string
}

/** What is reported on; null: everything. */
export interface Scope {
  readonly agreements: readonly string[] | null
  /** Codes: whoever owes it or is owed it. */
  readonly parties: readonly string[] | null
}

/** What was known: everything a report rests on besides its request. */
export interface Basis {
  /** `SEQ:HASH` of the last row of the ledger that counts; null: the events came from files. */
  readonly ledger: string | null
  /** Only what was recorded by then counts; null: all of it. */
  readonly known_at: string | null
  /** SHA-256 of the files that the events came from, one after another; null: they came from the ledger. */
  readonly events_digest: string | null
  readonly rulebooks: readonly RulebookBasis[]
  /** What changes are told against; null: against how it stood when the period began, by what is known now. */
  readonly previous: PreviousBasis | null
}

export interface RulebookBasis {
  readonly agreement: string
  /** Null: a file that no service has adopted. */
  readonly version: number | null
  /** SHA-256 of its text. */
  readonly hash: string
  readonly file: string
  /** Rows of the ledger that it is evaluated without, because evaluation fails on them. */
  readonly set_aside: readonly number[]
}

/** The report before this one. */
export interface PreviousBasis {
  readonly report: string
  readonly as_of: string
  readonly ledger: string
  readonly known_at: string | null
  readonly rulebooks: readonly RulebookBasis[]
}

export interface Counts {
  readonly agreements: number
  /** Other readings of a promise aside. */
  readonly commitments: number
  readonly indicators: Readonly<Partial<Record<Indicator, number>>>
  /** Cases of the period by verdict. */
  readonly record: CaseRecord
}

/** How many cases have each verdict; zeros are left out. Never summed up to one score. */
export type CaseRecord = Readonly<Partial<Record<Verdict, number>>>

export interface AgreementPart {
  readonly id: string
  readonly title: string
  readonly legal_force: string
  /** Names, as the agreement has them. */
  readonly parties: readonly string[]
  readonly indicator: Indicator
  /** What of it could not be made into rules. */
  readonly note: string | null
  readonly commitments: readonly CommitmentPart[]
}

export interface CommitmentPart {
  readonly id: string
  readonly title: string
  readonly kind: Kind
  readonly by: readonly string[]
  readonly to: readonly string[]
  readonly indicator: Indicator
  /** Of its cases in the period. */
  readonly record: CaseRecord
  /** Other readings of the same promise, which count for nothing. */
  readonly readings: readonly {
    readonly id: string
    readonly title: string
    readonly indicator: Indicator
    readonly record: CaseRecord
  }[]
}

/** Where something stands. */
export interface Place {
  readonly agreement: string
  readonly agreement_title: string
  readonly commitment: string
  readonly commitment_title: string
  readonly case: string
}

/** How a case stands. */
export interface Standing {
  readonly verdict: Verdict
  readonly certainty: Certainty
  readonly indicator: Indicator
}

/** A verdict that is not what it was. */
export interface Change extends Place {
  /**
   * `correction`: what was said of the same instant before was wrong, by what is known now; `rules`: the rulebook is
   * another; `opened`: a case that was not there; `news`: the rest.
   */
  readonly kind: 'correction' | 'rules' | 'news' | 'opened'
  readonly before: Standing | null
  readonly after: Standing | null
  readonly due: TimeValue | null
  /** Why it stands as it does now. */
  readonly why: string
}

export interface RunningClock extends Place {
  readonly kind: Kind
  readonly by: readonly string[]
  readonly indicator: Indicator
  readonly flags: readonly Flag[]
  readonly opened: TimeValue | null
  readonly due: TimeValue | null
  /** A suspended case: its clock stands still. */
  readonly is_suspended: boolean
}

/** A sum of the period against its target. */
export interface TotalPart extends Place, Standing {
  readonly by: readonly string[]
  readonly due: TimeValue | null
  readonly value: Value
  /** How it grew; null where there is nothing to draw. */
  readonly growth: Growth | null
  readonly flows: readonly FlowRow[]
  /** Flows that there was no room for. */
  readonly flows_omitted: number
}

/** A {@link Series}, its instants as RFC 3339. */
export interface Growth {
  readonly bound: 'at_least' | 'at_most'
  readonly unit: string
  readonly target: string | null
  readonly from: string
  readonly to: string | null
  readonly as_of: string
  readonly points: readonly { readonly at: string; readonly min: string | null; readonly max: string | null }[]
  readonly pace: readonly { readonly at: string; readonly value: string }[]
}

/** A payment, a delivery, or whatever is added up, and whether it counts. */
export interface FlowRow {
  readonly event: CaseResult['evidence'][number]['event']
  readonly when: TimeValue | null
  readonly is_counted: boolean
  readonly reason: string
}

export interface Question extends Place, Standing {
  readonly awaits: 'evidence' | 'judgement'
  readonly due: TimeValue | null
  readonly why: string
  /** What would settle it, a sentence each. */
  readonly settled_by: readonly string[]
}

/** An event of the annex. */
export interface EvidenceRow {
  readonly source: string
  /** Of the source, where a rulebook declares it. */
  readonly source_title: string | null
  readonly source_url: string | null
  readonly id: string
  readonly revision: number
  readonly type: string | null
  readonly when: TimeValue | null
  readonly uses: readonly { readonly case: string; readonly role: Role; readonly reason: string }[]
}

export interface Method {
  /** The version of Servanda that wrote the report. */
  readonly version: string
  /** How promises whose words are open were read. */
  readonly readings: readonly {
    readonly agreement: string
    readonly commitment: string
    readonly title: string
    readonly note: string
  }[]
}
