import type { Instant } from '../../rules/index.ts'
import { GENESIS, sha256 } from './chain.ts'

/** A row of a chain, as far as the chain goes. */
export interface ChainRow {
  readonly seq: number
  readonly recorded_at: Instant
  /** The text that the row is about, of which the hash is made first. */
  readonly content: string
  readonly previous_hash: string
  readonly hash: string
}

/** What the rows of a chain are, and what is said of them. Pure. */
export interface ChainKind<Row extends ChainRow, About> {
  /** The hash of `row`, were its number `seq`. */
  hashOf(row: Row, contentHash: string, seq: number): string
  /** What the row says against itself; null: nothing. */
  disagreementIn(row: Row): string | null
  /** What is said of a row that does not match its hash and says nothing against itself. */
  readonly unseen: string
  /** What names the row in a finding. */
  aboutOf(row: Row): About
}

/** What is wrong, and with which row. */
export interface Finding<About> {
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
  readonly about: About | null
  readonly message: string
}

/** A row with what was found out about it alone. */
interface Looked<Row> {
  readonly row: Row
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
 * Takes the rows of a chain one after another and finds what does not hold. Where one row does not, it goes on with
 * what that row claims, so that each finding names the row it is about and not all that follow. Pure.
 *
 * Two things a chain cannot show by itself, since whoever can write any row can write a whole new chain: that rows were
 * cut off at its end, and that everything from some row on was made anew. Only a hash noted elsewhere shows them.
 */
export class ChainAudit<Row extends ChainRow, About> {
  readonly findings: Finding<About>[] = []
  omitted = 0
  rows = 0
  readonly #kind: ChainKind<Row, About>
  #before: { readonly row: Row; readonly isWhole: boolean } | null = null
  #current: Looked<Row> | null = null
  readonly #recent = new Map<string, number>([[GENESIS, 0]])
  /** By how much the rows now taken were renumbered. */
  #shift = 0
  #searches = 0

  constructor(kind: ChainKind<Row, About>) {
    this.#kind = kind
  }

  take(row: Row): void {
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

  #judge(looked: Looked<Row>, next: Looked<Row> | null): void {
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
  #brokenLink(looked: Looked<Row>, next: Looked<Row> | null, shift: number | null): void {
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
  #newShift({ moved }: Looked<Row>, next: Looked<Row> | null): number | null {
    if (moved === null || moved === this.#shift) return null
    if (next === null) return moved === 0 ? null : moved
    return this.#fits(next, moved) ? moved : null
  }

  #look(row: Row): Looked<Row> {
    const looked = { row, contentHash: sha256(row.content) }
    return { ...looked, moved: this.#moved(looked), disagreement: this.#kind.disagreementIn(row) }
  }

  #moved(looked: Pick<Looked<Row>, 'row' | 'contentHash'>): number | null {
    if (this.#fits(looked, this.#shift)) return this.#shift
    if (this.#fits(looked, 0)) return 0
    this.#searches += 1
    if (this.#searches > MOST_SEARCHES) return null
    for (let far = 1; far <= REACH; far++) {
      if (this.#fits(looked, far)) return far
      if (this.#fits(looked, -far)) return -far
    }
    return null
  }

  /** Whether the hash of `row` was made for the number `shift` below the one it bears. */
  #fits({ row, contentHash }: Pick<Looked<Row>, 'row' | 'contentHash'>, shift: number): boolean {
    const seq = row.seq - shift
    return seq >= 1 && this.#kind.hashOf(row, contentHash, seq) === row.hash
  }

  #altered({ row, moved, disagreement }: Looked<Row>, isLoose: boolean): void {
    if (isLoose) {
      this.#find('inserted', row, 'neither its own hash nor the row before it fits: it was put there by another hand')
    } else if (moved !== null) {
      this.#find('altered', row, `its hash was made for number ${row.seq - moved}`)
    } else {
      this.#find('altered', row, disagreement ?? this.#kind.unseen)
    }
  }

  /** Either of two rows that hold in themselves may be the one made anew: the row after both tells. */
  #rewritten(before: Row, { row }: Looked<Row>, next: Looked<Row> | null): void {
    const isOriginal = next === null || next.moved === null || next.row.previous_hash === row.hash
    const [made, witness] = isOriginal ? [before, row.seq] : [row, next.row.seq]
    if (this.findings.some(({ seq, kind }) => seq === made.seq && kind === 'rewritten')) return
    this.#find('rewritten', made, `row ${witness} vouches for another hash: it was changed and its hash made anew`)
  }

  #inserted(from: number, through: number, witness: number): void {
    const inRange = (found: Finding<About>) => found.seq >= from && found.through <= through
    const named = this.findings.filter(inRange).find(({ about }) => about !== null)?.about
    const kept = this.findings.filter((found) => !inRange(found))
    this.findings.splice(0, this.findings.length, ...kept)
    const before = this.#before?.row
    const about = from === through && before ? this.#kind.aboutOf(before) : (named ?? null)
    const message = `row ${witness} names row ${from - 1} as the one before it`
    this.#add({ kind: 'inserted', seq: from, through, about, message })
  }

  #missing(from: number, through: number, message: string): void {
    this.#add({ kind: 'missing', seq: from, through, about: null, message })
  }

  #find(kind: Finding<About>['kind'], row: Row, message: string): void {
    this.#add({ kind, seq: row.seq, through: row.seq, about: this.#kind.aboutOf(row), message })
  }

  #add(finding: Finding<About>): void {
    if (this.findings.length < MOST_FINDINGS) this.findings.push(finding)
    else this.omitted += 1
  }

  #remember({ hash, seq }: Row): void {
    this.#recent.set(hash, seq)
    const [oldest] = this.#recent.keys()
    if (this.#recent.size > REACH && oldest !== undefined) this.#recent.delete(oldest)
  }
}
