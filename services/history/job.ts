import type { IncludedText } from '../../rules/index.ts'

/** What a child process is asked: the first line it reads; every further line is a {@link ToldEvent}. Times are RFC 3339. */
export interface HistoryJob {
  readonly file: string
  readonly text: string
  readonly included: readonly IncludedText[]
  readonly rulebookVersion: number
  readonly asOf: string
  readonly knownAt: string | null
  readonly cases: 'all' | 'open'
}

/** An event of the ledger: its canonical text, when it was recorded, and when its sender claims that it was. */
export type ToldEvent = readonly [content: string, recordedAt: string, claimedAt: string | null]
