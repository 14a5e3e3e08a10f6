import {
  compileRulebook,
  type IncludedText,
  type Instant,
  includeFrom,
  type KnownEvent,
  knownEvent,
  parseEvent,
  parseJson,
  type Rulebook,
} from '../../rules/index.ts'

// What child processes are told: rulebooks by their text, and rows of the ledger, a line each.

/** A rulebook as it is given to a child process. */
export interface RulebookText {
  readonly file: string
  readonly text: string
  readonly included: readonly IncludedText[]
}

/** A rulebook that was checked before it was given away. */
export function rulebookIn({ file, text, included }: RulebookText): Rulebook {
  const found = compileRulebook(text, file, includeFrom(included))
  if (!found.ok) throw new Error(`the rulebook ${file} can no longer be read`)
  return found.rulebook
}

/** A row of the ledger that a child process was told. */
export interface ToldRow {
  readonly seq: number
  readonly recordedAt: Instant
  readonly claimedAt: Instant | null
  /** Known from when its sender claims that it was. */
  readonly event: KnownEvent
}

/** A row of the ledger to tell; `content` is canonical JSON (RFC 8785), which has neither tabs nor ends of lines. */
export interface RowToTell extends Omit<ToldRow, 'event'> {
  readonly content: string
}

/** `row` as a line: its fields behind one another, with a tab between two. */
export function rowLine({ seq, recordedAt, claimedAt, content }: RowToTell): string {
  return `${seq}\t${recordedAt}\t${claimedAt ?? ''}\t${content}`
}

/** The row that {@link rowLine} wrote. */
export function rowIn(line: string): ToldRow {
  const [seq = '', recorded = '', claimed = ''] = line.split('\t', 3)
  const content = line.slice(seq.length + recorded.length + claimed.length + 3)
  const parsed = parseEvent(parseJson(content))
  if (!parsed.ok) throw new Error(`row ${seq} of the ledger holds what is no event`)
  const recordedAt = Number(recorded) as Instant
  const claimedAt = claimed === '' ? null : (Number(claimed) as Instant)
  return { seq: Number(seq), recordedAt, claimedAt, event: knownEvent(parsed.event, claimedAt ?? recordedAt) }
}
