import { type CaseResult, type Rulebook, subtractDuration } from '../../rules/index.ts'
import {
  type Alert,
  type AlertContext,
  type AlertPolicy,
  type Announced,
  agreementFacts,
  alertsFor,
  type Clause,
  type NewIntent,
} from '../alerts/index.ts'
import type { CaseChanges } from './state.ts'

/** The commitment a case belongs to: `<agreement>/<commitment>@<case part>`. */
export function commitmentOf(caseId: string): string {
  const from = caseId.indexOf('/') + 1
  const to = caseId.indexOf('@', from)
  return caseId.slice(from, to < 0 ? undefined : to)
}

/** What the rulebook says about alerts of a case; of a commitment it no longer has: the least. */
function alertPolicy(rulebook: Rulebook, caseId: string): AlertPolicy {
  const commitment = rulebook.commitments.find(({ id }) => id === commitmentOf(caseId))
  return {
    severity: commitment?.severity ?? 'info',
    readingOf: commitment?.readingOf ?? null,
    reminders: (commitment?.remind ?? []).map((duration) => ({
      rung: duration.text,
      at: (due) => subtractDuration(due, duration, rulebook.where),
    })),
  }
}

/** What there is to tell of `changes`, under the rules as they stand after them. Pure. */
export function alertsAbout(
  { cases }: Pick<CaseChanges, 'cases'>,
  announced: ReadonlyMap<string, Announced>,
  rulebook: Rulebook,
  context: Omit<AlertContext, 'policyOf' | 'versionOf' | 'announcedOf'>,
): readonly Alert[] {
  const changed = new Map(cases.map((one) => [one.id, one]))
  // A case whose trigger turned out to be another goes on under its new id: nobody is told again of the same verdict.
  const successors = cases.filter(({ replacedBy }) => replacedBy !== null)
  const predecessorOf = new Map(successors.map(({ id, replacedBy }) => [replacedBy, id]))
  const before = cases.flatMap(({ before, replacedBy }): CaseResult[] =>
    before ? [replacedBy === null ? before.result : { ...before.result, id: replacedBy }] : [],
  )
  const after = cases.filter(({ replacedBy }) => replacedBy === null).map(({ result }) => result)
  return alertsFor(before, after, {
    ...context,
    policyOf: (caseId) => alertPolicy(rulebook, caseId),
    versionOf: (caseId) => changed.get(caseId)?.verdictVersion ?? 1,
    announcedOf: (caseId) => announced.get(caseId) ?? announced.get(predecessorOf.get(caseId) ?? '') ?? null,
  })
}

/** An alert as it goes on record, in the words of the rulebook as it stands. Pure. */
export function intentAbout(rulebook: Rulebook, alert: Alert): NewIntent {
  const { caseId, kind, rung, verdictVersion, severity, occurredAt, replaces, isNews, before, after } = alert
  const id = commitmentOf(caseId)
  const commitment = rulebook.commitments.find((one) => one.id === id)
  return {
    about: caseId,
    agreement: rulebook.id,
    commitment: id,
    kind,
    rung,
    verdictVersion,
    verdict: after.verdict,
    severity,
    occurredAt,
    replaces,
    isNews,
    body: {
      about: 'case',
      agreement: agreementFacts(rulebook),
      commitment: {
        id,
        title: commitment?.title ?? id,
        kind: commitment?.kind ?? 'act',
        by: commitment?.by ?? [],
        to: commitment?.to ?? [],
        tags: commitment?.tags ?? [],
        note: commitment?.note ?? null,
        clause: clauseOf(rulebook, commitment?.clause ?? null),
      },
      before,
      after,
    },
  }
}

/** A clause with the text it stands in. */
export function clauseOf(rulebook: Rulebook, clause: Rulebook['commitments'][number]['clause']): Clause | null {
  if (!clause) return null
  const text = rulebook.texts.find(({ id }) => id === clause.text)
  return {
    ref: clause.ref,
    quote: clause.quote,
    title: text?.title ?? null,
    url: text?.url ?? null,
    published: text?.published ?? null,
  }
}
