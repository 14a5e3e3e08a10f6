import { type Instant, parseEvent, parseJson, type ServandaEvent } from '../../rules/index.ts'
import { GENESIS, linkHashOver, sha256 } from './chain.ts'

/** A row of the ledger, every column of it. */
export interface LedgerRow {
  readonly seq: number
  readonly source: string
  readonly id: string
  readonly revision: number
  readonly type: string | null
  readonly retracted: boolean
  readonly standing: string
  readonly recorded_at: Instant
  readonly claimed_at: Instant | null
  readonly content: string
  readonly digest: string
  readonly origin: string
  readonly key_id: string | null
  readonly previous_hash: string
  readonly hash: string
}

/** What is wrong, and with which row. */
export interface Finding {
  /**
   * `altered`: something in the row was changed; `rewritten`: the row was changed and its hash made anew; `missing`;
   * `inserted`: the row was not there when the one after it was written; `out_of_order`: recorded before the row ahead
   * of it; `cut_off`: rows at the end are gone; `replaced`: the row is not the one whose hash was noted.
   */
  readonly kind: 'altered' | 'rewritten' | 'missing' | 'inserted' | 'out_of_order' | 'cut_off' | 'replaced'
  readonly seq: number
  /** The last row concerned; `seq` unless there are several in a row. */
  readonly through: number
  /** Null where the row is gone. */
  readonly event: { readonly source: string; readonly id: string; readonly revision: number } | null
  readonly message: string
}

/** A row with what was found out about it alone. */
interface Looked {
  readonly row: LedgerRow
  readonly contentHash: string
  /** What separates its number from the one its hash was made for, 0 as a rule; null: its hash fits no number near it. */
  readonly moved: number | null
  /** What its own content says against it; null: nothing. */
  readonly disagreement: string | null
}

/** More findings are counted and not kept. */
const MOST_FINDINGS = 1_000

/** How far back an insertion is recognised, and how far rows may have been renumbered. */
const REACH = 1_000

/** How often it is looked for which number a hash was made for: that costs as much as a thousand rows. */
const MOST_SEARCHES = 200

/**
 * Takes the rows of a ledger one after another and finds what does not hold. Where one row does not, it goes on with
 * what that row claims, so that each finding names the row it is about and not all that follow. Pure.
 *
 * Two things a chain cannot show by itself, since whoever can write any row can write a whole new chain: that rows were
 * cut off at its end, and that everything from some row on was made anew. Only a hash noted elsewhere shows them.
 */
export class ChainAudit {
  readonly findings: Finding[] = []
  omitted = 0
  rows = 0
  #before: { readonly row: LedgerRow; readonly isWhole: boolean } | null = null
  #current: Looked | null = null
  readonly #recent = new Map<string, number>([[GENESIS, 0]])
  /** By how much the rows now taken were renumbered. */
  #shift = 0
  #searches = 0

  take(row: LedgerRow): void {
    this.rows += 1
    const next = this.#look(row)
    if (this.#current) this.#judge(this.#current, next)
    this.#current = next
  }

  /** Says that there are no more rows. */
  end(): void {
    if (this.#current) this.#judge(this.#current, null)
    this.#current = null
  }

  #judge(looked: Looked, next: Looked | null): void {
    const { row } = looked
    const before = this.#before
    const lastSeq = before?.row.seq ?? 0
    const lastHash = before?.row.hash ?? GENESIS
    const isGap = row.seq !== lastSeq + 1
    const follows = row.previous_hash === lastHash
    const shift = this.#newShift(looked, next)
    const isWhole = looked.moved === this.#shift || shift !== null
    if (row.seq <= lastSeq || (isGap && follows && looked.moved === 0)) {
      this.#find('inserted', row, `it names row ${lastSeq} as the one before it: the service never gave it its number`)
    } else if (isGap && follows && shift !== null) {
      this.#find('altered', row, `it was row ${row.seq - shift}: it and those after it were renumbered`)
    } else if (isGap) {
      this.#missing(lastSeq + 1, row.seq - 1, 'gone')
    } else if (isWhole && !follows) {
      this.#brokenLink(looked, next, shift)
    }
    if (shift !== null) this.#shift = shift
    if (!isWhole) this.#altered(looked, !isGap && !follows && next === null)
    else if (looked.disagreement !== null) this.#find('altered', row, looked.disagreement)
    else if (before?.isWhole && row.recorded_at < before.row.recorded_at) {
      this.#find('out_of_order', row, `it was recorded before row ${before.row.seq}, which stands ahead of it`)
    }
    this.#remember(row)
    this.#before = { row, isWhole }
  }

  /** The row holds in itself, and what stands before it is not what it was written after. */
  #brokenLink(looked: Looked, next: Looked | null, shift: number | null): void {
    const { row } = looked
    const before = this.#before
    if (before === null && shift === null) {
      this.#find('rewritten', row, 'as the first row it should name nothing before it, and does')
      return
    }
    const anchor = this.#recent.get(row.previous_hash) ?? null
    const pushedUp = shift === null ? 0 : shift - this.#shift
    if (pushedUp > 0 && anchor === row.seq - 1 - pushedUp) this.#inserted(anchor + 1, row.seq - 1, row.seq)
    else if (shift !== null && pushedUp < 0) {
      const message = `gone, and those after it were renumbered: row ${row.seq} was row ${row.seq - shift}`
      this.#missing(row.seq, row.seq - pushedUp - 1, message)
    } else if (before?.isWhole) this.#rewritten(before.row, looked, next)
  }

  /** The new distance between numbers and hashes, when this row and the next agree that it changed; else null. */
  #newShift({ moved }: Looked, next: Looked | null): number | null {
    if (moved === null || moved === this.#shift) return null
    if (next === null) return moved === 0 ? null : moved
    return fits(next, moved) ? moved : null
  }

  #look(row: LedgerRow): Looked {
    const looked = { row, contentHash: sha256(row.content) }
    return { ...looked, moved: this.#moved(looked), disagreement: disagreementIn(row) }
  }

  #moved(looked: Pick<Looked, 'row' | 'contentHash'>): number | null {
    if (fits(looked, this.#shift)) return this.#shift
    if (fits(looked, 0)) return 0
    this.#searches += 1
    if (this.#searches > MOST_SEARCHES) return null
    for (let far = 1; far <= REACH; far++) {
      if (fits(looked, far)) return far
      if (fits(looked, -far)) return -far
    }
    return null
  }

  #altered({ row, moved, disagreement }: Looked, isLoose: boolean): void {
    if (isLoose) {
      this.#find('inserted', row, 'neither its own hash nor the row before it fits: it was put there by another hand')
    } else if (moved !== null) {
      this.#find('altered', row, `its hash was made for number ${row.seq - moved}`)
    } else {
      this.#find('altered', row, disagreement ?? UNSEEN)
    }
  }

  /** Either of two rows that hold in themselves may be the one made anew: the row after both tells. */
  #rewritten(before: LedgerRow, { row }: Looked, next: Looked | null): void {
    const isOriginal = next === null || next.moved === null || next.row.previous_hash === row.hash
    const [made, witness] = isOriginal ? [before, row.seq] : [row, next.row.seq]
    if (this.findings.some(({ seq, kind }) => seq === made.seq && kind === 'rewritten')) return
    this.#find('rewritten', made, `row ${witness} vouches for another hash: it was changed and its hash made anew`)
  }

  #inserted(from: number, through: number, witness: number): void {
    const inRange = (found: Finding) => found.seq >= from && found.through <= through
    const named = this.findings.filter(inRange).find(({ event }) => event !== null)?.event
    const kept = this.findings.filter((found) => !inRange(found))
    this.findings.splice(0, this.findings.length, ...kept)
    const before = this.#before?.row
    const event = from === through && before ? identityOf(before) : (named ?? null)
    const message = `row ${witness} names row ${from - 1} as the one before it`
    this.#add({ kind: 'inserted', seq: from, through, event, message })
  }

  #missing(from: number, through: number, message: string): void {
    this.#add({ kind: 'missing', seq: from, through, event: null, message })
  }

  #find(kind: Finding['kind'], row: LedgerRow, message: string): void {
    this.#add({ kind, seq: row.seq, through: row.seq, event: identityOf(row), message })
  }

  #add(finding: Finding): void {
    if (this.findings.length < MOST_FINDINGS) this.findings.push(finding)
    else this.omitted += 1
  }

  #remember({ hash, seq }: LedgerRow): void {
    this.#recent.set(hash, seq)
    const [oldest] = this.#recent.keys()
    if (this.#recent.size > REACH && oldest !== undefined) this.#recent.delete(oldest)
  }
}

const UNSEEN =
  'it does not match its hash: a fact of its recording (recorded_at, claimed_at, origin, key_id, previous_hash, hash) or a digit of its content was changed'

/** Whether the hash of `row` was made for the number `shift` below the one it bears. */
function fits({ row, contentHash }: Pick<Looked, 'row' | 'contentHash'>, shift: number): boolean {
  const seq = row.seq - shift
  if (seq < 1) return false
  const { recorded_at: recordedAt, claimed_at: claimedAt, digest, origin, key_id: keyId } = row
  return (
    linkHashOver(row.previous_hash, contentHash, { seq, recordedAt, claimedAt, digest, origin, keyId }) === row.hash
  )
}

/** What stands beside the content for looking up has to be what the content says. */
function disagreementIn(row: LedgerRow): string | null {
  const event = contentOf(row)
  if (event === null) return 'its content is no event any more'
  if (event.digest !== row.digest) return 'its content was changed: it does not have the digest that stands beside it'
  for (const column of ['source', 'id', 'revision', 'type', 'retracted', 'standing'] as const) {
    if (row[column] !== event[column]) {
      return `its column ${column} was changed: it says ${JSON.stringify(row[column])}, the content ${JSON.stringify(event[column])}`
    }
  }
  return null
}

function contentOf(row: LedgerRow): ServandaEvent | null {
  try {
    const parsed = parseEvent(parseJson(row.content))
    return parsed.ok ? parsed.event : null
  } catch {
    return null
  }
}

function identityOf({ source, id, revision }: LedgerRow): NonNullable<Finding['event']> {
  return { source, id, revision }
}
