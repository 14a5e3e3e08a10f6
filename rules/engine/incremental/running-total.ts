import { type Amount, formatDecimal } from '../../language/decimal.ts'
import { addDuration } from '../../language/duration.ts'
import { valueAt } from '../../language/json.ts'
import type { Rulebook, Total } from '../../language/rulebook.ts'
import type { Assessment, CaseContext, Claim } from '../case.ts'
import { isDoubtful } from '../evidence.ts'
import { countingOf, flowKey, readAmount } from '../flows.ts'
import { byWorldTime, type Fact } from '../history.ts'
import type { Instant } from '../instant.ts'
import { assessTotal, thresholds } from '../kinds/total.ts'
import type { StatusCode } from '../status-code.ts'
import { windowOf } from '../window.ts'
import type { Life, World } from '../world.ts'
import type { Entry } from './entry.ts'
import { type Addend, ExactSum, inHundredths } from './exact-sum.ts'
import { concluded, NOT_PLAIN, running } from './quick-status.ts'
import type { Stream } from './stream.ts'

/** What one plain flow is worth, at the least and at the most. */
interface Plain {
  readonly low: Addend
  readonly high: Addend
}

/** The plain flows of one period, added up. */
interface Base {
  readonly from: number
  readonly to: number
  readonly min: ExactSum
  readonly max: ExactSum
  /** The flow with which a ceiling is exceeded, once looked up. */
  exceeded: { readonly ceiling: string; readonly claim: Claim; readonly fact: Fact } | null
}

/**
 * The running sums of one total. A flow is plain when nothing about it is in doubt: one sure report of it, inside a
 * period, with an amount in the target's unit. Plain flows are added up once; all others are left to be weighed anew.
 */
export class RunningTotal {
  private readonly commitment: Total
  private readonly rulebook: Rulebook
  private readonly stream: Stream
  private readonly bases = new Map<Entry, Base>()
  /** What is not plain, or has not begun. */
  private readonly left = new Set<Fact>()
  /** Reports by flow, where several may tell of the same. */
  private readonly reports = new Map<string, Set<Fact>>()
  private readonly dedupes: boolean
  /** What has to be reached, where that alone decides; null where more does. */
  private readonly floor: { readonly amount: Amount; readonly hundredths: number | null } | null
  private fresh: Fact[] = []
  private hasNegative = false
  private lastBase: Base | null = null
  private now: Instant = Number.NEGATIVE_INFINITY as Instant

  constructor(commitment: Total, stream: Stream, rulebook: Rulebook) {
    this.commitment = commitment
    this.stream = stream
    this.rulebook = rulebook
    this.dedupes = commitment.counts.some(({ dedupe }) => dedupe !== null)
    this.floor = floorOf(commitment)
  }

  /** Whether sums can be kept at all for what `commitment` counts. */
  static suits({ counts, evidence, target }: Total): boolean {
    return counts[0]?.measure !== 'distinct' && evidence.minimumSources <= 1 && target.path === null
  }

  heard(fact: Fact, isNew: boolean): void {
    if (isNew) {
      this.fresh.push(fact)
      return
    }
    const at = this.fresh.indexOf(fact)
    if (at >= 0) this.fresh.splice(at, 1)
    else this.takeOut(fact)
  }

  /** Takes in what was heard and has begun by `now`, given the cases there are. */
  bringTo(now: Instant, entries: readonly Entry[]): void {
    if (now < this.now) this.startOver()
    this.now = now
    for (const entry of this.bases.keys()) if (entry.isGone) this.forget(entry)
    const begun = entries.filter((entry) => !this.bases.has(entry))
    if (begun.length > 0) {
      const waiting = new Set(this.fresh)
      for (const entry of begun) this.begin(entry, waiting)
    }
    const { fresh } = this
    this.fresh = []
    for (const fact of fresh) this.putIn(fact)
  }

  /** The period of `entry` is another than before, or it is gone. */
  forget(entry: Entry): void {
    this.bases.delete(entry)
    this.lastBase = null
  }

  /** Everything is added up anew when it is next asked for. */
  startOver(): void {
    this.bases.clear()
    this.lastBase = null
    this.left.clear()
    this.reports.clear()
    this.fresh = [...this.stream.all()]
  }

  /**
   * The status of a floor, read off its sum where nothing is left to be weighed; {@link NOT_PLAIN} where something is.
   * Sets when it has to be looked at again, and after what evidence it no longer changes.
   */
  quickStatus(entry: Entry, life: Life, now: Instant): StatusCode | typeof NOT_PLAIN {
    const { floor, commitment } = this
    const base = this.bases.get(entry)
    const opened = entry.occasion?.opened?.to ?? null
    if (floor === null || !base || opened === null || this.left.size > 0 || !Number.isFinite(base.to)) return NOT_PLAIN
    if (life.entry === null || life.entry > now || opened > now || base.from > now) return NOT_PLAIN
    if (Number.isNaN(entry.due)) this.measure(entry, base.to as Instant)
    const decided = this.dedupes ? Number.POSITIVE_INFINITY : base.to
    const never = Number.POSITIVE_INFINITY
    if (base.min.reaches(floor.amount, floor.hundredths)) return concluded(entry, 'met', decided, never, now)
    if (now > entry.close) {
      if (base.max.reaches(floor.amount, floor.hundredths)) return NOT_PLAIN
      const something = commitment.target.partial && base.min.value.greaterThan(0)
      return concluded(entry, something ? 'partly_met' : 'breached', decided, never, now)
    }
    entry.decided = decided
    return running(entry, commitment, opened, never, this.rulebook, now)
  }

  private measure(entry: Entry, due: Instant): void {
    const { grace, settle } = this.commitment
    const { where } = this.rulebook
    const close = grace === null ? due : addDuration(due, grace, where)
    entry.due = due
    entry.close = close
    entry.settles = settle === null ? close : addDuration(close, settle, where)
  }

  /** The status of `entry`, from its sum and from what is left. */
  assess(world: World, context: CaseContext, entry: Entry): Assessment {
    const { commitment } = this
    const whole = { ...context, commitment }
    const window = windowOf(context.occasion, context.frame)
    const base = this.bases.get(entry)
    const isWhole = base && window !== null && window.from === base.from && window.to === base.to
    // Without a close, or with suspensions, it matters when the sum was reached.
    if (!isWhole || context.frame.close === null || world.suspensions(commitment, context.h).length > 0)
      return assessTotal(world, whole)
    const begun = [...this.left].filter(({ span }) => this.dedupes || span.to >= base.from)
    const left = begun.sort(byWorldTime)
    let isKnown = true
    const assessment = assessTotal(world, whole, {
      sum: { min: base.min.value, max: base.max.value },
      left,
      exceededSince: (ceiling) => {
        const claim = this.exceededSince(base, ceiling, left.length > 0)
        isKnown = claim !== null
        return claim
      },
    })
    return isKnown ? assessment : assessTotal(world, whole)
  }

  private begin(entry: Entry, waiting: ReadonlySet<Fact>): void {
    const from = entry.occasion?.period?.from ?? null
    if (from === null) return
    const base: Base = {
      from,
      to: entry.occasion?.period?.to ?? Number.POSITIVE_INFINITY,
      min: new ExactSum(),
      max: new ExactSum(),
      exceeded: null,
    }
    this.bases.set(entry, base)
    for (const fact of this.stream.since(base.from)) {
      if (fact.span.from > base.to) break
      if (this.left.has(fact) || waiting.has(fact) || fact.span.to < base.from) continue
      const plain = this.plainWorth(fact)
      if (plain && fact.span.from >= base.from && fact.span.to <= base.to) this.count(base, fact, plain, 1)
      else this.left.add(fact)
    }
  }

  private putIn(fact: Fact): void {
    const key = this.dedupes ? flowKey(this.commitment, fact) : null
    if (key !== null) {
      const reports = this.reports.get(key) ?? new Set()
      for (const other of reports) if (!this.left.has(other)) this.uncount(other)
      for (const other of reports) this.left.add(other)
      reports.add(fact)
      this.reports.set(key, reports)
      if (reports.size > 1) {
        this.left.add(fact)
        return
      }
    }
    this.place(fact)
  }

  private place(fact: Fact): void {
    const plain = fact.span.from <= this.now ? this.plainWorth(fact) : null
    if (plain === null) {
      this.left.add(fact)
      return
    }
    const base = this.baseAt(fact)
    if (base && fact.span.to <= base.to) this.count(base, fact, plain, 1)
    else if (base || this.overlapsAny(fact)) this.left.add(fact)
  }

  private takeOut(fact: Fact): void {
    if (!this.left.delete(fact)) this.uncount(fact)
    const key = this.dedupes ? flowKey(this.commitment, fact) : null
    const reports = key === null ? undefined : this.reports.get(key)
    if (key === null || !reports) return
    reports.delete(fact)
    const [only] = reports
    if (reports.size === 0) this.reports.delete(key)
    else if (reports.size === 1 && only) {
      this.left.delete(only)
      this.place(only)
    }
  }

  private uncount(fact: Fact): void {
    const base = this.baseAt(fact)
    const plain = this.plainWorth(fact)
    if (base && plain && fact.span.to <= base.to) this.count(base, fact, plain, -1)
  }

  private count(base: Base, fact: Fact, { low, high }: Plain, sign: 1 | -1): void {
    base.min.add(low, sign)
    base.max.add(high, sign)
    if (isNegative(low)) this.hasNegative = true
    if (base.exceeded && byWorldTime(fact, base.exceeded.fact) <= 0) base.exceeded = null
  }

  /** The period in which `fact` begins. */
  private baseAt({ span }: Fact): Base | null {
    const { lastBase } = this
    if (lastBase && span.from >= lastBase.from && span.from <= lastBase.to) return lastBase
    for (const base of this.bases.values()) {
      if (span.from < base.from || span.from > base.to) continue
      this.lastBase = base
      return base
    }
    return null
  }

  private overlapsAny({ span }: Fact): boolean {
    return span.to !== span.from && [...this.bases.values()].some((b) => span.to >= b.from && span.from <= b.to)
  }

  private plainWorth(fact: Fact): Plain | null {
    const { commitment } = this
    if (isDoubtful(fact, commitment.evidence, this.rulebook)) return null
    const counting = countingOf(commitment, fact)
    if (!counting) return null
    if (counting.measure === 'events') return ONE
    const { data } = fact.event
    if (counting.currency && valueAt(data, counting.currency) !== commitment.target.unit) return null
    const told = valueAt(data, counting.path)
    const hundredths = inHundredths(told)
    return hundredths === null ? readAmount(told) : { low: hundredths, high: hundredths }
  }

  /** The flow since which the sum has exceeded `ceiling`; null when that takes weighing all flows. */
  private exceededSince(base: Base, ceiling: Amount, hasOthers: boolean): Claim | null {
    if (hasOthers || this.hasNegative) return null
    const name = formatDecimal(ceiling)
    if (base.exceeded?.ceiling === name) return base.exceeded.claim
    const sum = new ExactSum()
    for (const fact of this.stream.since(base.from)) {
      const plain = fact.span.from >= base.from ? this.plainWorth(fact) : null
      if (!plain) continue
      sum.add(plain.low)
      if (!sum.value.greaterThan(ceiling)) continue
      const claim = { at: fact.span, fact }
      base.exceeded = { ceiling: name, claim, fact }
      return claim
    }
    return null
  }
}

function floorOf({
  target,
  evidence,
  excusedBy,
}: Total): { readonly amount: Amount; readonly hundredths: number | null } | null {
  if (target.bound !== 'at_least' || target.percentOf !== null) return null
  if (evidence.reportedBy.length > 0 || excusedBy.length > 0) return null
  const amount = thresholds(target, target.amount, target.amount).high
  return { amount, hundredths: inHundredths(formatDecimal(amount)) }
}

const ONE: Plain = { low: 100, high: 100 }

function isNegative(amount: Addend): boolean {
  return typeof amount === 'number' ? amount < 0 : amount.isNegative()
}
