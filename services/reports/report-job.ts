import type { RulebookText } from '../child-process/index.ts'
import type { ReportRequest } from './compose-report.ts'
import type { Form } from './forms/index.ts'
import type { Basis, Change } from './report.ts'

/** What a child process is asked for: the first line it reads. Every further line is a row of the ledger. */
export interface ReportJob {
  readonly request: ReportRequest
  readonly basis: Basis
  /** RFC 3339. */
  readonly asOf: string
  readonly version: string
  /** In the order of `basis.rulebooks`. */
  readonly rulebooks: readonly HashedText[]
  /** In the order of `basis.previous.rulebooks`; empty where there is no report before. */
  readonly before: readonly HashedText[]
  readonly forms: readonly Form[]
  /** Whether all that changed is told beside the facts. */
  readonly tellsChanges: boolean
}

/** A version of a rulebook, and the hash that it is known by. */
export interface HashedText extends RulebookText {
  readonly hash: string
}

/** What it prints before the bytes of each form: a line of JSON, and then so many bytes. */
export interface FileHeader {
  readonly form: Form
  /** Of the content as it is read. */
  readonly sha256: string
  readonly length: number
  readonly encoding: 'identity' | 'gzip'
  /** The bytes that follow. */
  readonly bytes: number
}

/** What it prints first: what is said of a report where it is listed. */
export interface FactsLine {
  readonly facts: ReportFacts
  /** Empty where it was not asked for. */
  readonly changes: readonly Change[]
}

/** A report in brief. */
export interface ReportFacts {
  readonly summary: readonly string[]
  /** How many commitments show what, most urgent first. */
  readonly indicators: readonly { readonly indicator: string; readonly count: number }[]
  readonly changes: number
  readonly corrections: number
  readonly questions: number
}

/** The row of the ledger in `SEQ:HASH`. */
export function seqIn(ledger: string): number {
  return Number(ledger.slice(0, ledger.indexOf(':')))
}
