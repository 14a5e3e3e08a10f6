import type { Control } from '../language/control-event.ts'
import { isMatch } from '../language/match.ts'
import type { Commitment, Effect, Match, Power, Rulebook } from '../language/rulebook.ts'
import type { CaseState, Exercise } from './case.ts'
import { type Dossier, MAX_IGNORED } from './evidence.ts'
import { byWorldTime, type Fact, firstIndex, type History, isPrecise, type Kin } from './history.ts'
import { Horizon } from './horizon.ts'
import type { Instant, Span } from './instant.ts'
import { entryByDate, termEnd } from './term.ts'

/** What a power's exercise brought about, and when. */
export interface AppliedEffect {
  readonly effect: Effect
  readonly at: Instant
  readonly exercise: Fact
}

/** Suspended time: from a suspension up to, not including, `to`; null while it lasts. */
export interface Suspension {
  readonly from: Instant
  readonly to: Instant | null
  readonly facts: readonly Fact[]
}

/** From when to when an agreement binds, as far as has happened. */
export interface Life {
  /** Null: has not entered into force. */
  readonly entry: Instant | null
  /** The last millisecond of its term; null: no end fixed. */
  readonly end: Instant | null
  readonly termination: { readonly at: Instant; readonly fact: Fact } | null
}

/** How the cases of one commitment are found; given from outside so that a world knows facts and kinds know cases. */
export interface Assessor {
  settled(world: World, commitment: Commitment, horizon: Horizon): readonly CaseState[]
  exercises(world: World, power: Power, horizon: Horizon): readonly Exercise[]
  /** When the effect of an exercise takes place, and whether it was withdrawn before. */
  effectOf(
    world: World,
    power: Power,
    exercise: Fact,
    horizon: Horizon,
  ): { readonly at: Instant; readonly withdrawn: boolean }
}

/** What stays true of an agreement from one instant to another while nothing that bears on it is told. */
export class Memory {
  private readonly kept = new Map<string, { readonly value: unknown; readonly from: Instant; readonly until: number }>()

  /** What is kept under `key`, if it holds at `now`. */
  recall(key: string, now: Instant): { readonly value: unknown; readonly until: number } | null {
    const found = this.kept.get(key)
    return found && found.from <= now && now < found.until ? found : null
  }

  keep(key: string, value: unknown, from: Instant, until: number): void {
    this.kept.set(key, { value, from, until })
  }

  /** News has come that bears on what starts with `prefix`. */
  forget(prefix: string): void {
    for (const key of this.kept.keys()) if (key.startsWith(prefix)) this.kept.delete(key)
  }
}

/** What bears on a case: when, given which trigger, and for which dossier. */
interface Bearing {
  readonly trigger?: Fact | null
  readonly from: number
  readonly to?: number
  readonly dossier: Dossier
  readonly h: Horizon
}

type Ordered<K extends Control['kind']> = Fact & { readonly control: Control & { readonly kind: K } }

/**
 * The world as it stands at one instant, given what is known: which events have begun, whether the agreement is in
 * force, suspended or ended. Answers are remembered together with the nearest instant at which they may change.
 */
export class World {
  readonly history: History
  readonly now: Instant
  private readonly assessor: Assessor
  private readonly givenEffects: readonly AppliedEffect[] | null
  private readonly memos = new Map<string, { readonly value: unknown; readonly horizon: Horizon }>()
  private readonly memory: Memory | null

  /**
   * @param effects the effects in force; null: those that the exercises of powers up to now bring about
   * @param memory what other worlds of the same history have worked out about the agreement as a whole
   */
  constructor(
    history: History,
    now: Instant,
    assessor: Assessor,
    effects: readonly AppliedEffect[] | null = null,
    memory: Memory | null = null,
  ) {
    this.history = history
    this.now = now
    this.assessor = assessor
    this.givenEffects = effects
    this.memory = memory
  }

  get rulebook(): Rulebook {
    return this.history.rulebook
  }

  /** The facts that have begun and are of the kinds in `matches`, whatever `same` says. */
  factsOfKind(matches: readonly Match[], trigger: Fact | null, h: Horizon): readonly Fact[] {
    return begun(this.history.ofKind(matches, trigger), h)
  }

  /** The facts that have begun and that `matches` mean, given `trigger`. */
  facts(matches: readonly Match[], trigger: Fact | null, h: Horizon): readonly Fact[] {
    return begun(this.history.meant(matches, trigger), h)
  }

  /**
   * The facts that have begun and that `matches` mean, one by one. Where evidence is filed these are all, and those that
   * `same` rules out go on file; else at least those that end at or after `from` and begin at or before `to`, outside
   * which nothing bears on the status.
   */
  *bearing(
    matches: readonly Match[],
    { trigger = null, from, to = Number.POSITIVE_INFINITY, dossier, h }: Bearing,
  ): Iterable<Fact> {
    const kin = dossier.isKept ? this.history.kin(matches, trigger) : null
    if (kin) {
      this.fileOthers(kin, dossier, h)
      for (const fact of kin.meant) {
        if (!h.reached(fact.span.from)) return
        yield fact
      }
      return
    }
    const facts = dossier.isKept
      ? this.history.ofKind(matches, trigger)
      : this.history.meantSince(matches, trigger, from)
    for (const fact of facts) {
      // In the order of the world: what follows has not begun either.
      if (!h.reached(fact.span.from) || (!dossier.isKept && fact.span.from > to)) return
      if (dossier.isKept && !matches.some((m) => isMatch(m, fact.event, trigger?.event ?? null)))
        dossier.add(fact, 'ignored', 'not_same')
      else yield fact
    }
  }

  /** Files those that `same` rules out: as many as may be printed, and how many there are beyond. */
  private fileOthers({ ofKind, meant }: Kin, dossier: Dossier, h: Horizon): void {
    const begun = (facts: readonly Fact[]): number => firstIndex(facts, (fact) => fact.span.from > this.now)
    const isOneOf = (facts: readonly Fact[], fact: Fact): boolean => {
      const found = facts[firstIndex(facts, (other) => byWorldTime(other, fact) >= 0)]
      return found !== undefined && byWorldTime(found, fact) === 0
    }
    const end = begun(ofKind)
    const ahead = ofKind[end]
    if (ahead) h.reached(ahead.span.from)
    if (end === 0) return
    let filed = 0
    let next = 0
    for (; next < end && filed < MAX_IGNORED; next++) {
      const fact = ofKind[next] as Fact
      if (isOneOf(meant, fact)) continue
      dossier.add(fact, 'ignored', 'not_same')
      filed++
    }
    const all = (): readonly Fact[] => ofKind.slice(next, end).filter((fact) => !isOneOf(meant, fact))
    const last = ofKind[next - 1] as Fact
    dossier.leaveOut({
      count: end - begun(meant) - filed,
      all,
      has: (fact) =>
        // What is on file has begun.
        byWorldTime(fact, last) > 0 && isOneOf(ofKind, fact) && !isOneOf(meant, fact),
    })
  }

  /** The latest end among the facts that have begun, that `matches` mean and that count; `after` when none ends later. */
  latestEnd(matches: readonly Match[], after: number, h: Horizon, counts: (fact: Fact) => boolean): number {
    for (const fact of this.history.meantSince(matches, null, this.now)) if (!h.reached(fact.span.from)) break
    return this.history.latestEnd(matches, this.now, after, counts)
  }

  /** The control events of one kind that have happened, in the order of the world. */
  orders<K extends Control['kind']>(kind: K, h: Horizon): readonly Ordered<K>[] {
    return this.ordered<K>(this.history.ofType(`servanda.${kind}`), h)
  }

  /** The judgements on the case `id` and on single events of it, in the order of the world. */
  judgementsOf(id: string, h: Horizon): readonly Ordered<'judgement'>[] {
    return this.ordered<'judgement'>(this.history.judgementsOf(id), h).filter((j) => j.control.case === id)
  }

  /** @param facts whose type says that they are orders of the kind `K` */
  private ordered<K extends Control['kind']>(facts: readonly Fact[], h: Horizon): readonly Ordered<K>[] {
    const found: Ordered<K>[] = []
    for (const fact of facts) {
      const control = fact.event.control as Control & { kind: K }
      if ('agreement' in control && control.agreement !== this.rulebook.id) continue
      if (h.reached(fact.span.from)) found.push({ ...fact, control })
    }
    return found
  }

  life(h: Horizon): Life {
    return this.recall('life', h, (own) => {
      const entry = entryByDate(this.rulebook) ?? this.entryByEvent(own)
      const end = termEnd(this.rulebook, entry)
      const ended = [
        ...this.orders('termination', own).map((fact) => ({ at: fact.span.from, fact: fact as Fact })),
        ...this.effects(own)
          .filter((e) => e.effect.kind === 'ends')
          .map((e) => ({ at: e.at, fact: e.exercise })),
      ].sort((a, b) => a.at - b.at)[0]
      return { entry, end, termination: ended && (end === null || ended.at <= end) ? ended : null }
    })
  }

  private entryByEvent(h: Horizon): Instant | null {
    const first = this.facts(this.rulebook.inForce.when, null, h).find(
      (fact) => isPrecise(fact) && fact.event.standing !== 'disputed',
    )
    return first?.span.from ?? null
  }

  /** When `commitment` was or is suspended, merged and in order. */
  suspensions(commitment: Commitment, h: Horizon): readonly Suspension[] {
    return this.recall(`suspensions ${commitment.id}`, h, (own) => {
      const applies = (ids: readonly string[] | null): boolean => ids === null || ids.includes(commitment.id)
      const { termination } = this.life(own)
      const ends = termination && !commitment.survives ? [{ at: termination.at, fact: termination.fact }] : []
      const effects = this.effects(own)
      const of = (kind: 'suspends' | 'resumes') =>
        effects.flatMap(({ effect, at, exercise }) =>
          (effect.kind === 'suspends' || effect.kind === 'resumes') &&
          effect.kind === kind &&
          applies(effect.commitments)
            ? [{ at, fact: exercise }]
            : [],
        )
      const starts = [
        ...this.orders('suspension', own)
          .filter((f) => applies(f.control.commitments))
          .map((fact) => ({ at: fact.span.from, fact: fact as Fact })),
        ...of('suspends'),
      ]
      const stops = [
        ...this.orders('resumption', own)
          .filter((f) => applies(f.control.commitments))
          .map((fact) => ({ at: fact.span.from, fact: fact as Fact })),
        ...of('resumes'),
        ...ends,
      ]
      starts.sort((a, b) => a.at - b.at)
      stops.sort((a, b) => a.at - b.at)
      const merged: Suspension[] = []
      for (const start of starts) {
        const stop = stops.find((s) => s.at > start.at)
        if (ends.some((e) => e.at <= start.at)) continue
        const to = stop?.at ?? null
        const facts = stop ? [start.fact, stop.fact] : [start.fact]
        const last = merged.at(-1)
        // What suspends it once more lasts at least as long: both end with the next that resumes it.
        if (last && (last.to === null || start.at <= last.to))
          merged[merged.length - 1] = { from: last.from, to, facts: [...last.facts, ...facts] }
        else merged.push({ from: start.at, to, facts })
      }
      return merged
    })
  }

  /** What exercises of powers have brought about so far, in order of instant. */
  effects(h: Horizon): readonly AppliedEffect[] {
    if (this.givenEffects) return this.givenEffects.filter((e) => h.reached(e.at))
    return this.recall('effects', h, (own) => this.effectsOfExercises(own).filter((e) => own.reached(e.at)))
  }

  /**
   * Exercises are taken in order of instant; each is judged in the world as earlier effects left it, so that no effect
   * ever undoes an earlier exercise.
   */
  private effectsOfExercises(h: Horizon): readonly AppliedEffect[] {
    const powers = this.rulebook.commitments.filter((c): c is Power => c.kind === 'power' && c.effect !== null)
    const tries = powers.flatMap((power) =>
      [...new Set(power.exercisedBy.map((m) => m.event))].flatMap((type) =>
        begun(this.history.ofType(type), h).map((fact) => ({ power, fact })),
      ),
    )
    tries.sort((a, b) => a.fact.span.to - b.fact.span.to || byWorldTime(a.fact, b.fact))
    const applied: AppliedEffect[] = []
    for (const { power, fact } of tries) {
      if (!power.effect || !isPrecise(fact)) continue
      const before = new World(
        this.history,
        this.now,
        this.assessor,
        applied.filter((e) => e.at <= fact.span.to),
      )
      const exercise = this.assessor.exercises(before, power, h).find((e) => e.fact === fact)
      if (!exercise || exercise.doubts.length > 0) continue
      const { at, withdrawn } = this.assessor.effectOf(before, power, fact, h)
      if (!withdrawn) applied.push({ effect: power.effect, at, exercise: fact })
    }
    return applied.sort((a, b) => a.at - b.at)
  }

  /** The cases of the commitment `id` before repair. */
  settled(id: string, h: Horizon): readonly CaseState[] {
    const commitment = this.rulebook.commitments.find((c) => c.id === id)
    if (!commitment) return []
    return this.remember(`settled ${id}`, h, (own) => this.assessor.settled(this, commitment, own))
  }

  /** The exercises of the power `id`. */
  exercises(id: string, h: Horizon): readonly Exercise[] {
    const power = this.rulebook.commitments.find((c) => c.id === id)
    if (power?.kind !== 'power') return []
    return this.remember(`exercises ${id}`, h, (own) => this.assessor.exercises(this, power, own))
  }

  /** Like {@link remember}, for what concerns the agreement as a whole: also once for all worlds between two changes. */
  recall<T>(key: string, h: Horizon, compute: (own: Horizon) => T): T {
    const { memory } = this
    if (memory === null) return this.remember(key, h, compute)
    return this.remember(key, h, (own) => {
      const kept = memory.recall(key, this.now)
      if (kept) {
        own.reached(kept.until)
        return kept.value as T
      }
      const value = compute(own)
      memory.keep(key, value, this.now, own.next ?? Number.POSITIVE_INFINITY)
      return value
    })
  }

  /** `compute`, once; whoever asks also learns when the answer may change. */
  remember<T>(key: string, h: Horizon, compute: (own: Horizon) => T): T {
    const known = this.memos.get(key)
    if (known) {
      h.restsOn(known.horizon)
      return known.value as T
    }
    const own = new Horizon(this.now)
    const value = compute(own)
    this.memos.set(key, { value, horizon: own })
    h.restsOn(own)
    return value
  }
}

/** Those of `facts`, in the order of the world, that have begun. */
function begun(facts: readonly Fact[], h: Horizon): readonly Fact[] {
  const first = facts.findIndex((fact) => !h.reached(fact.span.from))
  return first < 0 ? facts : facts.slice(0, first)
}

/** The same instant as an interval. */
export function moment(at: Instant): Span {
  return { from: at, to: at }
}
