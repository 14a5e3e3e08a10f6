import { type Indicator, mostUrgent } from '../../rules/index.ts'
import { type BadgeDocument, badgeOf, badgeSvg } from './badge.ts'
import type { AgreementStatus, CommitmentStatus, StatusDocument } from './document.ts'
import type { Prepared, StatusProjection } from './projection.ts'
import { summaryOf } from './summary.ts'

/** The whole status. */
export function allView(projection: StatusProjection): Prepared | null {
  return projection.prepared('all', json)
}

/** One agreement; null where there is no such agreement. */
export function agreementView(projection: StatusProjection, agreement: string): Prepared | null {
  return projection.prepared(`agreement ${agreement}`, (status) => {
    const found = agreementIn(status, agreement)
    return found && json({ ...headOf(status), stale: found.stale, agreement: found })
  })
}

/** One commitment, with the words of its agreement; null where there is no such commitment. */
export function commitmentView(projection: StatusProjection, agreement: string, commitment: string): Prepared | null {
  return projection.prepared(`commitment ${agreement}/${commitment}`, (status) => {
    const found = agreementIn(status, agreement)
    const one = found && commitmentIn(found, commitment)
    if (!found || !one) return null
    const { id, title, legal_force, zone, rulebook_version, evaluated_at, stale } = found
    return json({
      ...headOf(status),
      stale,
      agreement: { id, title, legal_force, zone, rulebook_version, evaluated_at },
      commitment: one,
    })
  })
}

/** The status as a Statuspage has it. */
export function summaryView(projection: StatusProjection, url: string): Prepared | null {
  return projection.prepared('summary', (status) => json(summaryOf(status, url)))
}

/** A badge, as data or as a picture; null where there is no such agreement or commitment. */
export function badgeView(
  projection: StatusProjection,
  { agreement, commitment, form }: { agreement: string; commitment: string | null; form: 'json' | 'svg' },
): Prepared | null {
  return projection.prepared(`badge ${form} ${agreement}/${commitment ?? ''}`, (status) => {
    const found = agreementIn(status, agreement)
    const one = found && (commitment === null ? found : commitmentIn(found, commitment))
    if (!found || !one) return null
    const badge: BadgeDocument = badgeOf(one.title, one.indicator, found.stale)
    return form === 'svg' ? badgeSvg(badge) : json(badge)
  })
}

/** What a monitor of machines asks: whether any of these indicators is shown. */
export interface CheckDocument {
  readonly ok: boolean
  readonly indicator: Indicator | null
  readonly fail_on: readonly Indicator[]
  readonly stale: boolean
  readonly failing: readonly {
    readonly agreement: string
    readonly commitment: string
    readonly indicator: Indicator
    readonly since: string | null
    readonly reason: string
  }[]
}

/** Pure. @param agreement only of this one; null: of all */
export function checkOf(status: StatusDocument, failOn: readonly Indicator[], agreement: string | null): CheckDocument {
  const asked = status.agreements.filter(({ id }) => agreement === null || id === agreement)
  const own = asked.flatMap(({ id, commitments }) =>
    commitments.filter(({ reading_of }) => reading_of === null).map((one) => ({ agreement: id, ...one })),
  )
  const failing = own
    .filter(({ indicator }) => failOn.includes(indicator))
    .map(({ agreement, id, indicator, since, reason }) => ({ agreement, commitment: id, indicator, since, reason }))
  return {
    ok: failing.length === 0,
    indicator: mostUrgent(own.map(({ indicator }) => indicator)),
    fail_on: failOn,
    stale: asked.some(({ stale }) => stale),
    failing,
  }
}

function headOf({ schema, seq, as_of, clock }: StatusDocument) {
  return { schema, seq, as_of, clock }
}

function agreementIn({ agreements }: StatusDocument, id: string): AgreementStatus | null {
  return agreements.find((one) => one.id === id) ?? null
}

function commitmentIn({ commitments }: AgreementStatus, id: string): CommitmentStatus | null {
  return commitments.find((one) => one.id === id) ?? null
}

function json(document: unknown): string {
  return `${JSON.stringify(document)}\n`
}
