import type { EvidencePolicy, Rulebook } from '../language/rulebook.ts'
import { byWorldTime, compare, type Fact } from './history.ts'
import type { Values } from './messages/catalogue.ts'
import { english } from './messages/en.ts'
import type { Evidence, Flag, Role } from './result.ts'

/** Why a piece of evidence is only possible: in doubt by its time, or by who says it and how. */
export type Doubt = Extract<Flag, 'imprecise' | 'contested'>

/** The declared source that `fact` comes from, or null. */
export function declaredSource(fact: Fact, rulebook: Rulebook): string | null {
  return rulebook.sources.find((source) => source.is.includes(fact.event.source))?.id ?? null
}

/** Whether who reports it, or with which standing, leaves `fact` merely possible under `policy`. */
export function isDoubtful(fact: Fact, policy: EvidencePolicy, rulebook: Rulebook): boolean {
  const { standing } = fact.event
  if (standing === 'disputed') return true
  if (policy.accepts !== null && !policy.accepts.includes(standing)) return true
  if (policy.reportedBy.length === 0) return false
  const source = declaredSource(fact, rulebook)
  return source === null || !policy.reportedBy.includes(source)
}

/** Whether enough sources report it, one that is not declared being its own: disputed reports do not count, any other standing does. */
export function hasEnoughSources(reports: readonly Fact[], policy: EvidencePolicy, rulebook: Rulebook): boolean {
  if (policy.minimumSources <= 1) return true
  const sources = new Set<string>()
  for (const report of reports) {
    if (report.event.standing === 'disputed') continue
    const source = declaredSource(report, rulebook)
    sources.add(source === null ? `undeclared ${report.event.source}` : `declared ${source}`)
  }
  return sources.size >= policy.minimumSources
}

/** So many ignored facts are printed of a case; the others are counted. */
export const MAX_IGNORED = 100

/** Ignored facts that were not filed one by one: at least {@link MAX_IGNORED} others come before them. */
export interface LeftOut {
  readonly count: number
  has(fact: Fact): boolean
  all(): Iterable<Fact>
}

/** What an assessment is for: everything that bears on the case, its status with every violation, or its status alone. */
export type Purpose = 'evidence' | 'violations' | 'status'

/** The evidence of one case, collected while it is assessed; empty unless evidence is what is wanted. */
export class Dossier {
  /** Evidence is filed: nothing may be passed over. */
  readonly isKept: boolean
  /** Only the status is wanted: what comes after the fact that decides it may be passed over. */
  readonly isBrief: boolean
  private readonly entries = new Map<string, { fact: Fact; role: Role; reason: string; values: Values }>()
  private readonly leftOut: LeftOut[] = []

  constructor(purpose: Purpose = 'evidence') {
    this.isKept = purpose === 'evidence'
    this.isBrief = purpose === 'status'
  }

  /** Puts `fact` on file in `role` for a reason of the catalogue; the same fact in the same role stands once. */
  add(fact: Fact, role: Role, reason: string, values: Values = {}): void {
    if (!this.isKept) return
    const key = keyOf(role, fact)
    if (!this.entries.has(key)) this.entries.set(key, { fact, role, reason, values })
  }

  /** Counts what is ignored and too far back in the order of the world to be printed. */
  leaveOut(facts: LeftOut): void {
    if (this.isKept && facts.count > 0) this.leftOut.push(facts)
  }

  /** The facts on file in one of `roles`. */
  facts(roles: readonly Role[]): readonly Fact[] {
    return [...this.entries.values()].filter((entry) => roles.includes(entry.role)).map((entry) => entry.fact)
  }

  /** In the order of the world, then role; at most 100 ignored ones. */
  list(): { readonly evidence: readonly Evidence[]; readonly omitted: number } {
    const sorted = [...this.entries.values()].sort((a, b) => byWorldTime(a.fact, b.fact) || compare(a.role, b.role))
    let ignored = 0
    const kept = sorted.filter((entry) => entry.role !== 'ignored' || ++ignored <= MAX_IGNORED)
    return {
      evidence: kept.map(({ fact: { event }, role, reason, values }) => ({
        event: { source: event.source, id: event.id, revision: event.revision },
        role,
        reason: english.reasons[reason]?.(values) ?? reason,
      })),
      omitted: sorted.length - kept.length + this.countLeftOut(),
    }
  }

  /** How many facts were left out that are not on file as ignored all the same. */
  private countLeftOut(): number {
    const [only] = this.leftOut
    if (only === undefined) return 0
    if (this.leftOut.length === 1) return only.count - this.facts(['ignored']).filter((fact) => only.has(fact)).length
    const keys = new Set<string>()
    for (const facts of this.leftOut) for (const fact of facts.all()) keys.add(keyOf('ignored', fact))
    for (const key of this.entries.keys()) keys.delete(key)
    return keys.size
  }
}

function keyOf(role: Role, { event }: Fact): string {
  return `${role} ${event.source}\u0000${event.id}`
}
