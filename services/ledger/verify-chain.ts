import type { Instant } from '../../rules/index.ts'
import { ChainAudit, type ChainKind, type ChainRow, type Finding } from './chain-audit.ts'

/** A row and its hash: whoever noted the last one of a chain can see later whether it still stands. */
export interface Noted {
  readonly seq: number
  readonly hash: string
}

/** What an inspection of a whole chain found. */
export interface Verification<About> {
  readonly rows: number
  /** The last row; null when there is none. */
  readonly head: (Noted & { readonly recordedAt: Instant }) | null
  /** The row that was expected; null when none was. Without one, rows cut off at the end need not show. */
  readonly expected: Noted | null
  readonly findings: readonly Finding<About>[]
  /** How many more findings there are. */
  readonly omitted: number
}

export interface VerifyOptions {
  readonly expected?: Noted | null
  /** Told how many rows are done, of how many. */
  readonly progress?: (done: number, of: number) => void
}

/** A chain of rows in the database. */
export interface Chain<Row extends ChainRow, About> extends ChainKind<Row, About> {
  /** As findings call it: `the ledger`. */
  readonly name: string
  readonly head: Verification<About>['head']
  /** Rows after `seq`, as many as are read at once: one at least, whatever its size, up to `last`. */
  pageAfter(seq: number, last: number): Promise<readonly Row[]>
}

/** The number of a row and its hash, as `SEQ:HASH`; null when `text` is something else. */
export function parseNoted(text: string): Noted | null {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? []
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash }
}

/** Recomputes the chain from the first row to the one that was last when it began, and looks whether each row holds. */
export async function verifyChain<Row extends ChainRow, About>(
  chain: Chain<Row, About>,
  { expected = null, progress = () => {} }: VerifyOptions,
): Promise<Verification<About>> {
  const { head } = chain
  const last = head?.seq ?? 0
  const audit = new ChainAudit(chain)
  let noted: Row | null = null
  let seq = Number.MIN_SAFE_INTEGER
  while (seq < last) {
    const page = await chain.pageAfter(seq, last)
    for (const row of page) {
      audit.take(row)
      if (row.seq === expected?.seq) noted = row
    }
    seq = page.at(-1)?.seq ?? last
    progress(audit.rows, last)
  }
  audit.end()
  const findings = [...audit.findings, ...unexpected(chain, expected, noted, last)]
  return { rows: audit.rows, head, expected, findings, omitted: audit.omitted }
}

function unexpected<Row extends ChainRow, About>(
  { name, aboutOf }: Chain<Row, About>,
  expected: Noted | null,
  row: Row | null,
  last: number,
): readonly Finding<About>[] {
  if (expected === null || row?.hash === expected.hash) return []
  const { seq, hash } = expected
  if (seq > last) return [cutOff(last + 1, seq, `${name} ends with row ${last}, and row ${seq} was noted`)]
  if (row === null) return []
  const message = `its hash is ${row.hash}, and ${hash} was noted: it, or a row before it, was changed and the chain made anew`
  return [{ kind: 'replaced', seq, through: seq, about: aboutOf(row), message }]
}

/** That the rows from `seq` to `through`, at the end of a chain, are gone. */
export function cutOff(seq: number, through: number, message: string): Finding<never> {
  return { kind: 'cut_off', seq, through, about: null, message }
}
